"""Prompt → text, tool calls and prefill progress, from a GGUF in llama.cpp.

The prompt is read in pieces and can be stopped within one; what the last call left in the cache is reused up
to the first token that differs. Runs in a process of its own: a damaged model can end it.
"""

import codecs
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import EngineError
from assistant.messages import JsonValue, LlmItem, LlmUsage, PrefillProgress, Prompt
from assistant.ports import Cancelled, LlmEngine
from assistant.think.llm import llama_site
from assistant.think.llm.llm_calls import FORMATS, ReplyReader
from assistant.think.llm.llm_forms import OTHER_WORDS, Clean, alike, chatml, worded
from assistant.think.llm.llm_grammar import ahead, call_grammar

if TYPE_CHECKING:
    from assistant.think.llm.llm_constraint import Constraint
    from assistant.think.llm.llm_runtime import Runtime

LEAST_REPLY_TOKENS = 32
PIECE_TOKENS = 64
NO_TOKEN = -1
FINISHES_S = 0.7
"""So long after it is called off reading ahead goes on within its piece, which the next prompt needs; a call
must end within 2 s."""
SILENT_TOKENS = 16
"""While nothing may be said (thinking, a call being written), a sign of life after so many tokens."""


class Options(BaseModel):
    """What the settings may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Path
    """The GGUF file."""
    context: int = Field(default=4096, ge=256, le=131_072)
    """Tokens of prompt and reply together."""
    threads: int = Field(default=2, ge=1, le=256)
    """For the reply."""
    reading_threads: int | None = Field(default=None, ge=1, le=256)
    """For the prompt; None: as for the reply."""
    chat: Literal["model", "chatml"] = "model"
    """How a prompt is written: by the model's own template, or ours."""
    call_format: Literal["hermes", "phi4", "llama3"] = "hermes"
    """How the model writes a tool call; the catalogue knows."""
    adapter: Path | None = None
    """A LoRA adapter's GGUF, trained on this model."""
    site: Path | None = None
    """The folder it was built into, where it is not among the installed packages."""
    seed: int | None = None
    """Same words every time; None: chance."""


