"""Text → words: every kind of number and sign an answer may hold, and nothing a voice would stumble on."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.speak.english_numbers import cardinal, fraction, number, ordinal, year
from assistant.speak.spoken_text import LONGEST_SPOKEN, spoken_text

MARKS = re.compile(r"[*_`#~|<>\[\]{}\\^=+@&%$€£¥₹°÷±\u00d7]")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        # times of day
        ("It's 7:05.", "It's seven oh five."),
        ("It's 7:00 now", "It's seven o'clock now"),
        ("at 19:30 or 19:00", "at nineteen thirty or nineteen hundred"),
        ("at 7:30 PM, 7 pm or 7 a.m. sharp", "at seven thirty PM, seven PM or seven AM sharp"),
        ("0:15 and 12:00", "twelve fifteen AM and twelve o'clock"),
        ("10:30-11:00, 9am-5pm", "ten thirty to eleven o'clock, nine AM to five PM"),
        ("12:30:15", "twelve thirty and fifteen seconds"),
        ("won 2:1", "won two to one"),
        # dates
        ("on 2026-11-22", "on November twenty-second, twenty twenty-six"),
        ("2026-11-22T19:30:00Z", "November twenty-second, twenty twenty-six nineteen thirty UTC"),
        ("22/11/2026", "November twenty-second, twenty twenty-six"),
        ("24.12.2026", "December twenty-fourth, twenty twenty-six"),
        ("Nov 3rd, 2009", "November third, two thousand nine"),
        ("on the 3rd of May", "on the third of May"),
        ("on 22 December", "on the twenty-second of December"),
        ("May 5-7", "May fifth to seventh"),
        ("2026-13-45", "two thousand twenty-six-thirteen-forty-five"),
        # amounts and units
        (
            "It is 21 °C, -3°C at night",
            "It is twenty-one degrees Celsius, minus three degrees Celsius at night",
        ),
        ("20\u201325 °C", "twenty to twenty-five degrees Celsius"),
        (
            "12 km/h, 1 km, 3.5 kWh",
            "twelve kilometers per hour, one kilometer, three point five kilowatt hours",
        ),
        ("45% or 100 %", "forty-five percent or one hundred percent"),
        ("30 m² and 2 m³", "thirty square meters and two cubic meters"),
        ("10 min, 1 h, 30s, 250ml", "ten minutes, one hour, thirty seconds, two hundred fifty milliliters"),
        ("16GB at 5GHz", "sixteen gigabytes at five gigahertz"),
        # money
        ("$5.20, €3 and £1.01", "five dollars and twenty cents, three euros and one pound and one penny"),
        (
            "$5.2 million, 5 €, -$3, $0.99",
            "five point two million dollars, five euros, minus three dollars, ninety-nine cents",
        ),
        ("€1,000.50", "one thousand euros and fifty cents"),
        # plain numbers
        ("1,234,567 people", "one million two hundred thirty-four thousand five hundred sixty-seven people"),
        ("3.14, .5, -40", "three point one four, zero point five, minus forty"),
        ("pages 10-20, 2019\u20132024", "pages ten to twenty, twenty nineteen to twenty twenty-four"),
        ("in 1999 and 1500 steps", "in nineteen ninety-nine and one thousand five hundred steps"),
        ("1st, 22nd and 103rd", "first, twenty-second and one hundred third"),
        ("the 1990s, the 80s", "the nineteen nineties, the eighties"),
        ("½ cup, 2½ cups, 3/4, 1 1/2", "one half cup, two and a half cups, three quarters, one and a half"),
        ("call 555-1234", "call five five five, one two three four"),
        ("+49 170 1234567", "plus four nine, one seven zero, one two three four five six seven"),
        ("code 007, No. 5, #3", "code zero zero seven, number five, number three"),
        ("B12, H2O, COVID-19", "B twelve, H two O, COVID-nineteen"),
        (
            "3 x 4 = 12, 5 + 2, 2^3",
            "three times four equals twelve, five plus two, two to the power of three",
        ),
        (
            "v1.2.3 on 192.168.1.20",
            "v one dot two dot three on one nine two dot one six eight dot one dot two zero",
        ),
        ("٣ ③ ４", "three three four"),  # noqa: RUF001
        # abbreviations, addresses
        ("e.g. this, i.e. that", "for example this, that is that"),
        ("Dr. Who & Mr. X", "Doctor Who and Mister X"),
        ("see https://www.example.com/a/b?c=1.", "see example dot com"),
        ("mail bob@example.com", "mail bob at example dot com"),
        # markup
        ("**Bold** and _this_ `code` [link](http://x.com/a) ![pic](p.png)", "Bold and this code link pic"),
        ("# Title\n\n- one\n- two\n\n1. Boil\n2. Eat", "Title. one. two. Boil. Eat."),
        ("| lamp | state |\n|---|---|\n| hall | on |", "lamp, state. hall, on."),
        ("Look:\n```py\nprint(1)\n```\ndone", "Look: done"),
        ("<b>Hi</b> there<br/>&amp; bye", "Hi there and bye"),
        ("> quoted\n> text", "quoted text"),
        ("I ❤️ it 👍🏽 👨‍👩‍👧 :)", "I it"),
        ("wait\u200b a\u202e bit\x00\x07", "wait a bit"),
        ("Hm... really!!! Yes?!", "Hm. really! Yes?!"),
        ("", ""),
        ("🎉", ""),
        ("---", ""),
    ],
)
def test_what_is_said(written: str, said: str) -> None:
    assert spoken_text(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("**Es ist 19:30** 🎉", "Es ist 19:30"),
        ("- eins\n- 21,5 °C", "eins. 21,5 °C."),
        ("日本語 です", "日本語 です"),
        ("\u05d0 \u202b\u05d1", "\u05d0 \u05d1"),
    ],
)
def test_other_languages_keep_their_digits(written: str, said: str) -> None:
    assert spoken_text(written, "de") == said


def test_a_long_text_is_cut_at_a_sentence() -> None:
    said = spoken_text("The wash takes 45 minutes more. " * 3000)
    assert len(said) <= LONGEST_SPOKEN
    assert said.endswith("minutes more.")
    assert len(said) > 900
    assert len(spoken_text("word " * 20_000)) <= LONGEST_SPOKEN
    assert len(spoken_text("x" * 100_000)) == LONGEST_SPOKEN


PIECES = st.sampled_from(
    [
        *(
            "19:30",
            "7:05",
            "2026-11-22",
            "1/2",
            "½",
            "$5.20",
            "°C",
            "km/h",
            "No. ",
            "e.g.",
            "http://a.com/",
            "3rd",
        ),
        *(
            "May 5",
            "-5",
            "1,234",
            "\n| a |\n",
            "\n- ",
            "**",
            "```",
            "&amp;",
            "@b.de",
            "pm",
            " the ",
            "80s",
            "1.2.3",
        ),
        *(
            "555-1234",
            "T",
            "m²",
            "€",
            "٣",
            "%",
            " ",
            ".",
            ":",
            "/",
            "0",
            "1",
            "9",
            "x",
            "<",
            "[",
            "](",
            "#",
            "~",
        ),
        *("\N{THUMBS UP SIGN}", "\u202e", "M"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120) | st.lists(PIECES, max_size=14).map("".join))
@example("5e.g.")
@example("0" * 5000)
@example("1,234,5678.9.0-1/0:99")
def test_any_text_becomes_words(text: str) -> None:
    said = spoken_text(text)
    assert not any(sign.isdigit() for sign in said)
    assert not MARKS.search(said)
    assert said.isprintable()
    assert len(said) <= LONGEST_SPOKEN
    assert spoken_text(said) == said


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120) | st.lists(PIECES, max_size=14).map("".join))
def test_other_languages_never_raise(text: str) -> None:
    said = spoken_text(text, "fr-FR")
    assert said.isprintable()
    assert len(said) <= LONGEST_SPOKEN


@given(st.integers(-(10**14), 10**14))
def test_cardinals_read_back(value: int) -> None:
    assert read_back(cardinal(value)) == value


def read_back(words: str) -> int:
    """The number a cardinal says, by an own and slower way."""
    small = {cardinal(n): n for n in range(100)}
    total = part = 0
    for word in words.removeprefix("minus ").split():
        if word in small:
            part += small[word]
        elif word == "hundred":
            part *= 100
        else:
            total += part * {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}[word]
            part = 0
    return -(total + part) if words.startswith("minus ") else total + part


def test_numbers() -> None:
    said = [cardinal(n) for n in range(1000)]
    assert len(set(said)) == 1000
    assert cardinal(0) == "zero"
    assert cardinal(10**15) == "one" + " zero" * 15
    assert [ordinal(n) for n in (1, 2, 3, 5, 8, 9, 12, 20, 21, 30, 100, 1000)] == [
        *("first", "second", "third", "fifth", "eighth", "ninth", "twelfth", "twentieth", "twenty-first"),
        *("thirtieth", "one hundredth", "one thousandth"),
    ]
    assert [year(n) for n in (1066, 1900, 1905, 2000, 2009, 2010)] == [
        *("ten sixty-six", "nineteen hundred", "nineteen oh five", "two thousand", "two thousand nine"),
        "twenty ten",
    ]
    assert number("-1,234.50") == "minus one thousand two hundred thirty-four point five zero"
    assert fraction(7, 100) == "seven over one hundred"
