"""YAML text → what was written and where, without YAML's surprises.

Scalars stay as they were written: `room: no` is the word no, `22:30` a time of day, `010` the number ten.
Refused: texts over 256 kB, anchors, aliases, tags, several documents, repeated keys, deep nesting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

import yaml
from rapidfuzz import fuzz

from assistant.errors import SettingsError

LARGEST_BYTES = 256_000
DEEPEST = 12

KeyPath: TypeAlias = tuple[str | int, ...]
Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"

_HINTS = (
    ("\\t", "indent with spaces, not with tabs"),
    (
        "mapping values are not allowed",
        'put quotes around a value with ": " in it, and check the indentation',
    ),
    ("could not find expected ':'", 'write "key: value"'),
    ("block end", "line up the keys of one section"),
    ("cannot start any token", "put quotes around the value"),
    ("found unexpected end of stream", "close the quotes or brackets"),
)


_LIKE = 60
_HINT = "look there and above for a bracket, a quote or a colon too many or too few"


@dataclass(slots=True)
class Parsed:
    """A document as written, and the line (from 1) of each key path."""

    name: str
    data: Data = None
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of a key, or of the nearest section above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def mistake(self, line: int, path: KeyPath, what: str) -> str:
        """One line of an error message."""
        key = f"{dotted(path)}: " if path else ""
        return f"{self.name}:{line}: {key}{what}"


def dotted(path: KeyPath) -> str:
    """The key path as people write it: `rooms.kitchen.aliases[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def suggestion(word: str, known: Sequence[str]) -> str:
    """`; did you mean "x"?` when one of the known words is close, else nothing."""
    best = max(known, key=lambda each: _likeness(word, each), default="")
    return f'; did you mean "{best}"?' if best and _likeness(word, best) >= _LIKE else ""


def _likeness(word: str, known: str) -> float:
    """From 0 to 100; a unit left out (`volume` for `volume_percent`) costs little."""
    return max(fuzz.ratio(word, known), 0.95 * fuzz.ratio(word, known.rpartition("_")[0] or known))


def parse(content: bytes, name: str) -> Parsed:
    """Bytes → what was written and where. Raises SettingsError."""
    if len(content) > LARGEST_BYTES:
        raise SettingsError(f"{name}: is larger than {LARGEST_BYTES // 1000} kB; no settings file needs that")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{name}:{line}: is not UTF-8 text; save the file as UTF-8") from error
    reader = _Reader(Parsed(name))
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise SettingsError(f"{name}:{line}: is not YAML: {_yaml_problem(str(error.problem))}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SettingsError(f"{name}:{line}: holds a control character; delete it") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise SettingsError(f"{name}: is not YAML ({type(error).__name__}); {_HINT}") from error
    return reader.parsed


def _yaml_problem(problem: str) -> str:
    hint = next((fix for sign, fix in _HINTS if sign in problem), _HINT)
    return f"{problem}; {hint}"


@dataclass(slots=True)
class _Open:
    """A list or section being filled."""

    path: KeyPath
    items: "list[Data] | dict[str, Data]"
    key: str | None = None


class _Reader:
    """Builds the data from parser events without recursion."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1 or event.version or event.tags:
                self._refuse(
                    line, "holds several documents or a % directive; keep one plain document, without ---"
                )
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(line, f'uses the alias "*{event.anchor}"; write the value out instead')
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor:
            self._refuse(
                line,
                f'uses the anchor "&{event.anchor}"; delete it, and put a text that starts with & in quotes',
            )
        if getattr(event, "tag", None):
            self._refuse(line, "uses a tag (!…); delete it, and put a text that starts with ! in quotes")
        if isinstance(event, yaml.ScalarEvent):
            empty = event.style is None and event.value in ("", "~", "null", "Null", "NULL")
            self._scalar(None if empty else event.value, line)
            return
        if len(self._open) >= DEEPEST:
            self._refuse(line, f"is nested more than {DEEPEST} deep; close a bracket")
        items: list[Data] | dict[str, Data] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(items, line)
        self._open.append(_Open(path, items))

    def _scalar(self, value: str | None, line: int) -> None:
        top = self._open[-1] if self._open else None
        if top is None or isinstance(top.items, list) or top.key is not None:
            self._place(value, line)
        elif value is None:
            self._refuse(line, "has an empty key; give the key a name")
        elif value in top.items:
            first = self.parsed.line((*top.path, value))
            self._refuse(
                line, f'has the key "{value[:60]}" already on line {first}; keep one of them', top.path
            )
        else:
            self.parsed.lines[(*top.path, value)] = line
            top.key = value

    def _place(self, value: Data, line: int) -> KeyPath:
        if not self._open:
            self.parsed.data = value
            return ()
        top = self._open[-1]
        if isinstance(top.items, list):
            path: KeyPath = (*top.path, len(top.items))
            top.items.append(value)
        elif top.key is None:
            self._refuse(line, "has a list or section as a key; write a plain word", top.path)
        else:
            path, top.items[top.key], top.key = (*top.path, top.key), value, None
        self.parsed.lines.setdefault(path, line)
        return path

    def _refuse(self, line: int, what: str, path: KeyPath = ()) -> NoReturn:
        raise SettingsError(
            self.parsed.mistake(line, path or (self._open[-1].path if self._open else ()), what)
        )
