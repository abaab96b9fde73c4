"""Scripted words → whether their speaker is done."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict

from assistant.messages import JsonValue, SpeechChunk, TurnOver
from assistant.ports import Cancelled, TurnEngine
from assistant.scripted.faults import checked
from assistant.scripted.signal import WordReader


class TurnOptions(BaseModel):
    """Options of ScriptedTurn."""

    model_config = ConfigDict(extra="forbid")

    going_on: tuple[str, ...] = ("and", "the")
    """Words that sound as if more were to follow."""


class ScriptedTurn:
    """Goes by the last word."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        self._going_on = checked(TurnOptions, options).going_on

    @staticmethod
    def missing() -> str | None:
        """Nothing: it is always here."""
        return None

    def load(self) -> None:
        """Nothing to be read."""

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Nothing changes."""

    def judge(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[TurnOver]:
        """0.1 after a word that goes on, else 0.9."""
        reader, last = WordReader(), ""
        for chunk in speech:
            if cancelled():
                return
            last = next(reversed(reader.feed(chunk.pcm)), last)
        yield TurnOver(0.1 if last.lower() in self._going_on else 0.9)


_fits: type[TurnEngine] = ScriptedTurn
