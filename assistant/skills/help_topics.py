"""What help says about one topic: by the tools and the devices this house has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.messages import Device
from assistant.skills.wording import counted, joined, sentence

NAMED: Final = 4
"""More devices than this are counted."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to ask help about. `tool`: without it, this house cannot do that."""

    tool: str
    try_: str
    """Sentences to say, as people hear them."""
    kinds: frozenset[str] = frozenset()
    """Which devices it is about; none: it needs no device."""
    things: str = ""
    """What those devices are called together."""


TOPICS: Final[Mapping[str, Topic]] = {
    "timers": Topic(
        "timer_set", "set a pizza timer for ten minutes; how long is left; add two minutes; cancel it"
    ),
    "alarms": Topic(
        "alarm_set", "wake me at seven; set an alarm for half past six on weekdays; cancel my alarm"
    ),
    "reminders": Topic("reminder_set", "remind me to call mum at six; what are my reminders"),
    "lists": Topic("list_add", "add milk and eggs to the shopping list; what's on my list; clear it"),
    "notes": Topic(
        "note_add", "remember that the bins go out on Tuesday; when do the bins go out; forget that"
    ),
    "sums": Topic("calculate", "what's twelve times seven; fifteen percent of eighty"),
    "units": Topic("convert", "how many grams are in a pound; five miles in kilometers"),
    "time": Topic("time_now", "what time is it in Tokyo; how many days until Christmas; what week is it"),
    "volume": Topic("volume_set", "volume forty percent; louder; mute yourself"),
    "announcements": Topic(
        "announce",
        "tell everyone dinner is ready; announce in the kitchen that I am home; ask the kitchen if it rains",
    ),
    "quiet": Topic("do_not_disturb", "do not disturb for an hour; do not disturb until seven"),
    "weather": Topic(
        "weather_query",
        "what's the weather; will it rain tomorrow",
        frozenset({"weather"}),
        "weather report",
    ),
    "lights": Topic(
        "device_on",
        "turn on the lights; set them to forty percent; make them blue",
        frozenset({"light"}),
        "light",
    ),
    "covers": Topic("cover_set", "open the blinds; set them to half", frozenset({"cover", "valve"}), "cover"),
    "music": Topic("media_control", "pause; next song; volume thirty", frozenset({"media_player"}), "player"),
    "heating": Topic("climate_set", "set it to twenty one degrees", frozenset({"climate"}), "thermostat"),
    "fans": Topic("fan_set", "turn on the fan; set it to fifty percent", frozenset({"fan"}), "fan"),
    "vacuums": Topic(
        "vacuum_control", "start cleaning; go back to the dock", frozenset({"vacuum"}), "vacuum"
    ),
    "locks": Topic("device_on", "is the front door locked; lock it", frozenset({"lock"}), "lock"),
}


def about(topic: str, tools: Collection[str], devices: Sequence[Device]) -> str | None:
    """What to say about a topic; None where this house has nothing of it."""
    known = TOPICS.get(topic)
    if known is None or known.tool not in tools:
        return None
    if not known.kinds:
        return sentence(f"try: {known.try_}")
    there = [device.name for device in devices if device.kind in known.kinds]
    if not there:
        return None
    named = (
        joined([f"the {name}" for name in there])
        if len(there) <= NAMED
        else counted(len(there), known.things)
    )
    return sentence(f"here I have {named}. Try: {known.try_}")