class LlamaCpp:
    """A local language model."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        try:
            self._options = Options.model_validate(dict(options))
        except ValidationError as error:
            raise EngineError(f"llama_cpp cannot use its options: {error}") from error
        self._runtime: Runtime | None = None

    @staticmethod
    def missing() -> str | None:
        """llama-cpp-python compiles on installing, so it may be absent."""
        if not llama_site.importable():
            return "llama.cpp is not built for this box yet. Fix: assistant engines build"
        return None

    def load(self) -> None:
        """Map the model and read its chat template."""
        llama_site.make_importable(self._options.site)
        from assistant.think.llm.llm_runtime import Runtime
        from assistant.think.llm.llm_template import ChatTemplate

        options = self._options
        runtime = Runtime(
            options.model,
            options.context,
            options.threads,
            options.reading_threads or options.threads,
            options.adapter,
        )
        form = options.call_format
        self._render: Callable[[Prompt], str] = lambda prompt: chatml(prompt, form)
        if options.chat == "model":
            source = runtime.template()
            if source is None:
                raise EngineError(
                    f"{options.model} carries no chat template. Fix: set `chat: chatml` for it."
                )
            self._render = ChatTemplate(source, runtime.mark(end=False), runtime.mark(end=True), form).render
        self._clean = Clean(runtime.special())
        call = FORMATS[options.call_format]
        spelled = [runtime.tokens(mark) for mark in (call.opens, call.closes, "<think>", "</think>")]
        self._marks = frozenset(tokens[0] for tokens in spelled if len(tokens) == 1)
        self._runtime = runtime

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Nothing of it changes while the house runs."""
        if changes:
            raise EngineError(f"llama_cpp cannot change {', '.join(sorted(changes))} while it runs.")

    def converse(self, prompt: Prompt, cancelled: Cancelled) -> Iterator[LlmItem]:
        """Read the prompt, then reply until the model ends, `max_tokens` is reached or `cancelled()`."""
        runtime = self._loaded()
        if not prompt.max_tokens:
            yield from self._read_ahead(prompt, cancelled)
            return
        text = self._render(self._clean.prompt(prompt))
        tokens = runtime.tokens(text)
        room = runtime.context_tokens - len(tokens)
        if room < LEAST_REPLY_TOKENS:
            raise EngineError(f"A prompt of {len(tokens)} tokens does not fit {runtime.context_tokens}.")
        reused = runtime.keep(tokens)
        prefilled = generated = 0
        for prefilled in runtime.read(tokens, cancelled):
            yield PrefillProgress(prefilled, len(tokens) - reused)
        reader = ReplyReader(
            frozenset(tool.name for tool in prompt.every_tool),
            self._options.call_format,
            thinking=text.rstrip().endswith("<think>"),
        )
        silent = 0
        limit = 0 if cancelled() else min(prompt.max_tokens, room)
        for count, item in self._reply(prompt, limit, reader, cancelled):
            generated = count
            silent = silent + 1 if item is None else 0
            if item is not None:
                yield item
            elif silent % SILENT_TOKENS == 0:
                yield PrefillProgress(prefilled, prefilled)
        yield LlmUsage(prefilled, reused, generated)

    def _read_ahead(self, prompt: Prompt, cancelled: Cancelled) -> Iterator[LlmItem]:
        """Read what the prompt has in common with the same one of other words."""
        runtime = self._loaded()
        these, others = (
            runtime.tokens(self._render(self._clean.prompt(worded(prompt, words)))) for words in OTHER_WORDS
        )
        tokens = these[: alike(these, others)][: runtime.context_tokens]
        reused = runtime.keep([*tokens, NO_TOKEN])
        prefilled = 0
        for prefilled in runtime.read(tokens, cancelled, finishes_s=FINISHES_S):
            yield PrefillProgress(prefilled, len(tokens) - reused)
        yield LlmUsage(prefilled, reused, 0)

    def _reply(
        self, prompt: Prompt, limit: int, reader: ReplyReader, cancelled: Cancelled
    ) -> Iterator[tuple[int, LlmItem | None]]:
        """Tokens generated so far with what they brought, if anything."""
        from assistant.think.llm.llm_runtime import Sampler

        runtime = self._loaded()
        sampler = Sampler(prompt.temperature, self._options.seed)
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        call: Constraint | None = None
        count = 0
        while count < limit:
            token = runtime.sample(sampler, call)
            if token is None or runtime.ends(token):
                break
            count += 1
            yield count, None
            for item in reader.feed(decode(runtime.piece(token, special=token in self._marks))):
                yield count, item
            if cancelled():
                return
            runtime.add([token])
            if reader.calling is None or not prompt.every_tool:
                call = None
                continue
            call = call or self._begin(prompt, reader.calling)
            if call is None:
                break
            count += self._write_ahead(prompt, reader, call, limit - count)
        for item in reader.finish():
            yield count, item

    def _begin(self, prompt: Prompt, written: str) -> "Constraint | None":
        """The grammar of the call that begins with what is written; None: it can be none of ours."""
        runtime = self._loaded()
        grammar = call_grammar(prompt.every_tool, prompt.names, self._options.call_format)
        call = runtime.constraints.begin(grammar)
        for token in runtime.tokens(written, special=False):
            if not call.allows(token):
                return None
            call.accept(token)
        return call

    def _write_ahead(self, prompt: Prompt, reader: ReplyReader, call: "Constraint", most: int) -> int:
        """Read what can only follow without choosing it token by token; how many tokens that was."""
        text = ahead(reader.calling or "", prompt.every_tool, self._options.call_format)
        runtime = self._loaded()
        tokens = runtime.tokens(text, special=False)[:most] if text else []
        for at, token in enumerate(tokens):
            if not call.allows(token):
                del tokens[at:]
                break
            call.accept(token)
        for at in range(0, len(tokens), PIECE_TOKENS):
            runtime.add(tokens[at : at + PIECE_TOKENS])
        reader.feed(b"".join(map(runtime.piece, tokens)).decode("utf-8", "replace"))
        return len(tokens)

    def _loaded(self) -> "Runtime":
        if self._runtime is None:
            raise EngineError("llama_cpp was asked before its model was loaded.")
        return self._runtime


_fits: type[LlmEngine] = LlamaCpp
