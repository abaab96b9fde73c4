""" "No, I meant the bedroom", "not the kitchen, the hall", "no, fifteen minutes": taken back, then done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.memory.turns import Row
from assistant.messages import ToolCall
from assistant.think.ellipsis import Ellipsis
from assistant.think.entries import entry_sentences
from assistant.think.intents import Intents
from assistant.think.leaning_words import LeaningWords, without_lead, without_tail
from assistant.think.meant import Meant
from assistant.think.recent import DEFAULT_LIST, base, deeds
from assistant.think.retimed import retimed

CANNOT: str = "I can't take back what I did before."
_BUT = "but"
_SETS: Mapping[str, tuple[str, ...]] = {
    "light_set": ("set the {} to {}",),
    "light_change": ("set the {} to {}",),
    "device_on": ("set the {} to {}", "turn the {} {}"),
    "device_off": ("turn the {} {}",),
    "fan_set": ("set the {} to {}",),
    "cover_set": ("set the {} to {}",),
    "climate_set": ("set the {} to {}",),
    "media_set": ("set the volume of the {} to {}", "set the {} to {}"),
}
"""How another value for the same device is said."""
_ENTRIES = ("timer_", "alarm_", "reminder_", "command_", "list_")
"""Tools that make something new each time: what was made by mistake goes."""


class Corrections:
    """What was meant instead, in one house."""

    def __init__(self, intents: Intents, words: LeaningWords, ellipsis: Ellipsis) -> None:
        self._intents = intents
        self._words = words
        self._ellipsis = ellipsis

    def core(self, text: str, rows: Sequence[Row]) -> str | None:
        """What a plain text says was meant instead; None where it corrects nothing."""
        rest = without_lead(text, self._words.meant_before)
        said = text if rest is None else rest
        if rest is not None and (further := without_lead(rest, self._words.meant_before)) is not None:
            said = further
        wanted = self._not_but(said, rows)
        if wanted is None and rest is None:
            wrong, row = without_lead(text, self._words.not_this), base(rows)
            return text if wrong is not None and row is not None and self._was(wrong, row) else None
        found = wanted or said
        return without_tail(found, self._words.instead_after) or found

    def meaning(self, core: str, rows: Sequence[Row], room: str) -> Meant | None:
        """What to take back and what to do instead."""
        row = base(rows)
        if row is None:
            return None
        if (wrong := without_lead(core, self._words.not_this)) is not None:
            return self._without(wrong, row, room)
        done = [call for call, _ in deeds(row)]
        of_devices = any("targets" in call.arguments for call in done)
        found = self._value(core, done, room) if of_devices else None
        if found is None and core.split()[-1] in ("one", "ones"):
            found = self._ellipsis.same(core, rows, room)
        whole = None if found else self._intents.understand(core, room)
        if whole is not None and whole.calls:
            new = Meant(whole.calls, whole.reason)
            return self._instead(new, row) if _same_tools(done, whole.calls) else new
        found = found or self._value(core, done, room) or self._ellipsis.same(core, rows, room)
        if found is not None:
            return self._instead(found, row)
        # "Make it twenty minutes" is said of the timer that was set, whatever was asked about it since.
        made = next((each for each in rows if each.acts and each is not row), None)
        if made is None:
            return None
        found = self._value(core, [call for call, _ in deeds(made)], room)
        return None if found is None else self._instead(found, made)

    def _without(self, wrong: str, row: Row, room: str) -> Meant | None:
        """ "No, not ham": that part is taken back, and nothing comes instead."""
        if not self._was(wrong, row):
            return None
        call = deeds(row)[-1][0]
        if call.name == "list_add":
            of_list = call.arguments.get("list") or DEFAULT_LIST
            understood = self._intents.understand(f"take {wrong} off the {of_list} list", room)
            return None if understood is None else Meant(understood.calls, understood.reason)
        return Meant((ToolCall("not-this", "undo", {}),), "taken back")

    def _instead(self, new: Meant, row: Row) -> Meant:
        """`new`, after what was done by mistake is taken back, where it would not be overwritten anyway."""
        if not new.calls:
            return new
        wrong = [
            (call, result)
            for call, result in deeds(row)
            if result.changed and not _overwritten(call, new.calls)
        ]
        back = tuple(call for _, result in reversed(wrong) for call in result.undo)
        says = new.says or (CANNOT if any(not result.undo for _, result in wrong) else "")
        return replace(new, back=back, says=says)

    def _value(self, core: str, done: Sequence[ToolCall], room: str) -> Meant | None:
        """Another value for the same thing: `fifty percent`, `fifteen minutes`, `blue`."""
        if len(done) != 1:
            return None
        call = done[0]
        targets = call.arguments.get("targets")
        bare = without_lead(core, frozenset({"to", "at", "for", "by"})) or core
        if isinstance(targets, list):
            for form in _SETS.get(call.name, ()):
                understood = self._intents.understand(form.format(targets[0], bare), room)
                if understood is not None and [c.arguments.get("targets") for c in understood.calls] == [
                    targets[:1]
                ]:
                    return Meant(tuple(_for_all(c, call) for c in understood.calls), understood.reason)
            return None
        if (again := retimed(call, bare, self._intents.now())) is not None:
            return Meant((again,), "the same at another time")
        for sentence in entry_sentences(call, bare):
            understood = self._intents.understand(sentence, room)
            if understood is not None and [c.name for c in understood.calls] in ([call.name], ["volume_set"]):
                return Meant(understood.calls, understood.reason, sentence)
        return None

    def _not_but(self, said: str, rows: Sequence[Row]) -> str | None:
        """`Y` of "not X but Y", "not X, Y" or "Y, not X", where X is what was done."""
        row = base(rows)
        if row is None:
            return None
        rest = without_lead(said, self._words.not_this)
        if rest is not None:
            words = rest.split()
            for cut in range(len(words) - 1, 0, -1):
                wrong, right = " ".join(words[:cut]), words[cut:]
                if self._was(wrong, row):
                    right = right[1:] if right[0] == _BUT else right
                    return " ".join(right) or None
            return None
        for word in self._words.not_this:
            right_words, found, wrong = said.partition(f" {word} ")
            if found and self._was(wrong, row):
                return right_words
        return None

    def _was(self, wrong: str, row: Row) -> bool:
        """Whether these words name what was done: they were said, or its device or room is called so."""
        core = self._words.core(wrong)
        if wrong in self._words.pronoun:
            return True
        if core in self._words.article | self._words.place_before:
            return False
        return f" {core} " in f" {row.meant} {self._ellipsis.spoken(row)} "


def _same_tools(done: Sequence[ToolCall], new: Sequence[ToolCall]) -> bool:
    return [call.name for call in done] == [call.name for call in new]


def _overwritten(call: ToolCall, new: Sequence[ToolCall]) -> bool:
    """Whether the new calls set the same devices anyway."""
    if call.name.startswith(_ENTRIES):
        return False
    targets = call.arguments.get("targets")
    if not isinstance(targets, list):
        return any(each.name.split("_")[0] == call.name.split("_")[0] for each in new)
    there = {str(name) for each in new if isinstance(t := each.arguments.get("targets"), list) for name in t}
    return {str(name) for name in targets} <= there


def _for_all(new: ToolCall, before: ToolCall) -> ToolCall:
    return replace(new, arguments={**new.arguments, "targets": before.arguments["targets"]})
