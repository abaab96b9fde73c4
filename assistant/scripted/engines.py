"""Scripted words → Transcript, a script → answers, text → scripted words."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, cast

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import EngineError
from assistant.messages import (
    EAR_RATE_HZ,
    ChatMessage,
    JsonValue,
    LlmItem,
    LlmUsage,
    PrefillProgress,
    Prompt,
    Sound,
    SpeechChunk,
    TextDelta,
    ToolCall,
    Transcript,
)
from assistant.pcm import resample, samples
from assistant.ports import Cancelled, LlmEngine, SttEngine, TtsEngine
from assistant.scripted.faults import Script, ScriptedOptions, checked
from assistant.scripted.signal import WordReader, words

Arguments: TypeAlias = Mapping[str, JsonValue]


class _Scripted:
    """What the three have in common."""

    options: type[ScriptedOptions] = ScriptedOptions

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        self._given = dict(options)
        self._settings = checked(self.options, options)
        self._script = Script(self._settings)
        self._loaded = False

    @staticmethod
    def missing() -> str | None:
        """Nothing: it is always here."""
        return None

    def load(self) -> None:
        """Be ready."""
        self._script.reach("load", "", lambda: False)
        self._loaded = True

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Any option may change."""
        settings = checked(self.options, {**self._given, **changes})
        self._given |= changes
        self._settings = settings
        self._script = Script(settings)
        self._script.reach("configure", "", lambda: False)

    def _ready(self) -> None:
        if not self._loaded:
            raise EngineError("call load() first")


class SttOptions(ScriptedOptions):
    """Options of ScriptedStt."""

    wake_phrases: tuple[str, ...] = ("hey jarvis",)
    """Stripped from the head of a transcript, or what is left of one there."""
    refuse: frozenset[str] = frozenset()
    """Transcripts that it would not vouch for."""
    ask: frozenset[str] = frozenset()
    """Transcripts in the band of "Did you say …?"."""


