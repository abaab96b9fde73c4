""" "And the bedroom too", "and eggs", "a bit more", "again": the same, for another or once more."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.memory.turns import Row
from assistant.messages import JsonValue, ToolCall
from assistant.think.entries import Entries
from assistant.think.intents import Intents
from assistant.think.leaning_words import LeaningWords, without_lead, without_tail
from assistant.think.meant import Meant
from assistant.think.names import Named
from assistant.think.numbers import plain
from assistant.think.questions import Question, which
from assistant.think.recent import base, deeds

MOST_OTHERS = 4
"""Among more, nobody speaks of "the other one"."""
_ONE = frozenset({"one", "ones"})
_CHANGES = ("brightness_change", "speed_change", "volume_change", "temperature_change", "steps")
"""Arguments that change something by a step."""
_STEP_AFTER: Mapping[str, tuple[str, str, int]] = {
    "light_set": ("light_change", "brightness_change", 20),
    "volume_set": ("volume_change", "steps", 1),
    "climate_set": ("climate_set", "temperature_change", 1),
    "fan_set": ("fan_set", "speed_change", 20),
    "media_set": ("media_set", "volume_change", 10),
}
"""After something was set: the tool and argument that move it by a step."""
_OTHER_KIND: Mapping[str, tuple[str, ...]] = {
    "device_on": ("turn on the {}", "open the {}", "lock the {}"),
    "device_off": ("turn off the {}", "close the {}"),
    "device_query": ("is the {} on", "is the {} open", "what is the {}"),
}
_MOVED = frozenset({"cover", "valve", "lock"})
"""They are opened and locked, never switched on, so what is said of a lamp is not meant of them."""


class Ellipsis:
    """The same once more, in one house."""

    def __init__(self, intents: Intents, words: LeaningWords) -> None:
        self._intents = intents
        self._entries = Entries(intents, words)
        self._words = words
        self._names = intents.phrases.names
        self._things = intents.phrases.things
        self._devices = {device.name: device for device in self._names.devices}
        self._ids = itertools.count(1)

    def again(self, rows: Sequence[Row]) -> Meant | None:
        """What was done last, done again."""
        row = base(rows)
        if row is None:
            return None
        return Meant(
            tuple(self._new(call) for call, _ in deeds(row)), "the same again", row.meant or plain(row.text)
        )

    def step(self, rows: Sequence[Row], sign: int) -> Meant | None:
        """What was changed last, by one step more (1) or back (-1)."""
        row = base(rows)
        for call, _ in reversed(deeds(row)) if row else ():
            for key in _CHANGES:
                value = call.arguments.get(key)
                if isinstance(value, int) and value:
                    step = value if key != "steps" else (1 if value > 0 else -1)
                    return Meant((self._new(call, {**call.arguments, key: sign * step}),), "one step more")
            if after := _STEP_AFTER.get(call.name):
                tool, key, step = after
                kept = {"targets": call.arguments["targets"]} if "targets" in call.arguments else {}
                return Meant(
                    (replace(self._new(call, {**kept, key: sign * step}), name=tool),), "a step more"
                )
        return None

    def same(self, words: str, rows: Sequence[Row], room: str) -> Meant | None:
        """What was done or asked last, for another place or thing."""
        row = base(rows)
        if row is None:
            return None
        core = self._words.core(words)
        core = without_tail(core, _ONE) or self._words.core(without_lead(core, _ONE) or core)
        calls = [call for call, _ in deeds(row) if isinstance(call.arguments.get("targets"), list)]
        if calls and words in self._words.other_one:
            return self._the_other(calls)
        if calls:
            return (
                self._in_its_words(core, row, calls, room)
                or self._others(core, calls, room)
                or self._another_kind(core, calls, room)
            )
        return self._entries.another(words, row, room) if row is rows[0] else None

    def names_something(self, words: str, room: str) -> bool:
        """Whether plain words name a device or a place of this house."""
        kinds = frozenset(device.kind for device in self._names.devices)
        return self._names.area(words) is not None or bool(self._things.meant(words, room, kinds)[0])

    def spoken(self, row: Row) -> str:
        """All plain words by which one may name what a row was about."""
        devices = [self._devices[n] for n in _named([c for c, _ in deeds(row)]) if n in self._devices]
        areas = [form for device in devices for form in self._called(device.area)]
        names = [plain(name) for device in devices for name in (device.name, *device.aliases)]
        return " ".join([plain(row.text), *(f"{each} " for each in (*areas, *names))])

    # ── devices ──────────────────────────────────────────────────────────────────────────────────

    def _in_its_words(self, core: str, row: Row, calls: Sequence[ToolCall], room: str) -> Meant | None:
        """The earlier sentence with the other room's name in the place of the first one's."""
        place = self._names.area(core)
        said = f" {row.meant or plain(row.text)} "
        if place is None:
            return None
        for area in dict.fromkeys(
            self._devices[name].area for name in _named(calls) if name in self._devices
        ):
            for form in self._called(area):
                if area == place or f" {form} " not in said:
                    continue
                sentence = said.replace(f" {form} ", f" {plain(place)} ", 1).strip()
                understood = self._intents.understand(sentence, room)
                if understood is not None and [c.name for c in understood.calls] == [c.name for c in calls]:
                    return Meant(understood.calls, understood.reason, sentence)
        return None

    def _others(self, core: str, calls: Sequence[ToolCall], room: str) -> Meant | None:
        """The same calls for other devices of the same kinds."""
        place = self._names.area(core)
        made: list[ToolCall] = []
        for call in calls:
            before = [self._devices[name] for name in _named([call]) if name in self._devices]
            kinds = frozenset(device.kind for device in before)
            found, together = self._things.meant(core, room, kinds)
            if len(found) > 1 and not together:
                return self._which(core, found, call)
            if not found and place is not None:
                found = self._counterparts(before, place)
            if found:
                targets: list[JsonValue] = [*found]
                made.append(self._new(call, {**call.arguments, "targets": targets}))
        if made:
            return Meant(tuple(made), "the same for another")
        if place is None:
            return None
        kinds = frozenset(self._devices[name].kind for name in _named(calls) if name in self._devices)
        words = " or ".join(sorted(kind.replace("_", " ") for kind in kinds)) or "device"
        return Meant((), "the same for another", says=f"I know no {words} in the {place}.")

    def _the_other(self, calls: Sequence[ToolCall]) -> Meant | None:
        """The only other device of the same kind in the same place; of several, the one that is named."""
        before = [self._devices[name] for name in _named(calls) if name in self._devices]
        kinds = {(device.kind, device.area) for device in before}
        others = [d.name for d in self._names.devices if (d.kind, d.area) in kinds and d not in before]
        if not others:
            everywhere = {kind for kind, _ in kinds}
            others = [d.name for d in self._names.devices if d.kind in everywhere and d not in before]
        if len(calls) != 1 or not 0 < len(others) <= MOST_OTHERS:
            return None
        if len(others) > 1:
            return self._which("other one", others, calls[0])
        return Meant((self._new(calls[0], {**calls[0].arguments, "targets": [others[0]]}),), "the other one")

    def _which(self, core: str, found: Sequence[str], call: ToolCall) -> Meant:
        choices: dict[str, ToolCall | str] = {}
        for name in found:
            targets: list[JsonValue] = [name]
            choices[name] = self._new(call, {**call.arguments, "targets": targets})
        return Meant((), "the same for another", asks=which(core, found), question=Question(choices=choices))

    def _counterparts(self, before: Sequence[Named], place: str) -> tuple[str, ...]:
        """The devices of a place that are to it what others are to theirs."""
        there: list[str] = []
        for device in before:
            alike = [d for d in self._names.devices if d.area == place and d.kind == device.kind]
            own = [d for d in alike if _rest(d) == _rest(device)]
            classed = [d for d in alike if d.device_class == device.device_class]
            there += [d.name for d in own or classed or alike]
        if len(before) > 1 and len({device.kind for device in before}) == 1 and before[0].kind == "light":
            return self._names.lights(place)
        return tuple(dict.fromkeys(there))

    def _another_kind(self, core: str, calls: Sequence[ToolCall], room: str) -> Meant | None:
        if len(calls) != 1:
            return None
        kinds = {self._devices[name].kind for name in _named(calls) if name in self._devices}
        for form in _OTHER_KIND.get(calls[0].name, ()):
            if (form.startswith(("turn", "is the {} on"))) == kinds.isdisjoint(_MOVED):
                sentence = form.format(core)
                understood = self._intents.understand(sentence, room)
                if understood is not None and [c.name for c in understood.calls] == [calls[0].name]:
                    return Meant(understood.calls, understood.reason, sentence)
        return None

    def _called(self, area: str | None) -> Iterator[str]:
        for named in self._names.areas:
            if named.name == area:
                yield from filter(None, map(plain, (named.name, *named.aliases)))

    def _new(self, call: ToolCall, arguments: Mapping[str, JsonValue] | None = None) -> ToolCall:
        return ToolCall(
            f"leaning-{next(self._ids)}", call.name, call.arguments if arguments is None else arguments
        )


def _named(calls: Sequence[ToolCall]) -> list[str]:
    return [
        str(name)
        for call in calls
        if isinstance(targets := call.arguments.get("targets"), list)
        for name in targets
    ]


def _rest(device: Named) -> str:
    """A device's name without its room's: `light` for the kitchen light."""
    return plain(device.name).removeprefix(f"{plain(device.area or '')} ")
