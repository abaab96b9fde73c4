"""Plain English text → words only: amounts, units, money, ranges, fractions, telephone numbers, signs."""

import re
import unicodedata
from collections.abc import Callable

from assistant.speak.english_numbers import cardinal, decade, digits, fraction, number, ordinal, year
from assistant.speak.english_times import times_to_words
from assistant.speak.english_units import MONEY, SCALES, UNITS

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str] | str]

_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|(?<!\d)\.\d+"
_AMOUNT = rf"(?<![\w.,])(-?)({_NUM})"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_COIN = "|".join(re.escape(sign) for sign in MONEY)
_SCALE = "|".join(SCALES)

_ABBREVIATIONS = {
    "e.g.": "for example",
    "i.e.": "that is",
    "etc.": "et cetera",
    "approx.": "approximately",
    "vs.": "versus",
    "Dr.": "Doctor",
    "Mr.": "Mister",
    "Mrs.": "Missus",
    "w/o": "without",
    "w/": "with ",
    "a.m.": "AM",
    "p.m.": "PM",
}
_SIGNS = {
    "&": " and ",
    "+": " plus ",
    "=": " equals ",
    "@": " at ",
    "%": " percent",
    "°": " degrees ",
    "\u00d7": " times ",
    "÷": " divided by ",
    "±": " plus or minus ",
    "≈": " about ",
    "$": " dollars ",
    "€": " euros ",
    "£": " pounds ",
    "¥": " yen ",
    "₹": " rupees ",
    "^": " ",
    "~": " ",
    "#": " ",
}


def english_words(text: str) -> str:
    """`text` without digits and signs. Never raises."""
    if not text.isascii():
        text = _plain_digits(text)
    for pattern, words in _WORD_RULES:
        text = pattern.sub(words, text)
    if any(sign.isdigit() for sign in text):
        text = times_to_words(text)
        for pattern, words in _NUMBER_RULES:
            text = pattern.sub(words, text)
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    return text


def _plain_digits(text: str) -> str:
    """Fractions set apart, wide and foreign digits as 0 to 9, one minus and one dash."""
    text = "".join(f" {sign}" if "\u2044" in unicodedata.normalize("NFKC", sign) else sign for sign in text)
    text = re.sub(
        r"(?<=\d)(\s?)(k|c|m)?m([²³])", lambda m: f" {'sq' if m[3] == '²' else 'cu'}{m[2] or ''}m", text
    )
    text = re.sub(r"(?<=[a-zA-Z)])²", " squared", re.sub(r"(?<=[a-zA-Z)])³", " cubed", text))
    text = (
        unicodedata.normalize("NFKC", text)
        .replace("\u2014", "\u2013")
        .replace("\u2044", "/")
        .replace("\u2212", "-")
    )
    return "".join(str(unicodedata.digit(sign, "")) if sign.isdigit() else sign for sign in text)


def _measured(found: re.Match[str]) -> str:
    minus, amount, second, unit = found[1], found[2], found[3], found[4]
    one, many = UNITS[unit]
    words = _signed(minus, amount) + (f" to {number(second)}" if second else "")
    return f"{words} {one if amount == '1' and not second else many}"


def _signed(minus: str, amount: str) -> str:
    return ("minus " if minus else "") + number(amount)


def _money(found: re.Match[str]) -> str:
    parts = found.groupdict()
    sign, amount, scale = parts["sign"], parts["amount"], parts["scale"]
    minus = "minus " if parts["minus"] else ""
    one, many, cent, cents = MONEY[sign]
    if scale:
        return f"{minus}{number(amount)} {SCALES[scale]} {many}"
    whole, _, rest = amount.replace(",", "").partition(".")
    if len(rest) != 2 or not cents:
        return f"{minus}{number(amount)} {one if amount == '1' else many}"
    big = f"{number(whole)} {one if whole == '1' else many}" if int(whole or "0") else ""
    small = f"{cardinal(int(rest))} {cent if rest == '01' else cents}" if int(rest) else ""
    return minus + (" and ".join(part for part in (big, small) if part) or f"zero {many}")


def _telephone(found: re.Match[str]) -> str:
    plus = "plus " if found[0].startswith("+") else ""
    groups = re.findall(r"\d+", found[0])
    return plus + ", ".join(digits(group) for group in groups)


