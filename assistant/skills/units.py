"""Amounts from one unit to another, by pint."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from assistant.errors import ToolError

if TYPE_CHECKING:
    from pint import UnitRegistry

_SAID: Final = {
    "celsius": "degC", "centigrade": "degC", "degrees celsius": "degC", "degree celsius": "degC",
    "c": "degC", "fahrenheit": "degF", "degrees fahrenheit": "degF", "degree fahrenheit": "degF",
    "f": "degF", "kelvin": "kelvin", "kelvins": "kelvin", "mile per hour": "mile/hour",
    "miles per hour": "mile/hour", "mph": "mile/hour", "kilometers per hour": "kilometer/hour",
    "kilometer per hour": "kilometer/hour", "kilometres per hour": "kilometer/hour",
    "kilometre per hour": "kilometer/hour", "kph": "kilometer/hour", "meters per second": "meter/second",
    "metres per second": "meter/second", "knots": "knot", "kilo": "kilogram", "kilos": "kilogram",
    "pound": "pound", "pounds": "pound", "lbs": "pound", "lb": "pound", "stone": "stone", "stones": "stone",
    "ounces": "ounce", "ounce": "ounce", "fluid ounces": "fluid_ounce", "fluid ounce": "fluid_ounce",
    "gallon": "gallon", "gallons": "gallon", "tablespoons": "tablespoon", "teaspoons": "teaspoon",
    "feet": "foot", "foot": "foot", "inches": "inch", "degrees centigrade": "degC",
    "calories": "kilocalorie", "calorie": "kilocalorie", "kilocalories": "kilocalorie",
    "kilowatt hours": "kilowatt_hour", "kilowatt hour": "kilowatt_hour", "horsepower": "horsepower",
    "tons": "metric_ton", "ton": "metric_ton", "tonnes": "metric_ton", "tonne": "metric_ton",
    "light years": "light_year", "light year": "light_year", "decades": "decade", "centuries": "century",
    "months": "month", "cc": "centimeter**3", "nautical miles": "nautical_mile",
    "nautical mile": "nautical_mile",
}  # fmt: skip
Units = Literal["metric", "us", "uk"]
_TON: Final = dict.fromkeys(("ton", "tons"), "US_ton")
_OF: Final[dict[Units | None, dict[str, str]]] = {
    "us": _TON,
    "uk": dict.fromkeys(("ton", "tons"), "UK_ton")
    | {
        each: f"imperial_{unit}"
        for unit in ("pint", "gallon", "quart", "fluid_ounce")
        for each in (unit.replace("_", " "), f"{unit.replace('_', ' ')}s")
    },
}
"""What the same word means elsewhere; for the rest it is what pint makes of it."""
_ONE: Final = {"feet": "foot", "inches": "inch"}
MONEY: Final = frozenset(
    {"dollar", "dollars", "euro", "euros", "yen", "franc", "francs", "swiss francs", "british pounds"}
    | {"rupees", "yuan", "cent", "cents", "usd", "eur", "gbp", "sterling", "bitcoin", "bitcoins"}
)
UNKNOWN: Final = "Sorry, I don't know the unit {}."
NO_RATES: Final = "Sorry, I don't know exchange rates: I am not connected to the internet."


def _written(unit: str, units: Units | None = None) -> str:
    """As pint writes a unit."""
    if (meant := _OF.get(units, {}).get(unit)) is not None:
        return meant
    power, _, rest = unit.partition(" ")
    if rest and power in ("square", "cubic"):
        return f"{_ONE.get(rest, rest.removesuffix('s'))}**{2 if power == 'square' else 3}"
    return _SAID.get(unit, unit.replace(" ", "_"))


@lru_cache(maxsize=1)
def _registry() -> "UnitRegistry[float]":
    """About a second of imports and tables, so only once it is needed and never on the event loop."""
    from pint import UnitRegistry

    return UnitRegistry(cache_folder=None)


def converted(amount: float, unit: str, into: str, units: Units | None = None) -> float:
    """`amount` in `into`, as a house of these `units` means them. ToolError for unknown or unlike units.

    Blocks up to a second at first.
    """
    import pint

    for name in (unit, into):
        if name.casefold() in MONEY:
            raise ToolError("money", spoken=NO_RATES)
    registry = _registry()
    known = []
    for name in (unit, into):
        text = _written(name.casefold(), units)
        if (
            text not in _SAID.values()
            and text not in _OF.get(units, {}).values()
            and not re.fullmatch(r"[a-z_]+(\*\*[23])?", text)
        ):
            raise ToolError(f"no unit {name!r}", spoken=UNKNOWN.format(name))
        try:
            known.append(registry.Unit(text))
        except (pint.UndefinedUnitError, pint.DefinitionSyntaxError, ValueError, AttributeError) as error:
            raise ToolError(f"no unit {name!r}", spoken=UNKNOWN.format(name)) from error
    try:
        return float(registry.Quantity(amount, known[0]).to(known[1]).magnitude)
    except pint.DimensionalityError as error:
        spoken = f"Sorry, {plural(unit, 2)} and {plural(into, 2)} don't measure the same thing."
        raise ToolError(f"{unit} is not {into}", spoken=spoken) from error
    except (OverflowError, ValueError) as error:
        raise ToolError(f"{amount} {unit}", spoken="That number is too large for me.") from error


_SAME_IN_PLURAL: Final = frozenset({"kelvin", "horsepower", "stone", "hertz"})
_ODD: Final = {"foot": "feet", "inch": "inches", "century": "centuries"}
_DEGREES: Final = frozenset({"celsius", "fahrenheit", "centigrade"})


def plural(unit: str, amount: float) -> str:
    """`gram` and `grams`, `foot` and `feet`, whichever was given; degrees for temperatures."""
    unit = unit.casefold()
    head, _, tail = unit.partition(" per ")
    before, _, word = head.rpartition(" ")
    if word in _DEGREES:
        return f"degree{'' if amount == 1 else 's'} {word.capitalize()}"
    word = next((one for one, many in _ODD.items() if many == word), word)
    if word not in _SAME_IN_PLURAL and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if amount != 1 and word not in _SAME_IN_PLURAL:
        word = _ODD.get(word, f"{word}s")
    return " ".join(part for part in (before, word, f"per {tail}" if tail else "") if part)
