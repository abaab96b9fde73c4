"""A one-way record of what happens: the command line, LEDs and page read it; nothing on the road does."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from assistant.messages import Failed, Happening, JsonValue

Clock: TypeAlias = Callable[[], float]
Reader: TypeAlias = "Callable[[Entry], None]"

_RENAMED = {"routed": "route", "failed": "error"}


def happening_name(kind: type[Happening]) -> str:
    """The published word for a happening: `SpeechEnded` → `speech_ended`."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return _RENAMED.get(name, name)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record."""

    t: float
    """Seconds: loop time since the house opened, or input samples where input runs faster than real time."""
    room: str
    turn: int
    happening: Happening

    def as_json(self) -> dict[str, JsonValue]:
        """The published line: t, room, turn, happening, then the happening's own fields."""
        fields = dataclasses.asdict(self.happening)
        name = happening_name(type(self.happening))
        if name == "tool_call":
            fields["tool"] = fields.pop("name")
        if name == "speaking" and fields["latency_ms"] is None:
            del fields["latency_ms"]
        return {"t": round(self.t, 3), "room": self.room, "turn": self.turn, "happening": name, **fields}


class Journal:
    """Hands each entry to its readers, in order, and keeps none. A reader must not block or raise."""

    def __init__(self, clock: Clock, *, live: bool = True) -> None:
        self.clock = clock
        self.live = live
        """Whether the clock runs with the loop's; else latencies mean nothing and are left out."""
        self._readers: list[Reader] = []

    @contextmanager
    def reading(self, reader: Reader) -> Iterator[None]:
        """Hand every entry of the block to `reader`."""
        self._readers.append(reader)
        try:
            yield
        finally:
            self._readers.remove(reader)

    def write(self, room: str, turn: int, happening: Happening) -> None:
        """Record one happening now."""
        entry = Entry(self.clock(), room, turn, happening)
        for reader in tuple(self._readers):
            reader(entry)

    def failed(self, room: str, turn: int, error: Exception, spoken: str) -> None:
        """Record a failure and what the room was told."""
        self.write(room, turn, Failed(f"{type(error).__name__}: {error}", spoken))
