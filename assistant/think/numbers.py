"""Text as people write it → the plain words they would say: lower case, no punctuation, no digits.

The narrow ear already speaks this language; Whisper and keyboards do not. Everything in `think` that compares
words compares plain ones.
"""

import re
import unicodedata

UNITS = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBER_WORDS = frozenset((*UNITS, *TENS[2:], "hundred", "thousand", "half", "quarter", "point", "minus"))

_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4"}
_FRACTION_WORDS = {"1/2": "a half", "1/4": "a quarter", "3/4": "three quarters"}
_UNITS_SHORT = {
    **dict.fromkeys(("s", "sec", "secs"), "seconds"),
    **dict.fromkeys(("m", "min", "mins"), "minutes"),
    **dict.fromkeys(("h", "hr", "hrs"), "hours"),
}
_CONTRACTIONS = {
    "whats": "what's",
    "hows": "how's",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "cant": "can't",
    "wheres": "where's",
    "im": "i'm",
    "ok": "okay",
    "percentage": "percent",
    "to-do": "to do",
    "tv": "television",
}
_WITHOUT_ACCENT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
"""Letters that have no accent to take off but a plain spelling."""
_SHORT_UNIT = re.compile(r"(?<=\d)\s*(secs?|mins?|hrs?|[smh])\b\.?")
_MIXED = re.compile(r"\b(\d+)\s+(?:and\s+)?(1/2|1/4|3/4)\b")
_BARE_FRACTION = re.compile(r"\b(1/2|1/4|3/4)\b")
_SUM_SIGNS = tuple(
    (re.compile(rf"(?<=[\d)]){sign}(?=[\d(.-])"), f" {word} ")
    for sign, word in (
        (r"\s*(?:\*\*|\^)\s*", "to the power of"),
        (r"\s*[*\u00d7·]\s*|\s+x\s+", "times"),
        (r"\s*÷\s*|\s+/\s+|(?<=\d\d)/(?=\d)|/(?=\d\d)|(?<!\b1)(?<!\b3)/(?=\d)", "divided by"),
        (r"\s*\+\s*", "plus"),
        (r"\s+[-\u2212]\s+", "minus"),
    )
)
_CLOCK = re.compile(r"\b(\d{1,2}):0([1-9])\b")
"""5 past an hour: without the "oh" 20:01 would be twenty one."""
_GROUPED = re.compile(r"\b(\d{1,3}),(\d{3})\b")
_DECIMAL = re.compile(r"\b(\d+)\.(\d+)\b")
_WHOLE = re.compile(r"\d+")
_KEPT = re.compile(r"[^a-z0-9' ]+")
_A_HUNDRED = re.compile(r"\ba hundred\b")
_AND_IN_NUMBER = re.compile(rf"\bhundred and (?=(?:{'|'.join((*UNITS[1:], *TENS[2:]))})\b)")


def in_words(number: int) -> str:
    """An integer below a million as it is said: 25 → "twenty five", 120 → "one hundred twenty"."""
    if number < 0:
        return f"minus {in_words(-number)}"
    if number < 20:
        return UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return TENS[tens] if unit == 0 else f"{TENS[tens]} {UNITS[unit]}"
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        head = f"{UNITS[hundreds]} hundred"
        return head if rest == 0 else f"{head} {in_words(rest)}"
    if number < 1_000_000:
        thousands, rest = divmod(number, 1000)
        head = f"{in_words(thousands)} thousand"
        return head if rest == 0 else f"{head} {in_words(rest)}"
    return " ".join(UNITS[int(digit)] for digit in str(number))


def _decimal_in_words(match: re.Match[str]) -> str:
    whole, part = match.groups()
    if part.rstrip("0") == "":
        return in_words(int(whole))
    if part.rstrip("0") == "5":
        return "half" if int(whole) == 0 else f"{in_words(int(whole))} and a half"
    return f"{in_words(int(whole))} point {' '.join(UNITS[int(digit)] for digit in part)}"


def plain(text: str) -> str:
    """One sentence in plain words; "" when nothing is said. Never raises.

    "Set a 10-minute timer!" → "set a ten minute timer"; "1.5 hours" → "one and a half hours";
    "Küche" → "kuche".
    """
    text = "".join(f" {_FRACTIONS[letter]} " if letter in _FRACTIONS else letter for letter in text)
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'").replace("\u2044", "/")
    text = "".join(
        letter
        for letter in unicodedata.normalize("NFD", text.translate(_WITHOUT_ACCENT))
        if not unicodedata.combining(letter)
    )
    for sign, word in _SUM_SIGNS:
        text = sign.sub(word, text)
    text = _GROUPED.sub(r"\1\2", _CLOCK.sub(r"\1 oh \2", text))
    text = text.replace("%", " percent ").replace("&", " and ")
    text = _MIXED.sub(lambda m: f"{m[1]} and {_FRACTION_WORDS[m[2]]}", text)
    text = _BARE_FRACTION.sub(lambda m: _FRACTION_WORDS[m[1]].removeprefix("a "), text)
    text = _SHORT_UNIT.sub(lambda m: f" {_UNITS_SHORT[m[1]]}", text)
    text = _DECIMAL.sub(_decimal_in_words, text)
    text = _WHOLE.sub(lambda m: f" {in_words(int(m[0]))} ", text)
    words = _KEPT.sub(" ", text).split()
    words = [_CONTRACTIONS.get(word, word).strip("'") for word in words]
    said = " ".join(word for word in words if word)
    return _AND_IN_NUMBER.sub("hundred ", _A_HUNDRED.sub("one hundred", said))
