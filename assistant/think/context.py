"""A sentence in the light of what was done before → what it means.

What leans on an earlier turn is made whole first: a pronoun gets its name, "too" its command, "no, I meant"
what is to be taken back. Then the same intents understand it as understand everything, whole or not at all;
what was done too long ago, or in another room, is no part of it.
"""

from collections.abc import Callable, Sequence

from assistant.memory.turns import Row
from assistant.messages import ToolCall
from assistant.think.choosing import Choosing, of, targets_of
from assistant.think.corrections import Corrections
from assistant.think.ellipsis import Ellipsis
from assistant.think.entries import Entries
from assistant.think.intents import Intents
from assistant.think.leaning_words import LeaningWords, places_of, without_lead, without_tail
from assistant.think.meant import Meant
from assistant.think.numbers import plain
from assistant.think.pronouns import Pronouns
from assistant.think.questions import Question
from assistant.think.recent import as_done, base, deeds, referents

THE_SAME = "Shall I do the same there?"
WHICH_ONE = "Which one do you mean?"
_ABOUT_TALK = frozenset({"stop", "repeat", "undo", "why", "help"})
"""Tools that are meant as they were said, pronoun or not."""
_STOPPED = frozenset({"vacuum", "cover", "valve", "fan", "media_player"})
"""Kinds of devices that "stop it" can also mean, right after they were started."""
_BACK = ("back on", "back off")
_JOINTS = frozenset({"and", "then", "and then"})
_ONE = frozenset({"one", "ones"})
_SNOOZE = "snooze"
_BARE_ANSWER = "answer"
"""What the phrases call a yes or no; it is no command and no part of one."""
_READS = ("_query", "_read")