class ScriptedStt(_Scripted):
    """Hears scripted words; a partial transcript for each new word."""

    options = SttOptions
    _settings: SttOptions

    def transcribe(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[Transcript]:
        """Partials, a reading at each pause, then the final transcript."""
        self._ready()
        reader, heard, pauses = WordReader(), list[str](), 0
        endless = self._script.reach("call", "", cancelled)
        ended_at = time.perf_counter()
        for chunk in speech:
            if len(chunk.pcm) % 2:
                raise EngineError("speech must be whole 16-bit samples")
            for word in reader.feed(chunk.pcm):
                heard.append(word)
                text = self._text(heard)
                endless |= self._script.reach("item", text, cancelled)
                yield Transcript(text, final=False, engine="scripted")
            if chunk.paused:
                pauses += 1
                yield replace(self._final(self._text(heard), ended_at), final=False, at_pause=pauses)
            ended_at = time.perf_counter()
        text = self._text(heard)
        endless |= self._script.reach("end", text, cancelled)
        while endless and not cancelled():
            yield Transcript(text, final=False, engine="scripted")
        if not cancelled():
            yield self._final(text, ended_at)

    def _final(self, text: str, ended_at: float) -> Transcript:
        refused = "no words were heard" if not text else "scripted" if text in self._settings.refuse else None
        return Transcript(
            text,
            final=True,
            confidence=0.0 if not text else 1.0,
            engine="scripted",
            refused=refused,
            ask=text in self._settings.ask,
            engine_ms=(time.perf_counter() - ended_at) * 1000,
        )

    def _text(self, heard: Sequence[str]) -> str:
        plain = [word.lower().strip(",.!?") for word in heard]
        for phrase in (phrase.lower().split() for phrase in self._settings.wake_phrases):
            for size in range(len(phrase), 0, -1):
                if plain[:size] == phrase[-size:]:
                    return " ".join(heard[size:])
        return " ".join(heard)


class ToolPiece(BaseModel):
    """A tool call in a script."""

    model_config = ConfigDict(extra="forbid")

    tool: str
    arguments: dict[str, pydantic.JsonValue] = Field(default_factory=dict)


Piece: TypeAlias = str | ToolPiece


class LlmOptions(ScriptedOptions):
    """Options of ScriptedLlm."""

    replies: dict[str, list[Piece] | list[list[Piece]]] = Field(default_factory=dict)
    """The last user message → its answer: a list of pieces, or a list of rounds, each a list of pieces, where
    a round follows the tool results of the one before. A piece is text ("{result}" in it becomes the last
    tool's result) or {"tool": name, "arguments": {…}}. An empty list says nothing."""
    default: tuple[Piece, ...] = ("I don't know that.",)


class ScriptedLlm(_Scripted):
    """Answers by its script; text comes word by word."""

    options = LlmOptions
    _settings: LlmOptions

    def converse(self, prompt: Prompt, cancelled: Cancelled) -> Iterator[LlmItem]:
        """Prefill progress, the round's pieces, usage."""
        self._ready()
        asked, since = _last_question(prompt.messages)
        endless = self._script.reach("call", asked, cancelled)
        total = sum(len(message.content.split()) for message in prompt.messages)
        yield PrefillProgress(total, total)
        count = 0
        for item in self._round(asked, since):
            if cancelled() or (count >= prompt.max_tokens and isinstance(item, TextDelta)):
                break
            yield item
            count += 1
            endless |= self._script.reach("item", asked, cancelled)
        endless |= self._script.reach("end", asked, cancelled)
        while endless and not cancelled():
            yield TextDelta("and on and on. ")
        yield LlmUsage(total, 0, count)

    def _round(self, asked: str, since: Sequence[ChatMessage]) -> Iterator[LlmItem]:
        number = sum(1 for message in since if message.calls)
        results = [message.content for message in since if message.role == "tool"]
        answer = self._settings.replies.get(asked, self._settings.default)
        for index, piece in enumerate(_pieces(answer, number)):
            if isinstance(piece, ToolPiece):
                yield ToolCall(f"call_{number}_{index}", piece.tool, cast(Arguments, piece.arguments))
            else:
                yield from _by_word(piece.replace("{result}", results[-1] if results else ""))


def _pieces(answer: Sequence[Piece] | Sequence[list[Piece]], number: int) -> list[Piece]:
    rounds = [entry for entry in answer if isinstance(entry, list)]
    if rounds:
        return rounds[min(number, len(rounds) - 1)]
    return [entry for entry in answer if not isinstance(entry, list)]


def _last_question(messages: Sequence[ChatMessage]) -> tuple[str, Sequence[ChatMessage]]:
    for at in range(len(messages) - 1, -1, -1):
        if messages[at].role == "user":
            return messages[at].content, messages[at + 1 :]
    raise EngineError("a prompt must hold a user's message")


def _by_word(text: str) -> Iterator[TextDelta]:
    for word in text.split(" "):
        yield TextDelta(word + " ")


class TtsOptions(ScriptedOptions):
    """Options of ScriptedTts."""

    rate_hz: int = EAR_RATE_HZ
    peak: int = 6_000


class ScriptedTts(_Scripted):
    """Says scripted words, one Sound a word."""

    options = TtsOptions
    _settings: TtsOptions

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[Sound]:
        """The words in order; nothing for empty text."""
        self._ready()
        endless = self._script.reach("call", text, cancelled)
        for word in text.split():
            if cancelled():
                return
            yield self._sound(word)
            endless |= self._script.reach("item", text, cancelled)
        endless |= self._script.reach("end", text, cancelled)
        while endless and not cancelled():
            yield self._sound("on")

    def _sound(self, word: str) -> Sound:
        said = samples(words(word, peak=self._settings.peak))
        return Sound(resample(said, EAR_RATE_HZ, self._settings.rate_hz).tobytes(), self._settings.rate_hz)


_fits_stt: type[SttEngine] = ScriptedStt
_fits_llm: type[LlmEngine] = ScriptedLlm
_fits_tts: type[TtsEngine] = ScriptedTts
