"""A sum in words or signs → its value: "fifteen percent of eighty", "3.5 + 2", "two to the power of ten".

The words become an expression of numbers, signs and five functions, which simpleeval works out; names and
everything else of Python are out of its reach.
"""

import ast
import math
import operator
import re
from typing import Final

from simpleeval import InvalidExpression, SimpleEval

from assistant.errors import ToolError
from assistant.skills.amounts import FRACTIONS, number_at

Number = int | float
MOST_CHARACTERS: Final = 300
MOST_SIGNS: Final = 60
LARGEST: Final = 1e300
MOST_POWER: Final = 1000
MOST_FACTORIAL: Final = 100
NOT_A_SUM: Final = "Sorry, I can't work that out."
BY_ZERO: Final = "You can't divide by zero."
TOO_LARGE: Final = "That number is too large for me."
NEGATIVE_ROOT: Final = "A negative number has no real root."

_PHRASES: Final = (
    (r"\bto the (\d+) power\b", r"^ \1"),
    *(
        (rf"\bto the {ordinal} power\b", f"^ {power}")
        for power, ordinal in enumerate(
            ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 2
        )
    ),
    (r"\bto the (?:power of |power )", "^"),
    (r"\b(?:multiplied by|times)\b|[\u00d7\u00b7]|(?<=[\d)\s])x(?=[\s\d(])", "*"),
    (r"\b(?:divided by|over)\b|\u00f7", "/"),
    (r"\b(?:plus|added to)\b", "+"),
    (r"\b(?:minus|less|negative)\b|\u2212", "-"),
    (r"\bsquared\b", "^2"),
    (r"\bcubed\b", "^3"),
    (r"\bmodulo\b", "@"),
    (r"\b(?:the )?square root of\b", "sqrt "),
    (r"\b(?:the )?cube root of\b", "cbrt "),
    (r"\b(?:the )?root of\b", "sqrt "),
    (r"\b(?:the )?factorial of\b", "factorial "),
    (r"\bpercent of\b", "%of"),
    (r"\bpercent off\b", "%off"),
    (r"%\s*(of|off)\b", r"%\1"),
    (r"\bpercent\b", "%"),
    (r"\b(?:double|twice)\b", "2*"),
    (r"\btriple\b", "3*"),
)
_PAIRS: Final = {"sum": "+", "product": "*", "difference": "-"}
_PAIR: Final = re.compile(r"^(?:the )?(sum|product|difference) (?:of|between) (.+) and (.+)$")
_SIGN: Final = re.compile(r"%off|%of|\*\*|[-+*/^@%()]|sqrt\b|cbrt\b|factorial\b|\d+(?:\.\d+)?|\.\d+|[a-z'-]+")
_FUNCTIONS: Final = ("sqrt", "cbrt", "factorial")


def value_of(sum_: str) -> Number:
    """What a sum comes to. ToolError with a kind sentence where it is none, or has no value."""
    text = sum_.strip().rstrip("=?. ")
    if not text or len(text) > MOST_CHARACTERS:
        raise ToolError("too long for a sum", spoken=NOT_A_SUM)
    expression = _expression(text.casefold())
    evaluator = SimpleEval(operators=_OPERATORS, functions=_CALLS, names={})
    try:
        value = evaluator.eval(expression)
    except ZeroDivisionError as error:
        raise ToolError("division by zero", spoken=BY_ZERO) from error
    except (InvalidExpression, SyntaxError, ValueError, TypeError, RecursionError, KeyError) as error:
        raise ToolError(f"no sum: {type(error).__name__}", spoken=NOT_A_SUM) from error
    except OverflowError as error:
        raise ToolError("too large", spoken=TOO_LARGE) from error
    return _real(value)


def _real(value: object) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ToolError("no number", spoken=NOT_A_SUM)
    if abs(value) > LARGEST:
        raise ToolError("too large", spoken=TOO_LARGE)
    return value


# ── words → an expression ────────────────────────────────────────────────────────────────────────


