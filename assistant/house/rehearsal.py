"""What a house says most is made into sound while nobody talks, to be there at once when it is said."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from assistant.house.language import OWN, base
from assistant.messages import Device, DeviceState, JsonValue, Sentence, ToolCall
from assistant.ports import Home
from assistant.skills import home_words
from assistant.skills.home_words import Fate, Report
from assistant.skills.reply_file import replies_of
from assistant.skills.reply_home import devices_told, duration
from assistant.skills.timers import told_set
from assistant.skills.wording import are_many
from assistant.speak.clauses import clauses
from assistant.speak.kept_sounds import KeptSounds
from assistant.speak.say import Saying, left_to_say, spoken_lead
from assistant.speak.spoken_text import spoken_text
from assistant.think.respond import LEFT

STILL_S: Final = 5.0
"""So long nobody has talked before it begins, and before it goes on after somebody has."""
SHARE: Final = 0.1
"""Of one core, as long as it lasts."""
FIRST_SHARE: Final = 0.5
"""As long as subjects are made: with them, seconds after its start, a house is as quick as ever."""
SWITCHED: Final = {
    "light": ("on", "off"),
    "switch": ("on", "off"),
    "fan": ("on", "off"),
    "media_player": ("off",),
    "cover": ("open", "closed"),
}
"""Kinds of devices → the states they are told to be in after a command."""
LISTS: Final = ("shopping", "to do")
"""Lists that most households have."""
DIMMED: Final = (50, 30, 20, 40, 10, 70, 80, 60, 100)
"""Percentages that lights are set to, by how often."""
TIMERS_S: Final = (600, 300, 900, 1200, 1800, 60, 120, 180, 2700, 3600)
"""Those that people set, by how often."""


def beginnings(home: Home) -> Iterator[tuple[str, str]]:
    """What English answers begin with and may go on with, as their skills say it: (lead, whole)."""
    for name in LISTS:
        yield f"Your {name} list", ""
    devices = [device for device in home.devices() if not device.secure and device.kind in SWITCHED]
    for device in devices:
        lead = home_words.subject([Report(device.name, device, DeviceState("on"), Fate.DONE)])
        yield lead, ""
    told = {(device.kind, are_many(device.name)): device for device in devices}
    for device in told.values():
        for value in SWITCHED[device.kind]:
            report = Report(device.name, device, DeviceState(value), Fate.DONE)
            yield home_words.subject([report]), _switched(device, value, Fate.DONE, OWN)


def usual(home: Home, language: str) -> Iterator[str]:
    """What is said of this home's devices and of timers, as their skills say it; what matters most first."""
    yield from _of_timers(language)
    devices = [device for device in home.devices() if not device.secure]
    for fate in (Fate.DONE, Fate.ALREADY):
        for device in devices:
            for value in SWITCHED.get(device.kind, ()):
                yield _switched(device, value, fate, language)
    if base(language) == OWN:
        lights = [device for device in devices if device.kind == "light" and "brightness" in device.can]
        yield from (_dimmed(light, percent) for percent in DIMMED for light in lights)


def _switched(device: Device, value: str, fate: Fate, language: str) -> str:
    if base(language) == OWN:
        return home_words.result([Report(device.name, device, DeviceState(value), fate)], home_words.power)
    told: dict[str, JsonValue] = {device.name: {"state": value, "result": fate.value}}
    call = ToolCall("", "device_on" if value == "on" else "device_off", {})
    return devices_told(told, call, replies_of(base(language)), {device.name: device.kind})


def _dimmed(light: Device, percent: int) -> str:
    asked = {"brightness_percent": percent}
    report = Report(light.name, light, DeviceState("on", attributes=dict(asked)), Fate.DONE)
    return home_words.result([report], lambda state: home_words.setting(state, asked))


def _of_timers(language: str) -> Iterator[str]:
    if base(language) == OWN:
        yield LEFT
        yield from map(told_set, TIMERS_S)
        return
    replies = replies_of(base(language))
    yield replies.fixed["okay"]
    for length_s in TIMERS_S:
        yield replies.tools["timer_set"].format(name="", left=duration(length_s, replies))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One house's sentences and who makes them."""

    voice: KeptSounds
    home: Home
    manner: Saying
    share: float = SHARE
    """Of one core, as long as it lasts."""

    async def run(self, talking: Callable[[], bool]) -> None:
        """Make them one by one, at `share` of a core, while nobody talks. EngineError: the voice failed."""
        first = [*self._led()] if self.manner.subject_first else []
        for part in dict.fromkeys([*first, *self._whole()]):
            await _until_still(talking)
            if not await self._make(part, max(self.share, FIRST_SHARE) if part in first else self.share):
                return

    def _whole(self) -> Iterator[str]:
        """What is said in one piece."""
        language = self.manner.language
        led = {told_set(length_s) for length_s in TIMERS_S} if self.manner.subject_first else set()
        for sentence in usual(self.home, language):
            if sentence in led:
                continue
            text = spoken_text(sentence, language)
            yield from clauses(text) if self.manner.first_clause else [text]

    def _led(self) -> Iterator[str]:
        for lead, whole in beginnings(self.home):
            if not whole:
                yield spoken_lead(spoken_text(lead))
            else:
                yield spoken_text(left_to_say(Sentence(whole, led=lead)))
        yield spoken_text("set.")
        for length_s in TIMERS_S:
            yield spoken_lead(spoken_text(told_set(length_s).removesuffix(" set.")))

    async def _make(self, text: str, share: float) -> bool:
        clock = asyncio.get_running_loop().time
        began_s = clock()
        room = await self.voice.prepare(text)
        await asyncio.sleep((clock() - began_s) * (1 / share - 1))
        return room


async def _until_still(talking: Callable[[], bool]) -> None:
    while talking():  # noqa: ASYNC110 - nothing tells when a room falls silent
        await asyncio.sleep(STILL_S)
