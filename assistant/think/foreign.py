"""Transcript → tool calls in a language other than English: a sentence is understood whole or not at all.

The sentences are home-assistant-intents' and those of think/tongues/; nothing in them is skipped.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from hassil.intents import Intents as ParsedIntents
from hassil.recognize import RecognizeResult, recognize_all
from home_assistant_intents import get_intents

from assistant.messages import JsonValue, ToolCall
from assistant.think.foreign_calls import OPEN, TAKES, Meaning, Words
from assistant.think.foreign_names import ForeignNames
from assistant.think.intents import Intents, Understood
from assistant.think.phrases import Phrases
from assistant.think.said import Arguments, NotMeant, Unclear
from assistant.think.tongue import Tongue, folded, tongue_of
from assistant.think.vocabulary import Vocabulary

MAX_CUTS: Final = 4
_WHOLE_ONLY: Final = frozenset({"stop", "repeat", "help", "emergency"})
_FREE: Final = frozenset({"items", "text"})
_OPEN_INTENTS: Final = frozenset(name for name, (_, takes) in TAKES.items() if takes & OPEN)
_REASON: Final = "home-assistant-intents"


class ForeignIntents(Intents):
    """The sentences of a house that speaks another language."""

    def learn(self, phrases: Phrases) -> None:
        """Understand these names from now on; all or nothing."""
        tongue = tongue_of(phrases.language)
        parsed = _sentences(phrases.language, tongue)
        names = ForeignNames(phrases.names, tongue)
        # One sentence now, so that nobody waits while hassil reads its templates.
        list(recognize_all("-", parsed, slot_lists=dict(names.lists())))
        self._phrases, self._tongue, self._parsed, self._foreign = phrases, tongue, parsed, names
        self._lists = names.lists()
        every = parsed.intents
        open_ones = {name: intent for name, intent in every.items() if name in _OPEN_INTENTS}
        self._open = replace(parsed, intents=open_ones)
        closed = {name: intent for name, intent in every.items() if name not in _OPEN_INTENTS}
        self._closed_words = Vocabulary(replace(parsed, intents=closed), self._lists)

    def understand(self, text: str, room: str) -> Understood | None:
        """The calls of `text` said in `room`; None where it is not understood whole."""
        words = self._said_otherwise(folded(text))
        try:
            found = self._whole(words, room) or self._joined(words, room, MAX_CUTS)
        except Unclear as doubt:
            return Understood((), _REASON, doubt.question)
        if not found:
            return None
        calls = tuple(
            ToolCall(f"intent-{next(self._ids)}", tool, _with_capitals(given, text)) for tool, given in found
        )
        return Understood(calls, _REASON)

    def _said_otherwise(self, words: str) -> str:
        """With the lengths that the sentences do not know in figures."""
        for said in sorted(self._tongue.instead, key=len, reverse=True):
            words = f" {words} ".replace(f" {said} ", f" {self._tongue.instead[said]} ").strip()
        return words

    def heard(self, text: str) -> str:
        """A bare yes or no of this language in English; anything else as it is."""
        words = folded(text)
        return "yes" if words in self._tongue.agreeing else "no" if words in self._tongue.declining else text

    def _whole(self, words: str, room: str) -> list[Meaning]:
        for said in self._unwrapped(words):
            for tool, sentences in self._tongue.said.items():
                if said in sentences:
                    return [(tool, {})]
            if (meant := self._meaning(said, room)) is not None:
                return [meant]
        return []

    def _unwrapped(self, text: str) -> Iterator[str]:
        """The text itself, then without the politeness around it."""
        yield text
        for word in self._tongue.anywhere:
            shorter = " ".join(f" {text} ".replace(f" {word} ", " ").split())
            if shorter and shorter != text:
                yield shorter
        for before in ("", *(f"{lead} " for lead in self._tongue.before if text.startswith(f"{lead} "))):
            for after in ("", *(f" {tail}" for tail in self._tongue.after if text.endswith(f" {tail}"))):
                inner = text.removeprefix(before).removesuffix(after)
                if inner and inner != text:
                    yield inner

    def _joined(self, words: str, room: str, cuts: int) -> list[Meaning]:
        """Commands joined by the language's "and": all understood, or none."""
        for joint in self._tongue.joints if cuts else ():
            first, found, rest = words.partition(f" {joint} ")
            while found:
                if begun := self._part(first, room):
                    following = self._part(rest, room) or self._joined(rest, room, cuts - 1)
                    return [*begun, *following] if following else []
                more, found, rest = rest.partition(f" {joint} ")
                first = f"{first} {joint} {more}"
        return []

    def _part(self, words: str, room: str) -> list[Meaning]:
        """One of several commands; what takes back the whole is none."""
        meant = self._whole(words, room)
        return [] if any(tool in _WHOLE_ONLY for tool, _ in meant) else meant

    def _meaning(self, text: str, room: str) -> Meaning | None:
        area = self._foreign.area(room)
        context = {} if area is None else {"area": area}
        parsed = self._parsed if self._closed_words.holds(text) else self._open
        results = [
            result
            for result in recognize_all(text, parsed, slot_lists=dict(self._lists), intent_context=context)
            if _fits(result, text)
        ]
        if not results:
            return None
        best = min(_rank(result) for result in results)
        meant: list[Meaning] = []
        unclear: Unclear | None = None
        for result in results:
            if _rank(result) == best:
                try:
                    call = self._call(result, text, room)
                except NotMeant:
                    continue
                except Unclear as doubt:
                    unclear = unclear or doubt
                    continue
                meant.append(call)
        if not meant and unclear is not None:
            raise unclear
        return meant[0] if meant and all(call == meant[0] for call in meant) else None

    def _call(self, result: RecognizeResult, text: str, room: str) -> Meaning:
        read, _ = TAKES[result.intent.name]
        slots = {entity.name: entity.value for entity in result.entities_list}
        tongue = self._tongue
        said = f" {text} "
        if "area" in slots and any(f" {word} " in said for word in tongue.all) and not self._placed(said):
            del slots["area"]  # it came from the room, and "all" means more than that
        return read(Words(slots, self._foreign, room, tongue.never, tongue.joints, tongue.that))

    def _placed(self, said: str) -> bool:
        """Whether the words name a place."""
        here = any(f" {word} " in said for word in self._tongue.here)
        return here or any(form in said for form in self._foreign.places())


