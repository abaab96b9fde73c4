"""A small JSGF reader for tests: does a grammar hold a sentence, and what may it say?"""

import random
import re
from dataclasses import dataclass, field

_TOKENS = re.compile(r"<[^>]+>|[()\[\]|+]|[^\s()\[\]|+<>;]+")
Node = tuple[str, object]


@dataclass(repr=False)
class Jsgf:
    rules: dict[str, Node]
    _ends: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Jsgf":
        rules: dict[str, Node] = {}
        for line in text.splitlines()[2:]:
            found = re.fullmatch(r"(?:public )?<([^>]+)> = (.*);", line)
            assert found is not None, line
            tokens = _TOKENS.findall(found[2])
            rules[found[1]] = _choice(tokens)
            assert not tokens, (found[1], tokens)
        return cls(rules)

    def holds(self, sentence: str, rule: str = "utterance") -> bool:
        words = sentence.split()
        self._ends.clear()
        return len(words) in self._after(self.rules[rule], words, 0)

    def say(self, rng: random.Random, rule: str = "utterance") -> str:
        return " ".join(self._said(self.rules[rule], rng))

    def _after(self, node: Node, words: list[str], at: int) -> frozenset[int]:
        key = (id(node), at)
        if key not in self._ends:
            self._ends[key] = frozenset()
            self._ends[key] = self._compute(node, words, at)
        return self._ends[key]

    def _compute(self, node: Node, words: list[str], at: int) -> frozenset[int]:
        kind, body = node
        if kind == "word":
            return frozenset({at + 1}) if at < len(words) and words[at] == body else frozenset()
        if kind == "rule":
            return self._after(self.rules[str(body)], words, at)
        assert isinstance(body, list)
        if kind == "row":
            ends = frozenset({at})
            for part in body:
                ends = frozenset().union(*(self._after(part, words, end) for end in ends))
            return ends
        if kind == "loop":
            found = todo = self._after(body[0], words, at)
            while todo:
                todo = frozenset().union(*(self._after(body[0], words, end) for end in todo)) - found
                found |= todo
            return found
        ends = frozenset().union(*(self._after(part, words, at) for part in body))
        return ends | {at} if kind == "option" else ends

    def _said(self, node: Node, rng: random.Random) -> list[str]:
        kind, body = node
        if kind == "word":
            return [str(body)]
        if kind == "rule":
            return self._said(self.rules[str(body)], rng)
        assert isinstance(body, list)
        if kind == "row":
            return [word for part in body for word in self._said(part, rng)]
        if kind == "option" and rng.random() < 0.6:
            return []
        return self._said(rng.choice(body), rng)


def _choice(tokens: list[str]) -> Node:
    branches = [_row(tokens)]
    while tokens and tokens[0] == "|":
        tokens.pop(0)
        branches.append(_row(tokens))
    return ("choice", branches)


def _row(tokens: list[str]) -> Node:
    parts: list[Node] = []
    while tokens and tokens[0] not in ")]|":
        token = tokens.pop(0)
        if token in "([":
            kind, inner = _choice(tokens)
            assert tokens.pop(0) == (")" if token == "(" else "]")
            parts.append(("option" if token == "[" else kind, inner))
        elif token == "+":
            parts[-1] = ("loop", [parts[-1]])
        else:
            parts.append(("rule", token[1:-1]) if token.startswith("<") else ("word", token))
    assert parts, "an empty alternative"
    return ("row", parts)
