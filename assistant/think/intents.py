"""Transcript → the tool calls it means, or nothing at all.

A sentence is understood whole or not at all: every word must fit a phrase, every part of a joined sentence
must be a command by itself. What is left over goes to the LLM, never to a tool.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from hassil.recognize import recognize_all

from assistant.messages import ToolCall
from assistant.think import later, shared, spans
from assistant.think.calls import arguments
from assistant.think.frame_questions import FrameQuestions
from assistant.think.frames import Frames
from assistant.think.joints import MAX_CUTS, cuts_in, joined, tokens_of
from assistant.think.lexicon import Lexicon
from assistant.think.loosely import Loose
from assistant.think.matches import rank, slots_of
from assistant.think.meaning import Meaning, Seen
from assistant.think.phrases import Phrases
from assistant.think.said import NotMeant, Scene, Unclear
from assistant.think.written import as_written

MOST_ALIKE = 8
"""Ways to share words that are tried in one sentence."""
_OR_OURS = frozenset({"media_set", "media_control", "device_query"})
_OURS = frozenset({"volume_set", "volume_change", "list_read", "talk_move", "room_ask"})
"""Skills of the house whose words may name a device too: "my list", "ask the den to be quiet"."""


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


class Intents:
    """The phrases of a house, ready to be recognised."""

    def __init__(self, phrases: Phrases) -> None:
        self._seen = Seen()
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
        lexicon = Lexicon(phrases.parsed.slot_lists, phrases.things)
        frames = Frames(lexicon, phrases.names, phrases.things)
        self._asked = FrameQuestions(lexicon, phrases.names, phrases.things)
        self._phrases, self._frames, self._loose = phrases, frames, Loose(phrases, lexicon.words())

    @property
    def phrases(self) -> Phrases:
        """What it understands by."""
        return self._phrases

    @contextmanager
    def one_sentence(self) -> Iterator[None]:
        """Within, the same part of a sentence is looked up once, however many ways there are to cut it."""
        if self._seen.parts is not None:
            yield
            return
        self._seen.parts = {}
        try:
            yield
        finally:
            self._seen.parts = None

    def understand(self, text: str, room: str) -> Understood | None:
        """The calls of `text` said in `room` (an area's name); None where it is not understood whole."""
        with self.one_sentence():
            return self._understood(text, room)

    def _understood(self, text: str, room: str) -> Understood | None:
        tokens = tokens_of(text)
        if not tokens:
            return None
        whole = " ".join(token for token in tokens if token != ",")
        found = self._commands(whole, room) or self._several(tokens, room)
        found = found or self._alike(tokens, room)
        found = found or self._loose.meaning(list(self._unwrapped(whole)), room, self._one)
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

    def _commands(self, text: str, room: str) -> list[Meaning]:
        """A single command, or the two of a state with an end."""
        if (single := self._one(text, room)) is not None:
            return [single]

        def read(command: str) -> spans.Call | None:
            meaning = self._one(command, room, timed=False)
            clear = meaning is not None and meaning.question is None and not meaning.open
            return (meaning.tool, meaning.arguments) if meaning is not None and clear else None

        for said in self._unwrapped(text):
            if calls := spans.switched(said, self.now(), read, self._phrases.names.kinds):
                return [Meaning(tool, given, "a state and its end") for tool, given in calls]
        return []

    def _alike(self, tokens: Sequence[str], room: str) -> list[Meaning]:
        """Several of one sort that share their words: "set alarms for seven and eight"."""
        ways = shared.ways(tokens, self._phrases.words("shared_words"))
        for texts in itertools.islice(ways, MOST_ALIKE):
            found: list[Meaning] = []
            for text in texts:
                meaning = self._one(text, room, timed=False)
                if meaning is None or meaning.tool not in shared.TOOLS or meaning.question is not None:
                    break
                found.append(meaning)
            if len(found) == len(texts) and len({meaning.tool for meaning in found}) == 1:
                return found
        return []

    def _one(self, text: str, room: str, *, timed: bool = True) -> Meaning | None:
        """A single command, said with or without politeness around it."""
        unclear: Meaning | None = None
        loose: Meaning | None = None
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

    def _rather(self, meaning: Meaning, said: str, room: str) -> Meaning:
        """Of the house itself (its own volume, its lists) where the words are a phrase for that too."""
        if meaning.tool not in _OR_OURS:
            return meaning
        ours = self._phrase(said, room)
        return ours if ours is not None and ours.tool in _OURS and not ours.open else meaning

    def _later(self, text: str, room: str) -> Meaning | None:
        """A command with a time before it (for all that follows) or after it."""
        for said in reversed(list(self._unwrapped(text))):
            found = later.reading(
                said,
                self.now(),
                lambda rest: self._one(rest, room, timed=False),
                lambda rest: self._several(rest, room),
            )
            if found is not None:
                if isinstance(found, Meaning):
                    return found
                return Meaning(later.TOOL, found, "a command and its time")
        return None

    def _frame(self, text: str, room: str) -> Meaning | None:
        """What the words mean in any order, where every one of them counts."""
        try:
            meant = self._frames.meaning(text, room) or self._asked.meaning(text, room)
        except Unclear as doubt:
            return Meaning("", {}, "words in any order", doubt.question, doubt.names)
        return None if meant is None else Meaning(*meant, "words in any order")

    def _unwrapped(self, text: str) -> Iterator[str]:
        """The text itself, then without the politeness around it."""
        yield text
        leads = [f"{lead} " for lead in self._phrases.lead_ins if text.startswith(f"{lead} ")]
        tails = [f" {tail}" for tail in self._phrases.tails if text.endswith(f" {tail}")]
        for lead, tail in itertools.product(["", *leads], ["", *tails]):
            inner = text.removeprefix(lead).removesuffix(tail)
            if inner and inner != text:
                yield inner

    def _phrase(self, text: str, room: str) -> Meaning | None:
        parts = self._seen.parts
        if parts is None:
            return self._fitting(text, room)
        if (text, room) not in parts:
            parts[text, room] = self._fitting(text, room)
        return parts[text, room]

    def _fitting(self, text: str, room: str) -> Meaning | None:
        things = self._phrases.things
        results = sorted(recognize_all(text, self._phrases.parsed, slot_lists=things.lists(text)), key=rank)
        never = (self._phrases.words("never_in_names"), self._phrases.words("never_in_tasks"))
        scene = Scene(self._phrases.names, room, *never, things, self.recalls, self.now)
        unclear: Meaning | None = None
        for result in results:
            phrase = (result.intent_sentence.text or "") if result.intent_sentence else ""
            try:
                meant = arguments(result.intent.name, slots_of(result), scene)
            except NotMeant:
                continue
            except Unclear as doubt:
                unclear = unclear or Meaning(result.intent.name, {}, phrase, doubt.question, doubt.names)
                continue
            return Meaning(result.intent.name, meant, phrase, open=rank(result)[0] > 0)
        return unclear

    def _several(self, tokens: Sequence[str], room: str) -> list[Meaning]:
        """Commands joined by "and", "then" or a comma: all understood, or none."""
        cuts = list(cuts_in(tokens))
        if not cuts or len(cuts) > MAX_CUTS:
            return []
        for start, end in cuts:
            first = self._commands(joined(tokens[:start]), room)
            if not first:
                continue
            rest = tokens[end:]
            following = self._commands(joined(rest), room) or self._several(rest, room)
            if following:
                return [*first, *following]
        return []
