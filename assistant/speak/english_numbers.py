"""Numbers → English words."""

_SMALL = (
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
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = (
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (10**3, "thousand"),
    (100, "hundred"),
)
LARGEST = 10**15
"""From here on a number is read digit by digit."""
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def digits(text: str) -> str:
    """Each digit by itself: 007 → zero zero seven."""
    return " ".join(_SMALL[int(digit)] for digit in text if digit in "0123456789")


def cardinal(number: int) -> str:
    """1234 → one thousand two hundred thirty-four."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= LARGEST:
        return digits(str(number))
    words = []
    for scale, name in _SCALES:
        if number >= scale:
            words += [cardinal(number // scale), name]
            number %= scale
    if number or not words:
        words.append(_below_hundred(number))
    return " ".join(words)


def _below_hundred(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    tens = _TENS[number // 10]
    return f"{tens}-{_SMALL[number % 10]}" if number % 10 else tens


def ordinal(number: int) -> str:
    """22 → twenty-second."""
    head, mark, last = cardinal(number).rpartition("-")
    if not mark:
        head, mark, last = cardinal(number).rpartition(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return head + mark + last


def number(text: str) -> str:
    """A number as it is written: -1,234.50 → minus one thousand two hundred thirty-four point five zero."""
    minus = "minus " if text.startswith("-") else ""
    whole, point, decimals = text.lstrip("-").replace(",", "").partition(".")
    # A number with zeros in front is a code, not an amount; so is one beyond all names.
    code = (len(whole) > 1 and whole[0] == "0") or len(whole) > 15
    words = digits(whole) if code else cardinal(int(whole or "0"))
    return minus + words + (f" point {digits(decimals)}" if point else "")


def year(number: int) -> str:
    """2026 → twenty twenty-six, 1905 → nineteen oh five, 2009 → two thousand nine."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < 10:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def decade(number: int) -> str:
    """1990 → nineteen nineties, 80 → eighties, 1900 → nineteen hundreds."""
    words = year(number) if number >= 100 else cardinal(number)
    return words[:-1] + "ies" if words.endswith("y") else words + "s"


def fraction(over: int, under: int) -> str:
    """3, 4 → three quarters; 7, 100 → seven over one hundred."""
    if not 2 <= under <= 20:
        return f"{cardinal(over)} over {cardinal(under)}"
    one, many = _PARTS.get(under, (ordinal(under), ordinal(under) + "s"))
    return f"{cardinal(over)} {one if over == 1 else many}"
