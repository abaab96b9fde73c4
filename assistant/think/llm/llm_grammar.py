"""Tools and the names of this house → a grammar (GBNF) in which an invalid call cannot be written.

It begins after the mark that opens a call; what goes before is plain speech and needs no grammar.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.errors import EngineError
from assistant.messages import ToolSpec
from assistant.think.llm.llm_calls import FORMATS, CallFormat
from assistant.think.llm.llm_gbnf import check

Names = Mapping[str, Sequence[str]]
"""Argument, or tool.argument, which wins → the only texts it may be; empty: any."""

MOST_NAMES = 400
"""An argument with more is any text: the toolbox says what it does not know."""
MOST_TEXT = 120
"""Characters of a free text."""
MOST_ITEMS = 16
MOST_NESTED = 3
"""Lists in lists of one argument."""
_WIDEST_DIGITS = 9
_CHARACTER = r'[^"\\\x00-\x1f\x7f]'
_SHARED = (
    ("text", rf'"\"" ({_CHARACTER} | "\\" ["\\]){{1,{MOST_TEXT}}} "\""'),
    ("whole", f'"-"? ("0" | [1-9] [0-9]{{0,{_WIDEST_DIGITS - 1}}})'),
    ("part", '"." [0-9]{1,3}'),
    ("truth", '"true" | "false"'),
)


def call_grammar(tools: Sequence[ToolSpec], names: Names, call_format: str) -> str:
    """The grammar of what follows a call's opening mark. EngineError: no tools, or not to be had."""
    if not tools:
        raise EngineError("There are no tools to write a grammar for.")
    form = FORMATS[call_format]
    rules = dict(_SHARED)
    for argument, allowed in names.items():
        if said := _alternatives(_sayable(allowed)):
            rules[f"names-{_plain(argument)}"] = said
    for number, tool in enumerate(tools):
        rules[f"tool-{number}"] = _tool(tool, form, rules, names)
    chosen = " | ".join(f"tool-{number}" for number in range(len(tools)))
    rules["root"] = f"[\\n ]{{0,2}} {_literal(form.lead)} ({chosen}) {_end(form)}"
    written = "\n".join(f"{name} ::= {body}" for name, body in rules.items()) + "\n"
    check(written)
    return written


def ahead(body: str, tools: Sequence[ToolSpec], call_format: str) -> str:
    """What can only follow the part of a call written so far; empty where the model has a choice."""
    form = FORMATS[call_format]
    begun = body.lstrip("\n ")
    if begun and form.lead.startswith(begun):
        return form.lead[len(begun) :]
    for tool in tools:
        name = f"{form.lead}{_json(tool.name)[1:]}"
        if begun.startswith(name) and (whole := name + _opening(tool, form)).startswith(begun):
            return whole[len(begun) :]
    return ""


def _opening(tool: ToolSpec, form: CallFormat) -> str:
    """From the tool's name to the first choice."""
    properties, required = _arguments(tool)
    opens = f', "{form.arguments}": {{'
    return f'{opens}"{required[0]}": ' if required and properties else opens


def _arguments(tool: ToolSpec) -> tuple[Mapping[str, Any], list[str]]:
    found = tool.parameters.get("properties")
    properties = found if isinstance(found, Mapping) else {}
    wanted = tool.parameters.get("required")
    required = [name for name in properties if isinstance(wanted, list) and name in wanted]
    return properties, required


def _tool(tool: ToolSpec, form: CallFormat, rules: Mapping[str, str], names: Names) -> str:
    properties, required = _arguments(tool)
    defined = tool.parameters.get("$defs")
    defs = defined if isinstance(defined, Mapping) else {}

    def pair(name: str) -> str:
        own = f"names-{_plain(f'{tool.name}.{name}')}"
        allowed = own if own in rules or f"{tool.name}.{name}" in names else f"names-{_plain(name)}"
        value = _value(properties[name], defs, allowed if allowed in rules else "text")
        return f'{_literal(_json(name) + ":")} " "? {value}'

    more = [f"({_COMMA} {pair(name)})?" for name in properties if name not in required]
    if required:
        inside = " ".join([f" {_COMMA} ".join(map(pair, required)), *more])
    else:
        # Each optional argument may be the first; those after it may follow.
        inside = " | ".join(" ".join([pair(name), *more[at + 1 :]]) for at, name in enumerate(properties))
        inside = f"({inside})?" if inside else ""
    opens = _literal(f'{_json(tool.name)[1:]}, "{form.arguments}":')
    return f'{opens} " "? "{{" {inside} "}}"'


