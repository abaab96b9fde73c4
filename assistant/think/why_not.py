"""Why a command that was nearly understood is not done: a sentence for what this house has not, or cannot.

Nothing is done here; it only tells more than that the words were not understood.
"""

import re
from typing import Final

from assistant.think.intents import Intents

NO_SUCH_ROOM: Final = "I don't know a room called {}."
NO_SUN: Final = "I can't wait for the sun to rise or set yet; tell me a time of day instead."
_LONGEST_NAME: Final = 3
"""Words of a room's name."""
_PLACE: Final = re.compile(r"\b(?:in|of) (?:the |my |our )?([a-z' ]+?)(?: (?:please|now)|(?: to| at) .*)?$")
_SUN: Final = re.compile(
    r"\b(?:at|by|on|until|till|(?:half an|an|one) hour (?:before|after)|before|after|when it gets)"
    r" (?:the )?(?:sunset|sundown|sunrise|dusk|dawn|dark|light|sun (?:sets|rises|goes down|comes up))\b"
)
NO_DEVICES: Final = "I don't know the lights and devices of this home yet. The setup asks where they are."
_OF_DEVICES: Final = re.compile(
    r"\b(?:turn|switch) (?:.+ )?(?:on|off)\b|\b(?:lights?|lamps?|fans?|blinds?|curtains?|shutters?|"
    r"thermostat|heating|heater|doors?|windows?|garage|locks?|locked|plugs?|vacuum)\b"
)


def why_not(text: str, room: str, intents: Intents) -> str:
    """The sentence for words that no intent fits; empty where there is none but that."""
    words = " ".join(re.findall(r"[a-z0-9']+", text.lower()))
    if intents.phrases.language != "en":
        return ""
    bare = " ".join(_SUN.sub(" ", words).split())
    if bare != words and intents.understand(bare, room) is not None:
        return NO_SUN
    if not intents.phrases.names.devices and _OF_DEVICES.search(words):
        return NO_DEVICES
    return _no_such_room(words, room, intents)


def _no_such_room(words: str, room: str, intents: Intents) -> str:
    """Of words that would be understood if they named a room that there is."""
    place = _PLACE.search(words)
    name = place[1].strip() if place is not None else ""
    names = intents.phrases.names
    if place is None or not name or len(name.split()) > _LONGEST_NAME or names.area(name) is not None:
        return ""
    start, end = place.span(1)
    for area in names.areas:
        understood = intents.understand(f"{words[:start]}{area.name.lower()}{words[end:]}", room)
        calls = understood.calls if understood is not None else ()
        if calls and all("targets" in call.arguments for call in calls):
            return NO_SUCH_ROOM.format(name)
    return ""
