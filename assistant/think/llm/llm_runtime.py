"""A GGUF behind llama.cpp's C API: tokens in, tokens out, its cache kept from call to call.

One thread at a time. What the C library cannot survive (a vocabulary with holes, two threads) ends the
process, so this runs in a process of its own.
"""

import ctypes
import sys
import time
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from assistant.errors import EngineError
from assistant.ports import Cancelled
from assistant.think.llm.llm_constraint import Constraint, Constraints
from assistant.think.llm.llm_files import adapt, check_gguf
from assistant.think.llm.llm_forms import alike
from assistant.think.llm.llm_late import late
from assistant.think.llm.llm_memory import anonymous, forget_file, forget_zeros

PIECE_TOKENS = 64
"""Prompt tokens read at a time, at most."""
LEAST_PIECE_TOKENS = 16
"""Smaller pieces read slower: 64, 32, 16, 8 at a time 76, 71, 69, 49 tokens a second of one thread (0.6B)."""
PIECE_S = 0.5
"""So long a piece may take: whoever breaks off loses what was read of it."""
_LINUX = sys.platform == "linux"
_PIECE_BYTES = 256
_ABORTED, _WARNING, _ERROR = 2, 3, 4
_SAID: deque[str] = deque(maxlen=8)


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _listen(level: int, text: bytes, _: ctypes.c_void_p) -> None:
    if level in (_WARNING, _ERROR) and text.strip():
        _SAID.append(text.decode("utf-8", "replace").strip())


def _free(context: Any, model: Any) -> None:
    llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(model)


class Runtime:
    """A loaded model with one context."""

    def __init__(
        self, path: Path, context_tokens: int, threads: int, reading: int = 0, adapter: Path | None = None
    ) -> None:
        """`reading`: threads for the prompt, if not as many as for the reply; `adapter`: a LoRA's GGUF.

        Raise ModelMissing when the file is absent or no GGUF, EngineError when llama.cpp refuses it."""
        check_gguf(path)
        llama_cpp.llama_log_set(_listen, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        how = llama_cpp.llama_model_default_params()
        how.n_gpu_layers = 0
        # Most weights are rewritten for this processor; of a mapped file the others alone come back.
        how.load_mode = llama_cpp.LLAMA_LOAD_MODE_MMAP if _LINUX else llama_cpp.LLAMA_LOAD_MODE_NONE
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), how)
        if self._model is None:
            raise EngineError(f"llama.cpp cannot load {path}: {_reason()}")
        before = anonymous()
        size = llama_cpp.llama_context_default_params()
        size.n_ctx = context_tokens
        size.n_batch = size.n_ubatch = PIECE_TOKENS
        size.n_threads, size.n_threads_batch = threads, reading or threads
        self._context = _small_context(self._model, size) or llama_cpp.llama_init_from_model(
            self._model, size
        )
        if self._context is None:
            llama_cpp.llama_model_free(self._model)
            raise EngineError(f"llama.cpp has no room for {context_tokens} tokens of context: {_reason()}")
        weakref.finalize(self, _free, self._context, self._model)
        if adapter is not None:
            adapt(self._model, self._context, adapter)
        forget_zeros(before)
        forget_file(path)
        self.context_tokens = int(llama_cpp.llama_n_ctx(self._context))
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self.constraints = Constraints(self._vocabulary)
        self._held: list[int] = []
        self._piece_tokens = LEAST_PIECE_TOKENS
        self._abort: Any = None

    # ── words ────────────────────────────────────────────────────────────────────────────────────

    def template(self) -> str | None:
        """The chat template the file carries."""
        found = llama_cpp.llama_model_chat_template(self._model, None)
        return found.decode("utf-8", "replace") if found else None

    def special(self) -> list[str]:
        """The texts of all control tokens: what no one's words may contain."""
        count = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        marks = (n for n in range(count) if llama_cpp.llama_vocab_is_control(self._vocabulary, n))
        return [llama_cpp.llama_vocab_get_text(self._vocabulary, n).decode("utf-8", "replace") for n in marks]

    def mark(self, end: bool) -> str:
        """The text of the token that begins (or ends) a text; "" where the model has none."""
        ask = llama_cpp.llama_vocab_eos if end else llama_cpp.llama_vocab_bos
        token = ask(self._vocabulary)
        if token < 0:
            return ""
        return str(llama_cpp.llama_vocab_get_text(self._vocabulary, token).decode("utf-8", "replace"))

    def tokens(self, text: str, *, special: bool = True) -> list[int]:
        """Text as tokens; with `special`, control tokens written in it count as such."""
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        found = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self._vocabulary, raw, len(raw), found, room, False, special)
        if count < 0:
            raise EngineError(f"llama.cpp cannot split a text of {len(raw)} bytes into tokens")
        return list(found[:count])

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of a token, perhaps a part of a character; control tokens have none unless `special`."""
        room = _PIECE_BYTES
        while True:
            found = (ctypes.c_char * room)()
            count = llama_cpp.llama_token_to_piece(self._vocabulary, token, found, room, 0, special)
            if count >= 0:
                return ctypes.string_at(found, count)
            room = -count

    def ends(self, token: int) -> bool:
        """The model ends its reply with this token."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocabulary, token))

    # ── thinking ─────────────────────────────────────────────────────────────────────────────────

    def keep(self, prompt: Sequence[int]) -> int:
        """Cut the cache down to what it shares with the prompt; return how many tokens need no reading.

        The last token is always read anew, as sampling needs its logits. Models with a recurrent state cannot
        be cut, so they start from nothing.
        """
        self._cut(alike(self._held, prompt[:-1]))
        return len(self._held)

    def read(self, prompt: Sequence[int], cancelled: Cancelled, *, finishes_s: float = 0.0) -> Iterator[int]:
        """Read what `keep` left of the prompt; yield the tokens read so far after each piece.

        Ends early, cache in order, when `cancelled()`; a piece that takes `finishes_s` longer is aborted too.
        """
        breaks = late(cancelled, finishes_s)
        self._abort = llama_cpp.ggml_abort_callback(lambda _: breaks())
        llama_cpp.llama_set_abort_callback(self._context, self._abort, None)
        start = len(self._held)
        try:
            while (at := len(self._held)) < len(prompt):
                began_s = time.monotonic()
                piece = prompt[at : at + self._piece_tokens]
                if cancelled() or not self.add(piece):
                    return
                if len(piece) == self._piece_tokens:
                    self._piece_tokens = _piece(len(piece) / max(time.monotonic() - began_s, 1e-6))
                yield len(self._held) - start
        finally:
            llama_cpp.llama_set_abort_callback(self._context, llama_cpp.ggml_abort_callback(), None)

    def sample(self, sampler: "Sampler", within: Constraint | None = None) -> int | None:
        """Choose the next token from the last one's logits; None: the model wants nothing that is allowed."""
        token: int | None = int(llama_cpp.llama_sampler_sample(sampler.chain, self._context, -1))
        if within is not None and token is not None:
            if not within.allows(token):
                token = within.best(self._logits())
            if token is not None:
                within.accept(token)
        return token

    def _logits(self) -> npt.NDArray[np.float32]:
        count = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        found = llama_cpp.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(found, shape=(count,))

    def add(self, tokens: Sequence[int]) -> bool:
        """Read up to 64 tokens after what is held; False when aborted."""
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        code = llama_cpp.llama_decode(self._context, llama_cpp.llama_batch_get_one(array, len(tokens)))
        if code == 0:
            self._held.extend(tokens)
            return True
        self._cut(len(self._held))
        if code == _ABORTED:
            return False
        raise EngineError(f"llama.cpp failed to read {len(tokens)} tokens (code {code}): {_reason()}")

    def _cut(self, length: int) -> None:
        memory = llama_cpp.llama_get_memory(self._context)
        if llama_cpp.llama_memory_seq_rm(memory, 0, length, -1):
            del self._held[length:]
            return
        llama_cpp.llama_memory_clear(memory, True)
        self._held.clear()