def _expression(text: str) -> str:
    if pair := _PAIR.match(text):
        return f"({_expression(pair[2])}){_PAIRS[pair[1]]}({_expression(pair[3])})"
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"\b(\d+)(?:st|nd|rd|th) power\b", r"\1 power", text)
    for pattern, sign in _PHRASES:
        text = re.sub(pattern, f" {sign} ", text)
    tokens = _SIGN.findall(text)
    if len(tokens) > MOST_SIGNS or "".join(tokens) != re.sub(r"\s+", "", text):
        raise ToolError("other words than a sum's", spoken=NOT_A_SUM)
    parts = _numbers(tokens)
    return _roots("".join(_percents(parts)))


def _numbers(tokens: list[str]) -> list[str]:
    """Number words become digits; "the" goes, "half of" multiplies."""
    parts: list[str] = []
    at = 0
    while at < len(tokens):
        if tokens[at] in FRACTIONS and tokens[at + 1 : at + 2] == ["of"]:
            parts += [f"({FRACTIONS[tokens[at]]!r})", "*"]
            at += 2
            continue
        if tokens[at] == "a" and tokens[at + 1 : at + 2] and tokens[at + 2 : at + 3] == ["of"]:
            at += 1
            continue
        found = number_at(tokens, at)
        if found is not None:
            value, at = found
            if parts and (parts[-1][0].isdigit() or parts[-1][-1] == ")"):
                raise ToolError("two numbers in a row", spoken=NOT_A_SUM)
            parts.append(repr(value))
            if tokens[at : at + 1] == ["of"]:
                parts.append("*")
                at += 1
        elif tokens[at] == "the":
            at += 1
        elif tokens[at] in _FUNCTIONS or not tokens[at][0].isalpha():
            parts.append({"^": "**", "@": "%"}.get(tokens[at], tokens[at]))
            at += 1
        else:
            raise ToolError(f"not a number: {tokens[at]!r}", spoken=NOT_A_SUM)
    return parts


def _percents(parts: list[str]) -> list[str]:
    """`15 %of 80` → `15/100*80`; `80 + 10 %` → `80*(1+10/100)`, as people mean it."""
    made: list[str] = []
    for at, part in enumerate(parts):
        if part == "%of":
            made.append("/100*")
        elif part == "%off" and made:
            made[-1] = f"(1-{made[-1]}/100)*"
        elif part == "%" and _is_percent(parts, at):
            if len(made) >= 3 and made[-2] in "+-":
                number, sign = made.pop(), made.pop()
                made = ["(", *made, ")", f"*(1{sign}{number}/100)"]
            else:
                made.append("/100")
        else:
            made.append(part)
    return made


def _is_percent(parts: list[str], at: int) -> bool:
    """Not the remainder of a division: nothing follows that could be divided by."""
    following = parts[at + 1] if at + 1 < len(parts) else ""
    return not following or following in "+-*/)" or following == "**"


def _roots(expression: str) -> str:
    """`sqrt2` → `sqrt(2)`; with brackets it is one already."""
    for name in _FUNCTIONS:
        expression = re.sub(rf"{name}(-?[\d.]+(?:e\d+)?)", rf"{name}(\1)", expression)
    return expression


# ── what may be worked out ───────────────────────────────────────────────────────────────────────


def _power(base: Number, exponent: Number) -> Number:
    if abs(exponent) > MOST_POWER or (base and abs(exponent) * math.log10(abs(base) + 1) > 300):
        raise OverflowError
    found = base**exponent
    if isinstance(found, complex):
        raise ToolError("a root of a negative number", spoken=NEGATIVE_ROOT)
    return _kept(found)


def _times(one: Number, other: Number) -> Number:
    if one and other and math.log10(abs(one)) + math.log10(abs(other)) > 300:
        raise OverflowError
    return one * other


def _root(value: Number) -> Number:
    if value < 0:
        raise ToolError("a root of a negative number", spoken=NEGATIVE_ROOT)
    whole = math.isqrt(int(value)) if isinstance(value, int) else 0
    return whole if whole and whole * whole == value else math.sqrt(value)


def _factorial(value: Number) -> Number:
    if value != int(value) or value < 0:
        raise ValueError
    if value > MOST_FACTORIAL:
        raise OverflowError
    return math.factorial(int(value))


def _kept(value: object) -> Number:
    if not isinstance(value, int | float):
        raise TypeError
    return value


_OPERATORS: Final = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _times,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_CALLS: Final = {"sqrt": _root, "cbrt": math.cbrt, "factorial": _factorial}