_COMMA = '"," " "?'


def _value(schema: Any, defs: Mapping[str, Any], text: str, depth: int = 0) -> str:
    """The rule's part for one value; `text` is the rule for a text."""
    if depth > MOST_NESTED:
        raise EngineError("A tool's argument is too deep for a grammar.")
    if not isinstance(schema, Mapping):
        return text
    if isinstance(reference := schema.get("$ref"), str):
        return _value(defs.get(reference.rpartition("/")[2], {}), {}, text, depth + 1)
    if isinstance(allowed := schema.get("enum"), list):
        return f"({' | '.join(_literal(_json(value)) for value in allowed)})"
    if "const" in schema:
        return _literal(_json(schema["const"]))
    if isinstance(kinds := schema.get("anyOf"), list):
        inner = [_value(kind, defs, text, depth + 1) for kind in kinds if kind != {"type": "null"}]
        return f"({' | '.join(inner)})"
    kind = schema.get("type")
    if kind == "array":
        item = _value(schema.get("items", {}), defs, text, depth + 1)
        return f'"[" {item} ({_COMMA} {item}){{0,{MOST_ITEMS - 1}}} "]"'
    if kind in ("integer", "number"):
        return _number(schema, fraction=kind == "number")
    if kind == "string" and isinstance(schema.get("pattern"), str) and _TIME.search(schema["pattern"]):
        return '"\\"" ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] "\\""'
    return "truth" if kind == "boolean" else text


_TIME = re.compile(r"2\[0-3\].*:.*\[0-5\]")
"""A pattern of hours and minutes."""


def _number(schema: Mapping[str, Any], *, fraction: bool) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if not (isinstance(low, int | float) and isinstance(high, int | float)) or not low < high < 10**9:
        return "whole part?" if fraction else "whole"
    whole = f"({' | '.join(whole_numbers(int(low), int(high)))})"
    if not fraction or high - low < 2:
        return whole
    inner = f"({' | '.join(whole_numbers(int(low) + (low < 0), int(high) - 1))})"
    return f"({inner} part | {whole})"


def whole_numbers(low: int, high: int) -> list[str]:
    """Alternatives that together are the whole numbers from `low` to `high`, as JSON writes them."""
    if low < 0:
        below = [f'"-" {part}' for part in whole_numbers(max(1, -high), -low)] if low <= -1 else []
        return below + (whole_numbers(0, high) if high >= 0 else [])
    alternatives = []
    for digits in range(len(str(low)), len(str(high)) + 1):
        first = max(low, 0 if digits == 1 else 10 ** (digits - 1))
        alternatives += list(_same_length(str(first), str(min(high, 10**digits - 1))))
    return alternatives


def _same_length(low: str, high: str) -> Iterator[str]:
    """The numbers between two of as many digits."""
    if not low:
        yield ""
        return
    rest = len(low) - 1
    if low[1:] == "0" * rest and high[1:] == "9" * rest:
        yield _digits(low[0], high[0], rest)
        return
    first, last = low[0], high[0]
    if first == last:
        for part in _same_length(low[1:], high[1:]):
            yield f"{_digits(first, first, 0)} {part}"
        return
    for part in _same_length(low[1:], "9" * rest):
        yield f"{_digits(first, first, 0)} {part}"
    if int(last) - int(first) > 1:
        yield _digits(str(int(first) + 1), str(int(last) - 1), rest)
    for part in _same_length("0" * rest, high[1:]):
        yield f"{_digits(last, last, 0)} {part}"


def _digits(first: str, last: str, more: int) -> str:
    return f"[{first}-{last}]" + (f" [0-9]{{{more},{more}}}" if more else "")


def _end(form: CallFormat) -> str:
    closes = f'"\\n"? {_literal(form.closes)}'
    return f"{_literal(form.tail)} ({closes})?" if form.bare else f"{_literal(form.tail)} {closes}"


def _alternatives(names: Sequence[str]) -> str:
    return " | ".join(_literal(_json(name)) for name in names) if 0 < len(names) <= MOST_NAMES else ""


def _sayable(names: Sequence[str]) -> list[str]:
    """Each once, without those that UTF-8 cannot hold."""
    return [
        name for name in dict.fromkeys(names) if name and not any("\ud800" <= c <= "\udfff" for c in name)
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _literal(text: str) -> str:
    return '"' + "".join(map(_letter, text)) + '"'


def _letter(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if " " <= letter <= "~":
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _plain(name: str) -> str:
    """An argument's name as a part of a rule's name."""
    return re.sub(r"[^a-zA-Z0-9]", "-", name)[:58]
