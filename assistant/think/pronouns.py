""" "Turn it off", "dim them", "add eggs to it", "the lights there": pronouns → what was spoken of last.

The pronoun gives way to a name, and the sentence must then be understood whole, with that very thing in its
call: a pronoun can mean nothing that its name could not have said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.memory.turns import Row
from assistant.messages import JsonValue, ToolCall
from assistant.think.intents import Intents, Understood
from assistant.think.leaning_words import LeaningWords, joined, places_of, without_tail
from assistant.think.meant import Meant, merged
from assistant.think.names import Named
from assistant.think.numbers import plain
from assistant.think.recent import Referent, referents, together

MOST_TRIED = 4
"""Referents looked at, newest first."""
MOST_KINDS = 6
"""Kinds of devices that one "them" can mean."""


class Pronouns:
    """Pronouns in one house."""

    def __init__(self, intents: Intents, words: LeaningWords) -> None:
        self._intents = intents
        self._words = words
        self._devices = {device.name: device for device in intents.phrases.names.devices}

    def inside(self, text: str) -> bool:
        """Whether a plain text has a word that could stand for something else."""
        words = self._words.pronoun | self._words.there | self._words.that_sort
        return any(True for _ in places_of(text, words))

    def kinds(self, referent: Referent) -> frozenset[str]:
        """What sorts of devices it is; nothing for what is none."""
        return frozenset(self._devices[name].kind for name in referent.names if name in self._devices)

    def sorts(self, referent: Referent) -> Iterator[str]:
        """What one of its sort is called: `timer`, `light`."""
        if referent.kind == "timed":
            yield referent.names[0]
        for name in referent.names if referent.kind == "devices" else ():
            yield plain(name).split()[-1]
        if "light" in self.kinds(referent):
            yield from ("light", "lights", "lamp")

    def meaning(self, text: str, room: str, rows: Sequence[Row]) -> tuple[Meant, Referent] | None:
        """What a plain text means with its pronoun, and which thing that stood for."""
        spoken_of = list(referents(rows))[:MOST_TRIED]
        for before, word, after in places_of(text, self._words.plural):
            several = together(rows, 2 if word.startswith("both") else None)
            if several is not None and (found := self._with(before, after, room, several)) is not None:
                return found, several
        for referent in spoken_of:
            for before, _, after in places_of(text, self._words.pronoun):
                if (found := self._with(before, after, room, referent)) is not None:
                    return found, referent
        return self._of_that_sort(text, room, spoken_of) or self._there(text, room, spoken_of)

    def _of_that_sort(
        self, text: str, room: str, spoken_of: Sequence[Referent]
    ) -> tuple[Meant, Referent] | None:
        """ "That light", where a light was spoken of."""
        for referent in spoken_of:
            sorts = {f"{that} {sort}" for sort in self.sorts(referent) for that in self._words.that_sort}
            for before, _, after in places_of(text, frozenset(sorts)):
                if (found := self._with(before, after, room, referent)) is not None:
                    return found, referent
        return None

    def _there(self, text: str, room: str, spoken_of: Sequence[Referent]) -> tuple[Meant, Referent] | None:
        """The room of the devices that were spoken of."""
        for referent in spoken_of:
            areas = {self._devices[name].area for name in referent.names if name in self._devices}
            area = areas.pop() if referent.kind == "devices" and len(areas) == 1 else None
            for before, _, after in places_of(text, self._words.there) if area else ():
                sentence = joined(before, "in the", plain(area or ""), after)
                understood = self._intents.understand(sentence, room)
                if understood is not None and understood.calls:
                    return Meant(understood.calls, understood.reason, sentence), referent
        return None

    def would_be(self, text: str, room: str) -> bool:
        """Whether the text is a command for a device if only its pronoun were clear."""
        kinds = {device.kind: device for device in self._intents.phrases.names.devices}
        probes = [Referent("devices", (device.name,)) for device in kinds.values()]
        return any(
            self._with(before, after, room, probe) is not None
            for before, _, after in places_of(text, self._words.pronoun)
            for probe in probes
        )

    def _with(self, before: str, after: str, room: str, referent: Referent) -> Meant | None:
        if referent.kind == "devices":
            return self._devices_for(before, after, room, referent.names)
        for rest in _endings(after, self._words):
            if (found := self._for_entry(before, rest, room, referent)) is not None:
                return found
        return None

    def _for_entry(self, before: str, after: str, room: str, referent: Referent) -> Meant | None:
        """The call for a list, a timer or the volume, where the sentence is one about it."""
        word = referent.names[0]
        sentence = joined(before, f"the {word} list" if referent.kind == "list" else f"the {word}", after)
        understood = self._intents.understand(sentence, room)
        if understood is None or len(understood.calls) != 1:
            return None
        call = understood.calls[0]
        if not call.name.startswith(f"{referent.kind if referent.kind == 'list' else word}_"):
            return None
        if referent.kind == "list" and call.arguments.get("list", word) != word:
            return None
        if referent.kind == "timed":
            if call.name == f"{word}_set":
                return None
            # A timer has a name that no other has; the others are told by their number.
            by_id = {"name": f"#{referent.entry_id}"} if word == "timer" else {"id": referent.entry_id}
            if word == "timer" or not call.name.endswith("_query"):
                call = replace(call, arguments={**call.arguments, **by_id})
        return Meant((call,), understood.reason, sentence)

    def _devices_for(self, before: str, after: str, room: str, names: Sequence[str]) -> Meant | None:
        """The same calls for all the devices, understood once for each kind of them."""
        if before.split()[:1] and before.split()[0] in self._words.not_to_devices:
            return None
        kinds: dict[str, list[Named]] = {}
        for name in names:
            if name in self._devices:
                kinds.setdefault(self._devices[name].kind, []).append(self._devices[name])
        if not kinds or len(kinds) > MOST_KINDS:
            return None
        parts: list[ToolCall] = []
        reason = sentence = ""
        for alike in kinds.values():
            found = self._for_one(before, after, room, alike[0])
            if found is None:
                return None
            understood, sentence = found
            reason = understood.reason
            targets: list[JsonValue] = [device.name for device in alike]
            parts += [_for_all(call, alike[0].name, targets) for call in understood.calls]
        return Meant(merged(parts), reason, sentence if len(names) == 1 else "")

    def _for_one(self, before: str, after: str, room: str, device: Named) -> tuple[Understood, str] | None:
        for rest in _endings(after, self._words):
            sentence = joined(before, "the", plain(device.name), rest)
            understood = self._intents.understand(sentence, room)
            if understood is None or not understood.calls:
                continue
            named = any(call.arguments.get("targets") == [device.name] for call in understood.calls)
            if named and not any(_swallowed(plain(device.name), call) for call in understood.calls):
                return understood, sentence
        return None


def _endings(after: str, words: LeaningWords) -> Iterator[str]:
    """ "off again" → "off again", "off"; "back on" → "back on", "on"."""
    yield after
    shorter = without_tail(after, words.again_after)
    if shorter is not None:
        yield shorter
    elif after in words.again_after:
        yield ""
    first, _, rest = after.partition(" ")
    if first in words.again_after and rest:
        yield rest


def _swallowed(name: str, call: ToolCall) -> bool:
    """Whether the name went into free words, as in "play [the television again]"."""
    return any(
        isinstance(value, str) and f" {name} " in f" {plain(value)} " for value in call.arguments.values()
    )


def _for_all(call: ToolCall, one: str, targets: list[JsonValue]) -> ToolCall:
    if call.arguments.get("targets") != [one]:
        return call
    return replace(call, arguments={**call.arguments, "targets": targets})