def _small_context(model: Any, size: Any) -> Any:
    """A context whose cache holds 8 bits a number, not 16; None where the model does not allow it."""
    small = type(size).from_buffer_copy(size)
    small.type_k = small.type_v = llama_cpp.GGML_TYPE_Q8_0
    small.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
    return llama_cpp.llama_init_from_model(model, small)


class Sampler:
    """How the next token is chosen: greedy at temperature 0, else top-k, top-p and min-p."""

    def __init__(self, temperature: float, seed: int | None) -> None:
        self.chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        weakref.finalize(self, llama_cpp.llama_sampler_free, self.chain)
        if temperature <= 0:
            steps = [llama_cpp.llama_sampler_init_greedy()]
        else:
            chosen = llama_cpp.LLAMA_DEFAULT_SEED if seed is None else seed
            steps = [
                llama_cpp.llama_sampler_init_top_k(40),
                llama_cpp.llama_sampler_init_top_p(0.95, 1),
                llama_cpp.llama_sampler_init_min_p(0.05, 1),
                llama_cpp.llama_sampler_init_temp(temperature),
                llama_cpp.llama_sampler_init_dist(chosen),
            ]
        for step in steps:
            llama_cpp.llama_sampler_chain_add(self.chain, step)


def _piece(tokens_a_s: float) -> int:
    """How many tokens to read at a time."""
    return max(LEAST_PIECE_TOKENS, min(PIECE_TOKENS, round(tokens_a_s * PIECE_S)))


def _reason() -> str:
    return _SAID[-1] if _SAID else "no reason given"
