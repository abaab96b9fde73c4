"""Roads: what is said in a room → what must happen, as a text file each.

```
hears: hey jarvis turn on the kitchen light      words in a row
hears: (1.5)                                     seconds of silence
stt: {"fault": {"kind": "die", "once": "x"}}     options of an engine; it then runs in a process of its own
wide: {}                                         a second ear, for what the first one refuses
llm: {"replies": {"hello there": ["Hello."]}}
mutes: speech_started                            at this happening the microphone is closed …
unmutes: speech_ended                            … and at this one opened again
room: {"volume_percent": 40}                     settings of the room
rings: {"minutes": 1}                            settings of what rings
expects:
  woken
  transcript "turn on the kitchen light"
  …
```
Timers run by the room's own time, the samples heard.
Every happening that `_line` tells must be named, in order: a road also claims what must not happen.
"""

import asyncio
import heapq
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from assistant import scripted
from assistant.catalogue import load_catalogue
from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.hear.wake.models import WakeModel, WakePlan
from assistant.house.build import Opening, open_house
from assistant.house.kit import Chosen, Kit
from assistant.house.sounds import Sounds
from assistant.journal import Entry, Journal, happening_name
from assistant.messages import (
    EndReason,
    Failed,
    JsonValue,
    Refused,
    Reply,
    Routed,
    SpeechEnded,
    Spoken,
    ToolCall,
    Transcript,
    Woken,
)
from assistant.settings import Rings, RoomSettings, Settings

ROOM = "kitchen"
WAKE = WakePlan("hey_jarvis", WakeModel("scripted"), None, sense=0.5, look=0.5, threshold=0.5, late_samples=0)


@dataclass
class Road:
    """One file."""

    sound: bytes = scripted.silence(0.5)
    engines: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    mutes: dict[str, bool] = field(default_factory=dict)
    settings: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    expects: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, scratch: Path) -> "Road":
        """A road from its file; `{scratch}` in engine options is a folder of this run."""
        road = cls()
        for line in path.read_text().splitlines():
            key, colon, value = line.partition(":")
            if line.startswith("  "):
                road.expects.append(line.strip())
            elif colon and key == "hears":
                road.sound += _sound(value.strip())
            elif colon and key in ("stt", "wide", "tts", "llm"):
                road.engines[key] = json.loads(value.replace("{scratch}", str(scratch)))
            elif colon and key in ("room", "rings"):
                road.settings[key] = json.loads(value)
            elif colon and key in ("mutes", "unmutes"):
                road.mutes[value.strip()] = key == "mutes"
            elif line.strip() and not line.startswith("#") and line != "expects:":
                raise ValueError(f"{path.name}: a line that is none of a road's: {line}")
        return road


def _sound(said: str) -> bytes:
    if said.startswith("("):
        return scripted.silence(float(said.strip("()")))
    return scripted.words(said)


@dataclass
class Travelled:
    """What happened, told as in the files, and what the speaker played."""

    told: list[str]
    entries: list[Entry]
    played: bytes

    @property
    def heard_back(self) -> str:
        """The words that came out of the speaker."""
        return scripted.read_back(self.played, OUT_RATE_HZ)


def kit(engines: dict[str, dict[str, JsonValue]]) -> Kit:
    """Scripted engines; those with options run in processes of their own."""

    def chosen(kind: str) -> Chosen:
        options = engines.get(kind, {})
        return Chosen("scripted", options, "spawn" if "fault" in options else None)

    return Kit(
        ears=(chosen("stt"), *([chosen("wide")] if "wide" in engines else [])),
        voice=chosen("tts"),
        sounds=Sounds.of(load_catalogue().voice("hearth")),
        vad=Chosen("scripted"),
        wake=(WAKE,),
        llm=chosen("llm") if "llm" in engines else None,
    )


class RoomTime:
    """Clocks that go with the samples the booths have delivered; none of them runs ahead."""

    def __init__(self, *booths: Booth) -> None:
        self._booths = booths
        self._asleep: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = itertools.count()
        for booth in booths:
            booth.advanced = self._wake

    def wall_s(self) -> float:
        return 1_700_000_000.0 + self.steady_s()

    def steady_s(self) -> float:
        return max(booth.position_s for booth in self._booths)

    def zone(self) -> tzinfo:
        return UTC

    def synchronised(self) -> bool:
        return True

    async def sleep(self, seconds: float) -> None:
        until = self.steady_s() + seconds
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._asleep, (until, next(self._number), woken))
        await woken

    def _wake(self) -> None:
        while self._asleep and self._asleep[0][0] <= self.steady_s():
            _, _, woken = heapq.heappop(self._asleep)
            if not woken.done():
                woken.set_result(None)


async def travel(
    sound: bytes,
    engines: dict[str, dict[str, JsonValue]],
    mutes: Mapping[str, bool] | None = None,
    owner: Mapping[str, Mapping[str, JsonValue]] | None = None,
) -> Travelled:
    """Take the road of `sound` in a kitchen of the demo home."""
    booth = Booth(sound)
    journal = Journal(lambda: booth.position_s, live=False)
    room = RoomSettings.model_validate({"volume_percent": 100, **(owner or {}).get("room", {})})
    rings = Rings.model_validate((owner or {}).get("rings", {}))
    settings = Settings(rooms={ROOM: room}, rings=rings)
    entries: list[Entry] = []
    opening = Opening(demo_home=True, ears=True, kit=kit(engines), clocks=RoomTime(booth))
    due = dict(mutes or {})
    async with open_house(settings, journal, opening) as house:

        def read(entry: Entry) -> None:
            entries.append(entry)
            muted = due.pop(happening_name(type(entry.happening)), None)
            if muted is not None:
                house.rooms[ROOM].ear.muted = muted

        with journal.reading(read):
            await house.hear(booth, ROOM, wake=True)
    return Travelled(told(entries), entries, booth.played())


def told(entries: Sequence[Entry]) -> list[str]:
    """The lines of a road's `expects`."""
    return [line for entry in entries if (line := _line(entry))]


def _line(entry: Entry) -> str:
    match entry.happening:
        case Woken():
            return "woken"
        case SpeechEnded(reason=EndReason.MUTED | EndReason.GONE as reason):
            return f"ended {reason}"
        case Transcript(text=text):
            return f'transcript "{text}"'
        case Refused(text=text):
            return f'refused "{text}"'
        case Routed(route=route):
            return f"route {route}"
        case ToolCall(name=name, arguments=arguments):
            return f"tool_call {name} {json.dumps(dict(arguments))}"
        case Reply(text=text):
            return f'reply "{text}"'
        case Spoken(sentences=sentences, finished=finished):
            return f"spoken {len(sentences)} {'to the end' if finished else 'cut short'}"
        case Failed(error=error, spoken=said) if said:
            # An engine's death is noticed when the box gets to it; only what the room is told has a place.
            return f'error {error.partition(":")[0]} "{said}"'
        case _:
            return ""
