"""Notes: what people want remembered, found again by their words. A note is data: told, never obeyed."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import Field
from rapidfuzz import fuzz

from assistant.errors import ToolError
from assistant.memory.database import Database
from assistant.memory.notes import KeptNotes, Note
from assistant.messages import JsonValue, Turn
from assistant.skills.skill import Outcome, Weight, Word, tool
from assistant.skills.wording import counted, joined, sentence

MOST_TOLD: Final = 5
"""More notes than this are too long to listen to."""
ALIKE: Final = 85
"""Two words of this likeness (rapidfuzz, 0 to 100) are the same: bin and bins, goes and going."""
MOST_CHARACTERS: Final = 500
NOTHING: Final = "I haven't been asked to remember anything."
NOT_HERE: Final = "I don't remember anything in this room. Its settings say so."
NO_NOTE: Final = "I have no note about that."
_EMPTY: Final = frozenset({
    "a", "an", "the", "that", "this", "these", "those", "is", "are", "was", "were", "be", "been", "am",
    "do", "does", "did", "has", "have", "had", "go", "goes", "went", "gone", "to", "of", "in", "on", "at",
    "by", "for", "from", "with", "and", "or", "not", "when", "where", "what", "which", "who", "whose",
    "how", "why", "i", "you", "he", "she", "it", "we", "they", "me", "my", "your", "our", "his", "her",
    "its", "their", "out", "up", "down", "off", "please", "tell", "about", "know", "any", "again", "much",
    "many", "kept", "there",
})  # fmt: skip
"""Words that do not say what a text is about."""
_SWAPPED: Final = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'll": "you'll", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "am": "are", "your": "my", "yours": "mine", "yourself": "myself",
}  # fmt: skip


class Notes:
    """`remembers(room)`: whether a room may have things remembered."""

    def __init__(self, database: Database, remembers: Callable[[str], bool] = lambda room: True) -> None:
        self._kept = KeptNotes(database)
        self._remembers = remembers

    async def open(self) -> None:
        """Have the notes at hand for `recalls`. Raises DiskError."""
        await self._kept.all()

    def abilities(self) -> Sequence[str]:
        return ["remember notes"]

    def recalls(self, question: str) -> bool:
        """Whether one note has every word of a question that says something; quick, from memory."""
        asked = _telling(question)
        return bool(asked) and any(_share(asked, _telling(note.text)) == 1 for note in self._kept.seen)

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """Forgetting cannot be undone; all at once wants a yes."""
        if tool != "note_forget" or not arguments.get("all"):
            return None
        notes = await self._kept.all()
        if not notes:
            return Weight(1)
        return Weight(2, f"Shall I forget {_all_of(notes)}? It can't be undone.")

    @tool(writes=True, risk=1)
    async def note_add(
        self, turn: Turn, text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
    ) -> Outcome:
        """Remember something for the household, in the person's own words."""
        if not self._remembers(turn.room):
            return Outcome(NOT_HERE, ok=False)
        words = " ".join(text.split())
        already = next((n for n in await self._kept.all() if n.text.casefold() == words.casefold()), None)
        if already is not None:
            return Outcome(sentence(f"I already have that: {_told(already)}"), _values([already]))
        note = await self._kept.add(words, turn.room)
        undo: tuple[tuple[str, dict[str, JsonValue]], ...] = (("note_forget", {"about": words}),)
        return Outcome(sentence(f"I'll remember: {_told(note)}"), _values([note]), changed=True, undo=undo)

    @tool(writes=False, risk=0)
    async def note_find(self, turn: Turn, about: Word | None = None) -> Outcome:
        """Tell what was noted, about something or in all."""
        if not self._remembers(turn.room):
            return Outcome(NOT_HERE, ok=False)
        notes = await self._kept.all()
        found = notes if about is None else _about(about, notes)
        if not found:
            return Outcome(NOTHING if about is None else NO_NOTE, {"notes": []}, ok=about is None)
        if len(found) == 1:
            return Outcome(sentence(f"you told me: {_told(found[0])}"), _values(found))
        told = [_told(note).rstrip(".!?") for note in found[-MOST_TOLD:]]
        more = len(found) - len(told)
        which = (
            f"the last {len(told)} of {counted(len(found), 'note')}" if more else counted(len(found), "note")
        )
        return Outcome(sentence(f"{which}: {'; '.join(told)}"), _values(found))

    @tool(writes=True, risk=1)
    async def note_forget(
        self, turn: Turn, about: Annotated[str, Field(max_length=MOST_CHARACTERS)] | None = None,
        last: bool = False, all: bool = False,
    ) -> Outcome:  # fmt: skip
        """Forget the last note, all notes, or the one about something."""
        notes = await self._kept.all()
        if not notes:
            return Outcome(NOTHING, ok=False)
        chosen = notes if all else _chosen(about, notes) if about else notes[-1:] if last else ()
        if not chosen:
            return Outcome(NO_NOTE, ok=False)
        if len(chosen) > 1 and not all:
            return _which(chosen)
        left = await self._kept.forget([note.id for note in chosen])
        if {note.id for note in left} & {note.id for note in chosen}:
            raise ToolError("a note is still there", spoken="Sorry, I couldn't forget it.")
        if all:
            return Outcome(f"I have forgotten {_all_of(chosen)}.", {"forgotten": len(chosen)}, changed=True)
        undo: tuple[tuple[str, dict[str, JsonValue]], ...] = (("note_add", {"text": chosen[0].text}),)
        say = sentence(f"I have forgotten: {_told(chosen[0])}")
        return Outcome(say, {"forgotten": 1}, changed=True, undo=undo)


