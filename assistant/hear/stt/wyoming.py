"""Utterance → transcript, by a Wyoming server on another process or box, which hears it as it is spoken.

A pure client: it loads and keeps nothing. The server must be at home. It reads once, when the speech has
ended, so nothing is known of a pause before that.
"""

import time
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from wyoming.event import Event

from assistant.errors import EngineError
from assistant.hear.stt.whisper_checks import without_wake
from assistant.messages import EAR_RATE_HZ, JsonValue, SpeechChunk, Transcript
from assistant.ports import Cancelled, SttEngine
from assistant.wyoming_call import MOST_PASSED_OVER, Unwanted, WyomingCall, host_and_port

LONGEST_TEXT = 2000
"""Characters; 30 s of speech have 600."""
LEAD_SAMPLES = EAR_RATE_HZ // 5
"""Of what went before the first voice that is sent along."""
LONGEST_SAMPLES = 32 * EAR_RATE_HZ
FORM: dict[str, JsonValue] = {"rate": EAR_RATE_HZ, "width": 2, "channels": 1}


class Options(BaseModel):
    """What the settings may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str
    """host:port"""
    model: str | None = Field(default=None, max_length=100)
    """Which of its models; None: its own choice."""
    language: str = "en"
    wake_phrases: tuple[str, ...] = ()
    """Taken off the beginning of a transcript."""
    connect_s: float = Field(default=3.0, gt=0, le=60)
    patience_s: float = Field(default=30.0, gt=0, le=600)
    """Longest silence of the server once the speech has ended."""


class Wyoming:
    """Ears on another box."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        self._options = _checked(options)

    @staticmethod
    def missing() -> str | None:
        """Needs nothing that is not always there."""
        return None

    def load(self) -> None:
        """Look at the address; whether the server runs shows in the first call."""
        host_and_port(self._options.address)

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Takes new `wake_phrases`."""
        if unknown := set(changes) - {"wake_phrases"}:
            raise EngineError(f"wyoming cannot change {', '.join(sorted(unknown))} while it runs.")
        self._options = _checked({**self._options.model_dump(mode="json"), **changes})

    def transcribe(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[Transcript]:
        """The final transcript. Sound without any voice does not leave the house."""
        options, before = self._options, bytearray()
        for chunk in speech:
            before += chunk.pcm
            if chunk.voiced:
                break
            del before[: -2 * LEAD_SAMPLES]
        else:
            yield Transcript("", True, 0.0, "wyoming", "no voice in the sound")
            return
        if cancelled():
            return
        try:
            with WyomingCall(
                options.address, cancelled, connect_s=options.connect_s, patience_s=options.patience_s
            ) as call:
                self._tell(call, bytes(before), speech)
                started = time.perf_counter()
                text = _transcript(call, options.address)
        except Unwanted:
            return
        said = without_wake(" ".join(text.split()), options.wake_phrases)
        yield Transcript(
            said,
            final=True,
            engine="wyoming",
            refused=None if any(map(str.isalnum, said)) else "no words in the sound",
            engine_ms=(time.perf_counter() - started) * 1000,
        )

    def _tell(self, call: WyomingCall, before: bytes, speech: Iterator[SpeechChunk]) -> None:
        """The whole utterance, as it is spoken."""
        wanted = {"language": self._options.language, "name": self._options.model}
        call.send(Event("transcribe", {key: value for key, value in wanted.items() if value}))
        call.send(Event("audio-start", dict(FORM)))
        step, sent = 2 * EAR_RATE_HZ, 0
        for at in range(0, len(before), step):
            call.send(Event("audio-chunk", dict(FORM), before[at : at + step]))
        for chunk in speech:
            if sent < LONGEST_SAMPLES and chunk.pcm:
                call.send(Event("audio-chunk", dict(FORM), chunk.pcm))
            sent += len(chunk.pcm) // 2
        call.send(Event("audio-stop"))


def _transcript(call: WyomingCall, address: str) -> str:
    for _ in range(MOST_PASSED_OVER):
        event = call.receive()
        if event is None:
            raise EngineError(f"The server at {address} hung up before it told what it heard.")
        text = event.data.get("text")
        if event.type == "error":
            raise EngineError(f"The server at {address} refuses: {str(text)[:200]}")
        if event.type == "transcript":
            if not isinstance(text, str) or len(text) > LONGEST_TEXT:
                raise EngineError(f"The server at {address} sent a transcript that is none.")
            return text
    raise EngineError(f"The server at {address} talks without end and tells no transcript.")


def _checked(options: Mapping[str, JsonValue]) -> Options:
    try:
        return Options.model_validate(dict(options))
    except ValidationError as error:
        raise EngineError(f"wyoming cannot use its options: {error}") from error


_fits: type[SttEngine] = Wyoming
