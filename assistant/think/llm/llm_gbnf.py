"""Looks a grammar over before llama.cpp reads it: a bad one would end the process, and no `except` helps.

What passes is a small part of GBNF: rules that are defined, never recursive, and bounded in every way.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assistant.errors import EngineError

MOST_CHARACTERS = 200_000
MOST_RULES = 1_000
MOST_NESTED = 8
"""Brackets in brackets."""
MOST_CHAINED = 12
"""Rules within rules."""
MOST_REPEATS = 300
MOST_ELEMENTS = 100_000
"""Characters and names, once every repetition is written out, as llama.cpp does."""

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t]+|\n+(?=[a-zA-Z][a-zA-Z0-9-]{0,63}[ \t]*::=|\Z))
  | ^(?P<rule>[a-zA-Z][a-zA-Z0-9-]{0,63})[ \t]*::=
  | (?P<name>[a-zA-Z][a-zA-Z0-9-]{0,63})
  | (?P<text>"(?:[ !#-\[\]-~]|\\(?:["\\nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))+")
  | (?P<class>\[\^?(?:[ -Z^-~]|\\(?:[\]\[\\nrt"]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}))+\])
  | (?P<times>\?|\{(?P<least>[0-9]{1,3}),(?P<most>[0-9]{1,3})\})
  | (?P<mark>[()|])
    """,
    re.VERBOSE | re.MULTILINE,
)
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_RANGE = re.compile(r"([0-9A-Za-z])-([0-9A-Za-z])")


@dataclass(slots=True)
class _Group:
    """A bracket's inside, or a whole rule."""

    size: int = 0
    last: int = 0
    """Size of the part before: no alternative may end without one."""
    repeated: bool = True
    """Nothing is there to be repeated, or it is already."""


@dataclass(slots=True)
class _Rule:
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    """The rule itself and the brackets open in it."""
    names: set[str] = field(default_factory=set)


def check(grammar: str, root: str = "root") -> None:
    """EngineError unless llama.cpp can read the grammar and every text that fits it ends."""
    if len(grammar) > MOST_CHARACTERS:
        raise EngineError(f"A grammar of {len(grammar)} characters is too long.")
    rules: dict[str, _Rule] = {}
    rule: _Rule | None = None
    for token in _tokens(grammar):
        if name := token["rule"]:
            _end(rule)
            if name in rules or len(rules) >= MOST_RULES:
                raise EngineError(f"The grammar's rule {name} is one too many.")
            rule = rules[name] = _Rule()
        elif rule is None:
            raise EngineError("A grammar begins with a rule's name.")
        else:
            _take(token, rule)
    _end(rule)
    if root not in rules:
        raise EngineError(f"The grammar has no rule {root}.")
    if sum(rule.groups[0].size for rule in rules.values()) > MOST_ELEMENTS:
        raise EngineError("The grammar is too large.")
    depth: dict[str, int] = {}
    for name in rules:
        _depth(name, rules, depth, ())


def _tokens(grammar: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(grammar):
        found = _TOKEN.match(grammar, at)
        if found is None:
            raise EngineError(f"The grammar cannot be read at {grammar[at : at + 30]!r}.")
        at = found.end()
        if not found["space"]:
            yield found


def _take(token: re.Match[str], rule: _Rule) -> None:
    """One part of a rule's body."""
    group = rule.groups[-1]
    if token["name"]:
        rule.names.add(token["name"])
        _add(group, 1)
    elif text := token["text"] or token["class"]:
        _readable(text)
        _add(group, 1 if token["class"] else len(text) - 2)
    elif token["times"]:
        _repeat(token, group)
    elif token["mark"] == "(":
        if len(rule.groups) > MOST_NESTED:
            raise EngineError("The grammar's brackets are too deep.")
        rule.groups.append(_Group())
    elif group.last == 0:
        raise EngineError("An alternative of the grammar is empty.")
    elif token["mark"] == "|":
        group.last = 0
        group.repeated = True
    elif len(rule.groups) < 2:
        raise EngineError("The grammar closes a bracket that was never opened.")
    else:
        rule.groups.pop()
        _add(rule.groups[-1], group.size + 1)


def _add(group: _Group, size: int) -> None:
    group.size += size
    group.last = size
    group.repeated = False
    if group.size > MOST_ELEMENTS:
        raise EngineError("The grammar is too large once its repetitions are written out.")


def _repeat(token: re.Match[str], group: _Group) -> None:
    least, most = (int(token["least"]), int(token["most"])) if token["least"] else (0, 1)
    if group.repeated or not (0 < most <= MOST_REPEATS and least <= most):
        raise EngineError(f"The grammar repeats {token['times']}.")
    _add(group, group.last * 2 * (most - 1) + 1)
    group.repeated = True


def _readable(text: str) -> None:
    """Every escape is a character that UTF-8 can hold, every range the right way round."""
    for short, long in _ESCAPED.findall(text):
        point = int(short or long, 16)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise EngineError(f"The grammar names no character with {short or long}.")
    if text.startswith("[") and any(first > last for first, last in _RANGE.findall(text)):
        raise EngineError(f"A range of the grammar is upside down in {text[:30]}.")


def _end(rule: _Rule | None) -> None:
    if rule is None:
        return
    if len(rule.groups) > 1:
        raise EngineError("The grammar leaves a bracket open.")
    if rule.groups[0].last == 0:
        raise EngineError("A rule of the grammar ends with nothing.")


def _depth(name: str, rules: Mapping[str, _Rule], known: dict[str, int], above: tuple[str, ...]) -> int:
    """How many rules lie within each other from here on."""
    if name in above:
        raise EngineError(f"The grammar's rule {name} leads back to itself.")
    if name not in rules:
        raise EngineError(f"The grammar names {name}, which is no rule.")
    if name not in known:
        if len(above) >= MOST_CHAINED:
            raise EngineError("The grammar's rules are too deep.")
        below = (_depth(inner, rules, known, (*above, name)) for inner in sorted(rules[name].names))
        known[name] = 1 + max(below, default=0)
    if known[name] + len(above) > MOST_CHAINED:
        raise EngineError("The grammar's rules are too deep.")
    return known[name]