def _told(note: Note) -> str:
    """A note as it is told back: "my keys" are "your keys"."""
    text = re.sub(r"\S+", lambda word: _swapped(word[0]), note.text)
    return re.sub(r"\byou was\b", "you were", text)


def _swapped(word: str) -> str:
    bare = word.strip(",.;:!?")
    return word.replace(bare, _SWAPPED[bare.lower()]) if bare.lower() in _SWAPPED else word


def _all_of(notes: Sequence[Note]) -> str:
    if len(notes) < 3:
        return "the one note I have" if len(notes) == 1 else "both notes"
    return f"all {counted(len(notes), 'note')}"


def _values(notes: Sequence[Note]) -> dict[str, JsonValue]:
    return {"notes": [note.text for note in notes[-MOST_TOLD:]]}


def _which(notes: Sequence[Note]) -> Outcome:
    shown = notes[:3]
    choices: list[JsonValue] = [
        {"say": _told(note), "tool": "note_forget", "arguments": {"about": note.text}} for note in shown
    ]
    question = f"Which one: {joined([_told(note) for note in shown], 'or')}?"
    return Outcome(question, {"choices": choices}, ok=False, asks=True)


# ── which note is meant ──────────────────────────────────────────────────────────────────────────


def _telling(text: str) -> list[str]:
    """The words that say what a text is about."""
    words = re.findall(r"[\w'-]+", text.casefold().replace("\u2019", "'"))
    return [stem for word in words if (stem := word.removesuffix("'s")) not in _EMPTY]


def _share(asked: Sequence[str], there: Sequence[str]) -> float:
    """How many of the words asked for are there, 0 to 1."""
    found = sum(any(word == other or fuzz.ratio(word, other) >= ALIKE for other in there) for word in asked)
    return found / len(asked) if asked else 0.0


def _about(about: str, notes: Sequence[Note]) -> list[Note]:
    """The notes that fit best, if at least half of the words do. About a person who speaks: all of theirs."""
    if about.casefold().strip() in ("me", "us", "myself"):
        return list(notes)
    asked = _telling(about)
    shares = [(_share(asked, _telling(note.text)), note) for note in notes]
    best = max((share for share, _ in shares), default=0.0)
    return [note for share, note in shares if share == best] if best >= 0.5 else []


def _chosen(about: str, notes: Sequence[Note]) -> Sequence[Note]:
    """Only notes with every word asked for are forgotten; the very words of one mean that one."""
    exact = [note for note in notes if note.text.casefold() == about.casefold()]
    if exact:
        return exact[-1:]
    asked = _telling(about)
    return [note for note in notes if asked and _share(asked, _telling(note.text)) == 1]