class Context:
    """The sentences of one house."""

    def __init__(self, intents: Intents, ringing: Callable[[], bool] = lambda: False) -> None:
        self._ringing = ringing
        self._intents = intents
        self._words = LeaningWords.of(intents.phrases)
        self._complaints = intents.phrases.meanings("too_much")
        self._states = intents.phrases.meanings("bare_state")
        self._pronouns = Pronouns(intents, self._words)
        self._ellipsis = Ellipsis(intents, self._words)
        self._entries = Entries(intents, self._words)
        self.choosing = Choosing(intents, self._words, self._ellipsis)
        self._corrections = Corrections(intents, self._words, self._ellipsis)

    def understand(self, text: str, room: str, rows: Sequence[Row]) -> Meant | None:
        """What `text` means in `room` after these rows (fresh ones, newest first); None: nothing whole."""
        with self._intents.one_sentence():
            return self._understood(text, room, rows)

    def _understood(self, text: str, room: str, rows: Sequence[Row]) -> Meant | None:
        words = self._words.bare(plain(text))
        if (wanted := self._complaints.get(words)) is not None:
            words = text = f"make it {wanted}"
        if (state := self._states.get(words)) is not None and rows:
            words = text = f"turn it {state}"
        words = without_tail(words, self._intents.phrases.tails) or words
        if (again := self._again(words, rows)) is not None:
            return again
        if (several := self._one_after_the_other(words, room, rows)) is not None:
            return several
        if words in self._words.bare_verb and (meant := self._leaning(f"{words} it", room, rows)) is not None:
            return meant
        whole = self._whole(text, room)
        if whole is None and (core := self._corrections.core(words, rows)) is not None:
            meant = self._leaning(core, room, rows, self._whole(core, room))
            meant = meant or self._corrections.meaning(core, rows, room)
            # Without anything to correct, what follows a "no" or a "sorry" is a command like any other.
            return meant or self._whole(core, room)
        if whole is None and (rather := self._rather(words, room)) is not None:
            return rather
        meant = self._leaning(words, room, rows, whole) or whole or self._whole(words, room)
        meant = meant or self._too(words, room, rows) or self._whole(text, room, silent=False)
        return meant and self._put_back(words, meant, rows)

    def _one_after_the_other(self, words: str, room: str, rows: Sequence[Row]) -> Meant | None:
        """ "Turn on the desk lamp and dim it": the pronoun is for what the same sentence named before."""
        for before, _, after in places_of(words, _JOINTS) if self._pronouns.inside(words) else ():
            if not before or not self._pronouns.inside(after) or self._pronouns.inside(before):
                continue
            first = self._whole(before, room)
            if first is None or not any(targets_of(call) for call in first.calls):
                continue
            rest = self.understand(after, room, (as_done(first.calls, room, before),))
            if rest is not None and rest.calls and not rest.back:
                return Meant((*first.calls, *rest.calls), f"{first.reason}; {rest.reason}")
        return None

    def _rather(self, words: str, room: str) -> Meant | None:
        """ "Turn on the kitchen light, no, the bedroom": corrected in one breath; only the last is done."""
        for before, _, after in places_of(words, self._words.rather):
            first = self._whole(before, room) if before and after else None
            if first is not None and first.calls:
                meant = self._corrections.meaning(after, (as_done(first.calls, room, before),), room)
                if meant is not None:
                    return meant
        return None

    def _put_back(self, words: str, meant: Meant, rows: Sequence[Row]) -> Meant:
        """ "Put them back on" after they were switched off is no more than taking that back."""
        made = next((row for row in rows if row.acts), None)
        last = deeds(made) if made is not None else ()
        if len(last) != 1 or len(meant.calls) != 1 or not words.endswith(_BACK):
            return meant
        before, now = last[0][0], meant.calls[0]
        opposite = {before.name, now.name} == {"device_on", "device_off"}
        if not opposite or targets_of(before) != targets_of(now):
            return meant
        return Meant((ToolCall(now.id, "undo", {}),), "what was switched is put back", meant.sentence)

    def unclear(self, text: str, room: str) -> Meant | None:
        """The question to ask where only a pronoun's meaning is missing."""
        words = plain(text)
        if not self._pronouns.inside(words) or not self._pronouns.would_be(words, room):
            return None
        pronoun = max((p for p in self._words.pronoun if f" {p} " in f" {words} "), key=len, default="")
        question = Question(unfinished=words, missing=pronoun)
        return Meant((), "a pronoun with nothing to stand for", asks=WHICH_ONE, question=question)

    # ── one way each ─────────────────────────────────────────────────────────────────────────────

    def _whole(self, text: str, room: str, *, silent: bool = True) -> Meant | None:
        """What the intents make of it. `silent`: nothing rings, so that nothing can be told to ring later."""
        understood = self._intents.understand(text, room)
        if understood is None or self._names_one(plain(text)):
            return None
        tools = [call.name for call in understood.calls]
        if _BARE_ANSWER in tools or (silent and tools == [_SNOOZE] and not self._ringing()):
            return None
        return of(understood, text)

    def _names_one(self, words: str) -> bool:
        """Whether "one" at the end stands for a thing, after its room's name, and is no number."""
        before = without_tail(words, _ONE)
        row = before.split() if before else []
        names = self._intents.phrases.names
        return any(names.area(" ".join(row[at:])) is not None for at in range(max(0, len(row) - 3), len(row)))

    def _again(self, words: str, rows: Sequence[Row]) -> Meant | None:
        did_something = bool(rows) and bool(rows[0].acts) and bool(deeds(rows[0]))
        if words in self._words.again or (words in self._words.once_more and did_something):
            return self._ellipsis.again(rows)
        if words in self._words.more:
            return self._ellipsis.step(rows, 1)
        return self._ellipsis.step(rows, -1) if words in self._words.less else None

    def _leaning(
        self, words: str, room: str, rows: Sequence[Row], whole: Meant | None = None
    ) -> Meant | None:
        """What the words mean with their pronoun's thing; a comparison alone is one with "make it"."""
        text = f"make it {words.removeprefix('even ')}" if words in self._words.comparative else words
        if not rows or not self._pronouns.inside(text):
            return self._of_that_sort(words, room, rows)
        if self._lost(rows[0]):
            return None
        found = self._pronouns.meaning(text, room, rows)
        if found is None:
            return None
        meant, referent = found
        if whole is None or _ABOUT_TALK.isdisjoint(call.name for call in whole.calls):
            return meant
        if not referent.newest or len(meant.calls) != 1 or [c.name for c in whole.calls] != ["stop"]:
            return None
        if meant.calls[0].name.endswith("_cancel"):
            return meant
        # Something may ring as well: silence first, as ever.
        stops = self._pronouns.kinds(referent) <= _STOPPED
        return Meant((*whole.calls, *meant.calls), meant.reason, meant.sentence) if stops else None

    def _lost(self, row: Row) -> bool:
        """Whether a thing was named last in words that were not understood: "it" is that, no older one."""
        if row.calls or row.route not in ("none", "llm") or row.said[-1:] == (WHICH_ONE,):
            return False
        return bool(self._intents.phrases.things.spans(plain(row.text).split()))

    def _of_that_sort(self, words: str, room: str, rows: Sequence[Row]) -> Meant | None:
        """ "Cancel the last one", "turn off the bedroom one": one of the sort that was spoken of."""
        start = without_tail(words, _ONE)
        for referent in referents(rows) if start is not None else ():
            for noun in self._pronouns.sorts(referent):
                if (meant := self._whole(f"{start} {noun}", room)) is not None:
                    return meant
        return None

    def _too(self, words: str, room: str, rows: Sequence[Row]) -> Meant | None:
        """What was said "too", or "what about" it; one that adds nothing to a command of its own is that."""
        lead = without_lead(words, self._words.too_before)
        core = without_tail(lead or words, self._words.too_after) or lead
        asked = without_lead(words, self._words.ask_before)
        if core is not None:
            if (whole := self._whole(core, room) or self._leaning(core, room, rows)) is not None:
                return whole
            return self._ellipsis.same(core, rows, room) or self._more_time(core, room, rows)
        if words in self._words.other_one:
            return self._ellipsis.same(words, rows, room)
        if words.endswith(_BACK):
            return self._whole(" ".join((*words.split()[:-2], words.split()[-1])), room)
        if asked is not None:
            row = base(rows)
            only_read = row is not None and all(call.name.endswith(_READS) for call, _ in deeds(row))
            meant = self._ellipsis.same(asked, rows, room)
            if meant is None and not only_read:
                return self._corrections.meaning(asked, rows, room)
            if meant is None or only_read or not meant.calls:
                return meant
            return Meant((), meant.reason, asks=THE_SAME, question=Question(meant=meant.calls))
        return self._more_time(words, room, rows) or self._entries.off_the_list(words, rows, room)

    def _more_time(self, words: str, room: str, rows: Sequence[Row]) -> Meant | None:
        """ "Ten more minutes", after a timer was spoken of."""
        if "more" not in words.split() and "another" not in words.split():
            return None
        meant = self._leaning(f"add {words} to it", room, rows)
        if meant is not None and all(call.name.endswith("_adjust") for call in meant.calls):
            return meant
        return self._ellipsis.same(words, rows, room)
