"""A question the house asked, and what the words that follow it settle."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from assistant.messages import JsonValue, ToolCall, ToolResult

_YES = frozenset({"yes", "yeah", "yep", "yes it is", "that's right", "correct"})
_NO = frozenset({"no", "no thanks", "no thank you", "nope", "wrong"})
_SURE = frozenset(
    {"okay", "ok", "sure", "yup", "yes i did", "yes i do", "yes do it", "do it", "go ahead", "please do"}
    | {"of course"}
)
"""Further ways to say yes, to a question only."""
_THANKS = frozenset(
    f"{okay}{thanks}".strip()
    for okay in ("", "okay ", "ok ", "all right ", "alright ", "great ")
    for thanks in ("", "thanks", "thank you", "thank you very much", "thanks a lot")
) - {""}
ANSWER_S = 15.0
"""A question waits so long for its answer, counted from when it was last heard."""
_EMPTY = frozenset(
    {"the", "one", "ones", "please", "timer", "a", "um", "uh", "in", "of", "on"}
    | {"i", "mean", "meant", "want", "my"}
)
SHORTEST, LIKE, APART = 4, 86.0, 10.0
"""Misheard answers: their least length, rapidfuzz ratio, and how far the next one must be behind."""
_ALL = frozenset({"both", "all", "everything", "every"})
_NONE = frozenset(
    {"neither", "none", "never mind", "nevermind", "nothing", "forget it", "neither one", "neither of them"}
    | {"none of them", "none of those", "not any"}
)
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def said_yes(text: str) -> bool:
    """A bare yes."""
    return _bare(text) in _YES


def said_no(text: str) -> bool:
    """A bare no."""
    return _bare(text) in _NO


def said_thanks(text: str) -> bool:
    """Bare courtesy, which asks for nothing."""
    return _bare(text) in _THANKS


def _bare(text: str) -> str:
    """Words only, lower case, without a "please" at the end."""
    return " ".join(_words(text)).removesuffix(" please")


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower().replace("\u2019", "'"))


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked in a room. Only the next words there can answer it."""

    unfinished: str = ""
    """A plain sentence in which `missing` waits for its meaning."""
    missing: str = ""
    doubted: str = ""
    """A yes means that these words were said."""
    call: ToolCall | None = None
    """A yes makes this call, confirmed."""
    meant: tuple[ToolCall, ...] = ()
    """A yes makes these calls, under the usual rules."""
    choices: Mapping[str, ToolCall | str] | None = None
    """Naming one makes its call, or puts its name into the unfinished sentence."""
    heard_s: float = 0.0
    """When it was put, or heard to its end."""

    def open_at(self, now_s: float) -> bool:
        """Whether words said now can answer it; a clock that was set back closes it."""
        return 0 <= now_s - self.heard_s <= ANSWER_S

    def agreed(self, text: str) -> bool:
        """Whether the words are a yes to it."""
        return said_yes(text) or _bare(text) in _SURE

    def declined(self, text: str) -> bool:
        """Whether the words want nothing of what was asked."""
        return said_no(text) or _bare(text) in _NONE

    def settled_by(self, text: str) -> bool:
        """Whether the words answer it whole."""
        return self.agreed(text) or self.declined(text) or bool(self.chosen(text))

    def chosen(self, text: str) -> tuple[ToolCall | str, ...]:
        """What the words choose: by name, by place in the row, or all; empty where they choose nothing."""
        if not self.choices:
            return ()
        options = list(self.choices.items())
        words = [word for word in _words(text) if word not in _EMPTY]
        if words and words[0] in _ALL and len(words) <= 3 and _counts(words[1:], len(options)):
            return tuple(do for _, do in options)
        found = [self._one(part.split()) for part in " ".join(words).split(" and ")]
        if None in found:
            return ()
        return tuple(do for at, do in enumerate(found) if do is not None and do not in found[:at])

    def sentences(self, answer: str) -> Iterator[str]:
        """The unfinished sentence with an answer in it, in the ways it could be said."""
        said = f" {self.unfinished} "
        if self.missing and f" {self.missing} " in said:
            yield said.replace(f" {self.missing} ", f" the {answer} ", 1).strip()
            yield said.replace(f" {self.missing} ", f" {answer} ", 1).strip()
        for joint in ("in the ",) if self.choices else ("at ", "", "in the ", "for ", "to "):
            yield f"{self.unfinished} {joint}{answer}"

    def _one(self, words: Sequence[str]) -> ToolCall | str | None:
        """The one that is named, or counted off."""
        options = list((self.choices or {}).items())
        if not words:
            return None
        named = [do for name, do in options if set(words) <= _name_words(name)]
        if not named:
            named = [do for name, do in options if _name_words(name) <= set(words)]
        if len(named) == 1:
            return named[0]
        if not named and (near := _nearest("".join(words), [name for name, _ in options])) is not None:
            return options[near][1]
        place = words[0] if len(words) == 1 else ""
        if place == "last":
            return options[-1][1]
        at = _PLACES.index(place) if place in _PLACES else len(options)
        return options[at][1] if at < len(options) and not named else None


def which(spoken: str, names: Sequence[str]) -> str:
    """The question that lists what a name can mean."""
    listed = f"{', '.join(f'the {name}' for name in names[:-1])} or the {names[-1]}"
    return f"Which {spoken} do you mean: {listed}?"


def question_of(call: ToolCall, result: ToolResult) -> Question | None:
    """The question a tool's result puts to the room, if it does."""
    if isinstance(confirm := result.values.get("confirm"), dict):
        return Question(call=_choice(call, confirm))
    offered = result.values.get("choices")
    if not isinstance(offered, list):
        return None
    return Question(
        choices={str(each["say"]): _choice(call, each) for each in offered if isinstance(each, dict)}
    )


def _nearest(said: str, names: Sequence[str]) -> int | None:
    """Which name the words sound in, where no other is nearly as near: `bed room` in `bedroom blinds`."""
    if len(said) < SHORTEST:
        return None
    scores = [fuzz.partial_ratio(said, "".join(_words(name))) for name in names]
    best = max(range(len(scores)), key=scores.__getitem__)
    rival = max((score for at, score in enumerate(scores) if at != best), default=0.0)
    return best if scores[best] >= LIKE and scores[best] - rival >= APART else None


def _counts(words: Sequence[str], there: int) -> bool:
    """Whether what follows "all" names all that is there: nothing, "them", "three"."""
    return all(word in ("them", "those", "these") or _NUMBERS.get(word) == there for word in words)


def _name_words(name: str) -> set[str]:
    return set(_words(name)) - _EMPTY


def _choice(call: ToolCall, offered: Mapping[str, JsonValue]) -> ToolCall:
    arguments = offered["arguments"]
    return replace(
        call, name=str(offered["tool"]), arguments=arguments if isinstance(arguments, dict) else {}
    )
