"""JSGF text → the smallest deterministic automaton of its sentences.

A recogniser pays for every arc it has to try, and a grammar written for people repeats the same beginnings
in many rules. Merging them costs one pass when the grammar changes and saves most of the work of every
utterance. Understood: words, groups, options `[ ]`, alternatives, rules, `*`, `+`; weights and tags are
skipped. Rules must not contain themselves.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.errors import EngineError

_TOKEN = re.compile(r"<[^<>]+>|[()\[\]|*+]|[^\s()\[\]|*+<>]+")
_RULE = re.compile(r"(public\s+)?<([^<>]+)>\s*=\s*(.*)", re.DOTALL)
_NOISE = re.compile(r"//[^\n]*|/\*.*?\*/|\{[^}]*\}|/[\d.eE+-]+/", re.DOTALL)
_HEADER = re.compile(r"^\s*(#JSGF|grammar\b|import\b)")


@dataclass(frozen=True, slots=True)
class Automaton:
    """Sentences as a graph: `arcs[state][word]` is the next state; `finals` may end a sentence."""

    start: int
    finals: frozenset[int]
    arcs: tuple[dict[str, int], ...]

    def words(self) -> frozenset[str]:
        """Every word that can be said."""
        return frozenset(word for arcs in self.arcs for word in arcs)

    def path(self, words: Iterable[str]) -> list[int] | None:
        """The states a sentence goes through, start and end included; None when it is no sentence."""
        states = [self.start]
        for word in words:
            after = self.arcs[states[-1]].get(word)
            if after is None:
                return None
            states.append(after)
        return states if states[-1] in self.finals else None


class _Sketch:
    """A graph being drawn: arcs with words, jumps without."""

    def __init__(self) -> None:
        self.arcs: list[list[tuple[str, int]]] = []
        self.jumps: list[list[int]] = []

    def state(self) -> int:
        self.arcs.append([])
        self.jumps.append([])
        return len(self.arcs) - 1

    def arc(self, start: int, word: str) -> int:
        end = self.state()
        self.arcs[start].append((word, end))
        return end

    def jump(self, start: int, end: int) -> None:
        self.jumps[start].append(end)

    def paste(self, start: int, part: Automaton) -> int:
        """Put a finished part after `start`; the state where it ends comes back."""
        copies = [self.state() for _ in part.arcs]
        end = self.state()
        self.jump(start, copies[part.start])
        for state, arcs in enumerate(part.arcs):
            self.arcs[copies[state]].extend((word, copies[after]) for word, after in arcs.items())
        for state in part.finals:
            self.jump(copies[state], end)
        return end

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        found, todo = set(states), list(states)
        while todo:
            for after in self.jumps[todo.pop()]:
                if after not in found:
                    found.add(after)
                    todo.append(after)
        return frozenset(found)

    def automaton(self, start: int, end: int) -> Automaton:
        """Deterministic and smallest."""
        first = self.closure([start])
        number = {first: 0}
        arcs: list[dict[str, int]] = [{}]
        todo = [first]
        while todo:
            states = todo.pop()
            reached: dict[str, set[int]] = {}
            for state in states:
                for word, after in self.arcs[state]:
                    reached.setdefault(word, set()).add(after)
            for word, targets in reached.items():
                key = self.closure(targets)
                if key not in number:
                    number[key] = len(arcs)
                    arcs.append({})
                    todo.append(key)
                arcs[number[states]][word] = number[key]
        finals = frozenset(index for states, index in number.items() if end in states)
        return _smallest(Automaton(0, finals, tuple(arcs)))


def _smallest(whole: Automaton) -> Automaton:
    """Merge states from which the same sentences follow (Moore's refinement)."""
    group = [1 if state in whole.finals else 0 for state in range(len(whole.arcs))]
    count = len(set(group))
    while True:
        signs: dict[tuple[object, ...], int] = {}
        group = [
            signs.setdefault(
                (group[state], *sorted((word, group[after]) for word, after in arcs.items())), len(signs)
            )
            for state, arcs in enumerate(whole.arcs)
        ]
        if len(signs) == count:
            break
        count = len(signs)
    merged: list[dict[str, int]] = [{} for _ in range(count)]
    for state, arcs in enumerate(whole.arcs):
        merged[group[state]] = {word: group[after] for word, after in arcs.items()}
    return Automaton(group[whole.start], frozenset(group[state] for state in whole.finals), tuple(merged))


class _Grammar:
    """The rules of one JSGF text, each drawn once."""

    def __init__(self, rules: dict[str, list[str]]) -> None:
        self.rules = rules
        self.done: dict[str, Automaton] = {}
        self.open: set[str] = set()

    def rule(self, name: str) -> Automaton:
        if name in self.done:
            return self.done[name]
        if name in self.open or name not in self.rules:
            raise EngineError(
                f"the grammar's rule <{name}> {'contains itself' if name in self.open else 'is missing'}"
            )
        self.open.add(name)
        sketch = _Sketch()
        start = sketch.state()
        end, rest = self._choice(sketch, start, self.rules[name])
        if rest:
            raise EngineError(f"the grammar's rule <{name}> cannot be read from {' '.join(rest[:5])!r} on")
        self.open.discard(name)
        self.done[name] = sketch.automaton(start, end)
        return self.done[name]

    def _choice(self, sketch: _Sketch, start: int, tokens: list[str]) -> tuple[int, list[str]]:
        end = sketch.state()
        while True:
            at = sketch.state()
            sketch.jump(start, at)
            while tokens and tokens[0] not in ")]|":
                at, tokens = self._item(sketch, at, tokens)
            sketch.jump(at, end)
            if not tokens or tokens[0] != "|":
                return end, tokens
            tokens = tokens[1:]

    def _item(self, sketch: _Sketch, start: int, tokens: list[str]) -> tuple[int, list[str]]:
        token, rest = tokens[0], tokens[1:]
        before = sketch.state()
        sketch.jump(start, before)
        if token in "([":
            end, rest = self._choice(sketch, before, rest)
            if not rest or rest[0] != (")" if token == "(" else "]"):
                raise EngineError("the grammar has a bracket that is never closed")
            rest = rest[1:]
            if token == "[":
                sketch.jump(before, end)
        elif token.startswith("<"):
            end = before if token == "<NULL>" else sketch.paste(before, self.rule(token[1:-1]))
        else:
            end = sketch.arc(before, token.strip('"').lower())
        if rest and rest[0] in "*+":
            sketch.jump(end, before)
            if rest[0] == "*":
                sketch.jump(before, end)
            rest = rest[1:]
        after = sketch.state()
        sketch.jump(end, after)
        return after, rest


def automaton(jsgf: str, rule: str = "utterance") -> Automaton:
    """All sentences of `rule`; EngineError where the text is no grammar or says nothing."""
    rules: dict[str, list[str]] = {}
    for statement in _NOISE.sub(" ", jsgf).split(";"):
        if not statement.strip() or _HEADER.match(statement):
            continue
        found = _RULE.match(statement.strip())
        if found is None:
            raise EngineError(f"the grammar has a statement that is no rule: {statement.strip()[:60]!r}")
        rules[found[2].split(".")[-1]] = _TOKEN.findall(found[3])
    whole = _Grammar(rules).rule(rule)
    if not whole.words():
        raise EngineError(f"the grammar's rule <{rule}> contains no word")
    return whole
