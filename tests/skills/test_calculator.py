import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ToolError
from assistant.skills.amounts import amount_of, shown
from assistant.skills.calculator import Calculator
from assistant.skills.sums import BY_ZERO, NEGATIVE_ROOT, NOT_A_SUM, TOO_LARGE, value_of
from assistant.skills.units import NO_RATES, Units
from tests.skills.bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench(Calculator())


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("twelve times seven", "84"),
        ("fifteen percent of eighty", "12"),
        ("twenty percent off eighty", "64"),
        ("100 plus 20 percent", "120"),
        ("square root of two", "about 1.41"),
        ("the square root of two hundred and twenty five", "15"),
        ("three to the power of four", "81"),
        ("two to the tenth power", "1024"),
        ("two to the 5th power", "32"),
        ("3.5 plus 2", "5.5"),
        ("three and a half plus two", "5.5"),
        ("one point five times two", "3"),
        ("half of ten", "5"),
        ("two thirds of nine", "6"),
        ("the sum of three and four", "7"),
        ("minus five plus three", "minus 2"),
        ("two million divided by four", "500000"),
        ("1,250 * 2", "2500"),
        ("(3+4)*2", "14"),
        ("2^10", "1024"),
        ("17 % 5", "2"),
        ("a hundred divided by three", "about 33.33"),
        ("2**64", "about 1.84 times ten to the power of 19"),
        ("0.1 + 0.2", "0.3"),
    ],
)
async def test_a_sum_is_worked_out(bench: Bench, said: str, value: str) -> None:
    result = await bench.call("calculate", {"expression": said})
    assert (result.ok, result.say) == (True, f"That's {value}.")


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("ten divided by zero", BY_ZERO),
        ("17 % 0", BY_ZERO),
        ("9**9**9", TOO_LARGE),
        ("factorial 5000", TOO_LARGE),
        ("square root of minus four", NEGATIVE_ROOT),
        ("(-8) ^ 0.5", NEGATIVE_ROOT),
        ("five six", NOT_A_SUM),
        ("what is love", NOT_A_SUM),
        ("__import__('os').system('ls')", NOT_A_SUM),
        ("().__class__", NOT_A_SUM),
        ("[1] * 10", NOT_A_SUM),
        ("lambda: 1", NOT_A_SUM),
        ("1 if 2 else 3", NOT_A_SUM),
        ("((((((", NOT_A_SUM),
        ("10**290 * 10**290", TOO_LARGE),
    ],
)
async def test_what_has_no_value_is_said_kindly(bench: Bench, said: str, spoken: str) -> None:
    result = await bench.call("calculate", {"expression": said})
    assert (result.ok, result.say) == (False, spoken)


@given(st.text(alphabet="0123456789+-*/^%().e x√é'\"_ abcdefgpointwruh,", max_size=80))
@settings(max_examples=400, deadline=500)
def test_any_text_is_a_finite_number_or_a_kind_refusal(text: str) -> None:
    spoken = ""
    try:
        value = value_of(text)
    except ToolError as error:
        value, spoken = 0, error.spoken
    assert math.isfinite(value)
    assert spoken in ("", BY_ZERO, TOO_LARGE, NEGATIVE_ROOT, NOT_A_SUM)


@given(st.integers(-999_999, 999_999), st.integers(-999_999, 999_999), st.sampled_from("+-*"))
def test_whole_numbers_come_out_exactly(one: int, other: int, sign: str) -> None:
    expected = {"+": one + other, "-": one - other, "*": one * other}[sign]
    assert value_of(f"({one}) {sign} ({other})") == expected


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("two and a half", 2.5),
        ("a", 1),
        ("half a", 0.5),
        ("three quarters", 0.75),
        ("minus five", -5),
        ("a hundred and twenty", 120),
        ("two point two five", 2.25),
        ("a dozen", 12),
        ("1.5", 1.5),
        ("three hundred and sixty five", 365),
    ],
)
def test_an_amount_in_words(words: str, amount: float) -> None:
    assert amount_of(words) == amount


@pytest.mark.parametrize("words", ["", "cups", "five six", "two and", "point"])
def test_no_amount(words: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        amount_of(words)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_what_is_shown_is_close_and_short(value: float) -> None:
    words = shown(value)
    assert len(words) <= 30
    if "ten to the power" in words:
        return
    number = float(words.removeprefix("about ").replace("minus ", "-"))
    assert number == pytest.approx(value, rel=0.06, abs=1e-9)


@pytest.mark.parametrize(
    ("amount", "unit", "into", "said"),
    [
        (1, "pound", "grams", "1 pound is about 453.59 grams."),
        (20, "celsius", "fahrenheit", "20 degrees Celsius are 68 degrees Fahrenheit."),
        (1, "litre", "cups", "1 litre is about 4.23 cups."),
        (5, "miles", "kilometres", "5 miles are about 8.05 kilometres."),
        ("two and a half", "hours", "minutes", "2.5 hours are 150 minutes."),
        (6, "feet", "inches", "6 feet are 72 inches."),
        (10, "square feet", "square metres", "10 square feet are about 0.93 square metres."),
        (
            100,
            "kilometers per hour",
            "miles per hour",
            "100 kilometers per hour are about 62.14 miles per hour.",
        ),
    ],
)
async def test_units(bench: Bench, amount: float | str, unit: str, into: str, said: str) -> None:
    assert await bench.say("convert", amount=amount, unit=unit, into=into) == said


async def test_units_that_cannot_be(bench: Bench) -> None:
    wrong = "Sorry, feet and grams don't measure the same thing."
    assert await bench.say("convert", amount=1, unit="foot", into="grams") == wrong
    assert (
        await bench.say("convert", amount=1, unit="flurbs", into="grams")
        == "Sorry, I don't know the unit flurbs."
    )
    assert await bench.say("convert", amount=5, unit="euros", into="dollars") == NO_RATES
    result = await bench.call("convert", {"amount": 1, "unit": "os.system('x')", "into": "gram"})
    assert not result.ok


@pytest.mark.parametrize(
    ("units", "unit", "into", "value"),
    [
        (None, "pint", "milliliters", 473.18),
        ("us", "gallon", "liters", 3.785),
        ("us", "ton", "pounds", 2000),
        ("uk", "pint", "milliliters", 568.26),
        ("uk", "gallons", "liters", 4.546),
        ("uk", "fluid ounces", "milliliters", 28.41),
        ("uk", "ton", "pounds", 2240),
        ("metric", "ton", "kilograms", 1000),
    ],
)
async def test_a_pint_is_what_it_is_where_the_house_is(
    units: Units | None, unit: str, into: str, value: float
) -> None:
    result = await Bench(Calculator(units)).call("convert", {"amount": 1, "unit": unit, "into": into})
    assert result.values["value"] == pytest.approx(value, rel=1e-3)
