"""Transcript → the tool calls it means, or nothing at all.

A sentence is understood whole or not at all: every word must fit a phrase, every part of a joined sentence
must be a command by itself. What is left over goes to the LLM, never to a tool.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hassil.recognize import recognize_all

from assistant.messages import ToolCall
from assistant.think import later
from assistant.think.calls import arguments
from assistant.think.frame_questions import FrameQuestions
from assistant.think.frames import Frames
from assistant.think.joints import MAX_CUTS, cuts_in, joined, tokens_of
from assistant.think.lexicon import Lexicon
from assistant.think.matches import rank, slots_of
from assistant.think.near_names import NearNames
from assistant.think.numbers import plain
from assistant.think.phrases import Phrases
from assistant.think.pronunciations import Sounds
from assistant.think.said import Arguments, NotMeant, Scene, Unclear
from assistant.think.wide_phrases import WidePhrases
from assistant.think.written import as_written

_OR_OURS = frozenset({"media_set", "device_query"})
_OURS = frozenset({"volume_set", "volume_change", "list_read"})
"""Skills of the house whose words may name a device too: "the music", "my list"."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a whole sentence means."""

    calls: tuple[ToolCall, ...]
    """In the order spoken; empty when the house must ask first."""
    reason: str
    """Which phrase it was, for the record."""
    question: str | None = None
    """What to ask when the words fit but more than one thing is meant."""
    names: tuple[str, ...] = ()
    """The devices among which the answer chooses."""
    agreed: tuple[ToolCall, ...] = ()
    """What a yes to the question does."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """One way to understand a text."""

    tool: str
    arguments: Arguments
    phrase: str
    question: str | None = None
    names: tuple[str, ...] = ()
    in_doubt: str = ""
    """The name of which it is not sure that it was said."""
    open: bool = False
    """Some of its words may be any words: what fits without them goes first."""


class Intents:
    """The phrases of a house, ready to be recognised."""

    def __init__(self, phrases: Phrases) -> None:
        self.learn(phrases)
        self._ids = itertools.count(1)
        self.recalls: Callable[[str], bool] = lambda question: False
        """Whether a note answers a question; the house joins the notes in."""
        self.now: Callable[[], datetime] = datetime.now
        """The wall clock of the house; with virtual clocks the house joins theirs in."""
        self.told: Callable[[str], str] = lambda sentence: sentence
        """A sentence of the mind's own in the language of the house, which joins this in."""

    def heard(self, text: str) -> str:
        """A bare yes or no in English words; anything else as it is."""
        return text

    def learn(self, phrases: Phrases) -> None:
        """Understand these phrases from now on; may be called on a thread, it is all or nothing."""
        wide = WidePhrases(phrases.language, phrases.names)
        lexicon = Lexicon(phrases.parsed.slot_lists, phrases.things)
        frames = Frames(lexicon, phrases.names, phrases.things)
        self._asked = FrameQuestions(lexicon, phrases.names, phrases.things)
        self._phrases, self._wide, self._frames = phrases, wide, frames
        areas = (form for area in phrases.names.areas for form in (area.name, *area.aliases))
        names = (*phrases.names.spoken(), *map(plain, areas))
        self._near = NearNames(names, Sounds(phrases.language), self._same)

    @property
    def phrases(self) -> Phrases:
        """What it understands by."""
        return self._phrases

    def understand(self, text: str, room: str) -> Understood | None:
        """The calls of `text` said in `room` (an area's name); None where it is not understood whole."""
        tokens = tokens_of(text)
        if not tokens:
            return None
        whole = " ".join(token for token in tokens if token != ",")
        single = self._one(whole, room)
        found = [single] if single else self._several(tokens, room) or self._loosely(whole, room)
        if not found:
            return None
        asked = next((meaning for meaning in found if meaning.question is not None), None)
        if asked is not None:
            return Understood((), f"phrase {asked.phrase!r}", asked.question, asked.names)
        calls = tuple(
            ToolCall(f"intent-{next(self._ids)}", m.tool, as_written(m.tool, m.arguments, text))
            for m in found
        )
        reason = "; ".join(f"phrase {m.phrase!r}" for m in found)
        if doubt := next((meaning.in_doubt for meaning in found if meaning.in_doubt), ""):
            return Understood((), reason, f"Did you mean the {doubt}?", agreed=calls)
        return Understood(calls, reason)

    def _one(self, text: str, room: str, *, timed: bool = True) -> _Meaning | None:
        """A single command, said with or without politeness around it."""
        unclear: _Meaning | None = None
        loose: _Meaning | None = None
        readings = (self._frame, self._phrase)
        if any(text.startswith(f"{lead} ") for lead in self._phrases.words("about_me")):
            readings = (self._phrase, self._frame)
        for read in readings:
            for said in self._unwrapped(text):
                meaning = read(said, room)
                if meaning is not None and meaning.open:
                    loose = loose or meaning
                elif meaning is not None and meaning.question is None:
                    return self._rather(meaning, said, room)
                else:
                    unclear = unclear or meaning
        return loose or unclear or (self._later(text, room) if timed else None)

    def _rather(self, meaning: _Meaning, said: str, room: str) -> _Meaning:
        """Of the house itself (its own volume, its lists) where the words are a phrase for that too."""
        if meaning.tool not in _OR_OURS:
            return meaning
        ours = self._phrase(said, room)
        return ours if ours is not None and ours.tool in _OURS and not ours.open else meaning

    def _later(self, text: str, room: str) -> _Meaning | None:
        """A command with a time before it (for all that follows) or after it."""
        for said in reversed(list(self._unwrapped(text))):
            found = later.reading(
                said,
                self.now(),
                lambda rest: self._one(rest, room, timed=False),
                lambda rest: self._several(rest, room),
            )
            if found is not None:
                if isinstance(found, _Meaning):
                    return found
                return _Meaning(later.TOOL, found, "a command and its time")
        return None

    def _frame(self, text: str, room: str) -> _Meaning | None:
        """What the words mean in any order, where every one of them counts."""
        try:
            meant = self._frames.meaning(text, room) or self._asked.meaning(text, room)
        except Unclear as doubt:
            return _Meaning("", {}, "words in any order", doubt.question, doubt.names)
        return None if meant is None else _Meaning(*meant, "words in any order")

    def _loosely(self, text: str, room: str) -> list[_Meaning]:
        """What the wider sentences, or a mended device name, make of a text that no phrase fits."""
        if not self._phrases.words("turning_words").isdisjoint(text.split()):
            return []
        for said in self._unwrapped(text):
            try:
                meant = self._wide.meaning(said, room)
            except Unclear:
                continue
            if meant is not None:
                return [_Meaning(*meant, "home-assistant-intents")]
        near = list(self._near.mended(text.split(), self._phrases.words("never_in_names")))
        for sure in (True, False):
            found = [
                (m, each.name) for each in near if each.sure is sure and (m := self._one(each.text, room))
            ]
            if found and all(_alike(found[0][0], other) for other, _ in found):
                meaning, name = found[0]
                return [meaning if sure else replace(meaning, in_doubt=name)]
        return []

    def _same(self, name: str, other: str) -> bool:
        area = self._phrases.names.area(name)
        if area is not None and area == self._phrases.names.area(other):
            return True
        return bool(set(self._phrases.names.meant(name, "")) & set(self._phrases.names.meant(other, "")))

    def _unwrapped(self, text: str) -> Iterator[str]:
        """The text itself, then without the politeness around it."""
        yield text
        leads = [f"{lead} " for lead in self._phrases.lead_ins if text.startswith(f"{lead} ")]
        tails = [f" {tail}" for tail in self._phrases.tails if text.endswith(f" {tail}")]
        for lead, tail in itertools.product(["", *leads], ["", *tails]):
            inner = text.removeprefix(lead).removesuffix(tail)
            if inner and inner != text:
                yield inner

    def _phrase(self, text: str, room: str) -> _Meaning | None:
        things = self._phrases.things
        results = sorted(recognize_all(text, self._phrases.parsed, slot_lists=things.lists(text)), key=rank)
        never = (self._phrases.words("never_in_names"), self._phrases.words("never_in_tasks"))
        scene = Scene(self._phrases.names, room, *never, things, self.recalls, self.now)
        unclear: _Meaning | None = None
        for result in results:
            phrase = (result.intent_sentence.text or "") if result.intent_sentence else ""
            try:
                meant = arguments(result.intent.name, slots_of(result), scene)
            except NotMeant:
                continue
            except Unclear as doubt:
                unclear = unclear or _Meaning(result.intent.name, {}, phrase, doubt.question, doubt.names)
                continue
            return _Meaning(result.intent.name, meant, phrase, open=rank(result)[0] > 0)
        return unclear

    def _several(self, tokens: Sequence[str], room: str) -> list[_Meaning]:
        """Commands joined by "and", "then" or a comma: all understood, or none."""
        cuts = list(cuts_in(tokens))
        if not cuts or len(cuts) > MAX_CUTS:
            return []
        for start, end in cuts:
            first = self._one(joined(tokens[:start]), room)
            if first is None:
                continue
            rest = tokens[end:]
            last = self._one(joined(rest), room)
            following = [last] if last is not None else self._several(rest, room)
            if following:
                return [first, *following]
        return []


def _alike(one: _Meaning, other: _Meaning) -> bool:
    return (one.tool, one.arguments, one.question) == (other.tool, other.arguments, other.question)