def _fits(result: RecognizeResult, text: str) -> bool:
    """Every slot once, every one of use, and free words, whole ones, only where they belong."""
    _, takes = TAKES[result.intent.name]
    entities = result.entities_list
    said = {entity.name for entity in entities}
    return (
        len(said) == len(entities)
        and takes.issuperset(said)
        and all(
            entity.name in OPEN and f" {entity.value} " in f" {text} "
            for entity in entities
            if entity.is_wildcard
        )
    )


def _with_capitals(given: Arguments, text: str) -> Arguments:
    """The arguments, their free words with the capitals they were typed with."""
    return {key: _as_typed(value, text) if key in _FREE else value for key, value in given.items()}


def _as_typed(value: JsonValue, text: str) -> JsonValue:
    if isinstance(value, list):
        return [_as_typed(item, text) for item in value]
    whole = rf"(?<!\w){re.escape(value)}(?!\w)" if isinstance(value, str) else r"(?!)"
    found = re.search(whole, text, re.IGNORECASE)
    return found[0] if found else value


def _rank(result: RecognizeResult) -> tuple[int, int]:
    """Better first: few free letters, then names before sorts of devices."""
    entities = result.entities_list
    free = sum(len(str(entity.value)) for entity in entities if entity.is_wildcard)
    return free, int(all(entity.name != "name" for entity in entities))


def _sentences(language: str, tongue: Tongue) -> ParsedIntents:
    data: dict[str, Any] = get_intents(language) or {}
    intents = {name: {**data["intents"][name]} for name in TAKES if name in data["intents"]}
    for name, blocks in tongue.more.items():
        known = intents.setdefault(name, {"data": []})
        known["data"] = [*known["data"], *blocks]
    lists = {**data["lists"], "timer_name": {"values": list(tongue.timer_names)}}
    return ParsedIntents.from_dict({**data, "intents": intents, "lists": lists, "skip_words": []})