def _range(found: re.Match[str]) -> str:
    low, high = found[1], found[2]
    if all(len(end) == 4 and "1100" <= end < "2100" for end in (low, high)):
        return f"{year(int(low))} to {year(int(high))}"
    return f"{number(low)} to {number(high)}"


def _fraction(found: re.Match[str]) -> str:
    whole, over, under = found[1], int(found[2]), int(found[3])
    if (whole, over, under) == (None, 24, 7):
        return "twenty-four seven"
    words = fraction(over, under)
    if whole is None:
        return words
    return f"{cardinal(int(whole))} and {words.replace('one ', 'a ', 1) if over == 1 else words}"


_WORD_RULES: tuple[Rule, ...] = (
    (
        re.compile("|".join(rf"(?<!\w){re.escape(short)}" for short in _ABBREVIATIONS)),
        lambda m: _ABBREVIATIONS[m[0]],
    ),
    (re.compile(r"\b([\w.+-]{1,64})@([\w-]{1,64}(?:\.[\w-]{1,64})+)"), r"\1 at \2"),
    (
        re.compile(r"(?<=\w)\.(?=(?:[\w-]{1,63}\.){0,4}(?:com|org|net|io|de|uk|eu|fr|gov|edu|local)\b)"),
        " dot ",
    ),
)

_NUMBER_RULES: tuple[Rule, ...] = (
    (re.compile(r"\b[Nn]os?\.\s?(?=\d)|№\s?|#\s?(?=\d)"), "number "),
    (
        re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,5}){2,4}(?!\.?\d)"),
        lambda m: " " + " dot ".join(digits(n) for n in m[0].split(".")),
    ),
    (re.compile(r"\+\d[\d ().-]{5,18}\d(?!\d)"), _telephone),
    (
        re.compile(r"(?<![\d.,-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\d-])|(?<![\d-])\d{3}-\d{4}(?![\d-])"),
        _telephone,
    ),
    (re.compile(r"(?<![\d.,-])0\d{1,4}[ /-]\d{2,}(?:[ -]\d{2,}){0,5}(?![\d-])"), _telephone),
    (
        re.compile(rf"(?P<minus>-?)(?P<sign>{_COIN})\s?(?P<amount>{_NUM})(?:\s?(?P<scale>{_SCALE})\b)?"),
        _money,
    ),
    (
        re.compile(
            rf"(?<![\w.,])(?P<minus>-?)(?P<amount>{_NUM})(?:\s?(?P<scale>{_SCALE}))?\s?(?P<sign>{_COIN})(?!\w)"
        ),
        _money,
    ),
    (re.compile(r"(?<=the )(\d0)'?s\b|(?<![\w.,])([12]\d\d0)'?s\b"), lambda m: decade(int(m[1] or m[2]))),
    (re.compile(rf"{_AMOUNT}(?:\s?[-\u2013]\s?({_NUM}))?\s?({_UNIT})(?![\w²³])"), _measured),
    (re.compile(r"(?<![\w./-])(?:(\d+)\s+)?(\d{1,4})/([1-9]\d{0,3})(?![\w/.]*\d)"), _fraction),
    (re.compile(r"(?<![\d.,])(\d{1,12})(?:st|nd|rd|th)\b", re.IGNORECASE), lambda m: ordinal(int(m[1]))),
    (re.compile(rf"(?<![\w.,-])({_NUM})\s?[-\u2013]\s?({_NUM})(?![\w-])"), _range),
    (re.compile(r"(?<![\w.])(\d+):(\d+)(?![\w:])"), lambda m: f"{number(m[1])} to {number(m[2])}"),
    (re.compile(r"(?<=\d)\s?[x\u00d7]\s?(?=\d)"), " times "),
    (re.compile(r"(?<=\d)\s?\^(?=\d)"), " to the power of "),
    (
        re.compile(r"\b(in|since|year|until|by|of|from|to|before|after)\s+(1[1-9]\d\d|20\d\d)\b(?![.,]\d)"),
        lambda m: f"{m[1]} {year(int(m[2]))}",
    ),
    (re.compile(r"~\s?(?=\d)"), "about "),
    (re.compile(rf"{_AMOUNT}(?![\w])"), lambda m: _signed(m[1], m[2])),
    (re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"), " "),
    (re.compile(r"(?<![\w.])-(?=\d)"), "minus "),
    (re.compile(rf"({_NUM})"), lambda m: f" {number(m[1])} "),
    (re.compile(r"[0-9]"), lambda m: f" {digits(m[0])} "),
)
