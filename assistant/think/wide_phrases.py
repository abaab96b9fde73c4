"""home-assistant-intents' sentences → our tools, for text from the wide ear or a keyboard.

Those sentences are looser than ours and know more tools than we have. Only intents whose every slot has an
exact place in one of our calls are taken; nothing is skipped in the sentence, no slot may hold free words.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hassil.intents import Intents as ParsedIntents
from hassil.intents import TextSlotList
from hassil.recognize import RecognizeResult, recognize_all
from home_assistant_intents import get_intents

from assistant.think.calls import arguments
from assistant.think.names import FIXED_KINDS, HouseNames
from assistant.think.said import Arguments, NotMeant, Scene, Slot
from assistant.think.vocabulary import Vocabulary

_TAKES: Mapping[str, tuple[str, frozenset[str]]] = {
    "HassTurnOn": ("device_on", frozenset({"name", "area", "domain"})),
    "HassTurnOff": ("device_off", frozenset({"name", "area", "domain"})),
    "HassLightSet": ("light_set", frozenset({"name", "area", "domain", "brightness", "color"})),
    "HassGetCurrentTime": ("time_now", frozenset()),
    "HassGetCurrentDate": ("date_now", frozenset()),
    "HassNevermind": ("stop", frozenset()),
    "HassStartTimer": ("timer_set", frozenset({"hours", "minutes", "seconds"})),
    "HassCancelTimer": ("timer_cancel", frozenset()),
    "HassCancelAllTimers": ("timer_cancel", frozenset()),
    "HassPauseTimer": ("timer_pause", frozenset()),
    "HassUnpauseTimer": ("timer_resume", frozenset()),
    "HassTimerStatus": ("timer_query", frozenset()),
    "HassIncreaseTimer": ("timer_adjust", frozenset({"hours", "minutes", "seconds"})),
    "HassDecreaseTimer": ("timer_adjust", frozenset({"hours", "minutes", "seconds"})),
}
_FIXED: Mapping[str, tuple[Slot, ...]] = {
    "HassIncreaseTimer": (Slot("sign", 1),),
    "HassDecreaseTimer": (Slot("sign", -1),),
    "HassCancelAllTimers": (Slot("all", True),),
}
_OURS = {"name": "target", "area": "lights_of", "brightness": "brightness_percent"}


_ABOUT_LIGHT = frozenset({"percent", "%", "brightness", "light", "lights", "lamp", "lamps"})


def _bare_number(result: RecognizeResult) -> bool:
    """Whether a place is set to a number: "make the den 22" is rather a temperature."""
    said = {entity.name for entity in result.entities_list}
    return {"brightness", "area"} <= said and "name" not in said


class WidePhrases:
    """The wider sentences over one house's names."""

    def __init__(self, language: str, names: HouseNames) -> None:
        self._names = names
        self._parsed = _sentences(language)
        areas = [(form, area.name) for area in names.areas for form in (area.name.lower(), *area.aliases)]
        devices = names.spoken(but=FIXED_KINDS)
        self._lists = {
            "name": TextSlotList.from_tuples(((d, d) for d in devices), allow_template=False, name="name"),
            "area": TextSlotList.from_tuples(areas, allow_template=False, name="area"),
            "floor": TextSlotList.from_strings((), name="floor"),
        }
        self._vocabulary = None if self._parsed is None else Vocabulary(self._parsed, self._lists)

    def meaning(self, text: str, room: str) -> tuple[str, Arguments] | None:
        """The one call that all readings of a plain text agree on, or None. May raise Unclear."""
        if self._parsed is None or self._vocabulary is None or not self._vocabulary.holds(text):
            return None
        area = self._names.area(room)
        context = {} if area is None else {"area": area}
        results = recognize_all(text, self._parsed, slot_lists=dict(self._lists), intent_context=context)
        told = not _ABOUT_LIGHT.isdisjoint(text.replace("%", " % ").split())
        meant = [
            call
            for result in results
            if (told or not _bare_number(result)) and (call := self._call(result, room)) is not None
        ]
        return meant[0] if meant and all(call == meant[0] for call in meant) else None

    def _call(self, result: RecognizeResult, room: str) -> tuple[str, Arguments] | None:
        tool, takes = _TAKES[result.intent.name]
        said = {entity.name: entity for entity in result.entities_list}
        if len(said) != len(result.entities_list) or any(entity.is_wildcard for entity in said.values()):
            return None
        if not takes.issuperset(said) or ("domain" in said and said["domain"].value != "light"):
            return None
        if "domain" in said and "area" not in said and "name" not in said:
            return None
        slots = [Slot(_OURS.get(name, name), e.value) for name, e in said.items() if name != "domain"]
        if "name" in said and "area" in said:
            return None
        try:
            return tool, arguments(
                tool, (*slots, *_FIXED.get(result.intent.name, ())), Scene(self._names, room)
            )
        except NotMeant:
            return None


@lru_cache(maxsize=4)
def _sentences(language: str) -> ParsedIntents | None:
    data: dict[str, Any] | None = get_intents(language)
    if data is None:
        return None
    kept = {name: data["intents"][name] for name in _TAKES if name in data["intents"]}
    return ParsedIntents.from_dict({**data, "intents": kept, "skip_words": []})
