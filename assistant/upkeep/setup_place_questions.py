"""What setup asks of the place: country, time zone, and how times and measures are told there."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from assistant.skills.clock import time_words
from assistant.upkeep.setup_place import EMERGENCY, Country, box_zone, countries, country_called, country_of
from assistant.upkeep.setup_question import Question, WrongAnswer
from assistant.upkeep.setup_questions import NONE

TIME_FORMATS: Final = {"12": "7:30 PM", "24": "19:30"}
UNITS: Final = {
    "metric": "°C, kilometres, litres",
    "us": "°F, miles, US gallons",
    "uk": "°C, miles, British pints",
}
MOST_FOUND: Final = 12
"""Zones of a country that are listed; the others are typed."""


def country(default: str) -> Question:
    """Where the house is; the rest is proposed by it."""
    if not default:
        found = country_of(box_zone())
        default = NONE if found is None else found.code
    known = countries().get(default)
    here = f" (Enter: {known.name})" if known is not None else ""
    text = f"In which country is it? Its name, or two letters{here}"
    return Question("country", text, default, check=_country)


def place(code: str, default: Mapping[str, str]) -> list[Question]:
    """What hangs on the country; of another one than before, nothing that was said counts."""
    here = countries().get(code)
    said = default if default.get("country", code) == code else {}
    time_format = "24" if here is None else here.time_format
    units = "metric" if here is None else here.units
    return [
        _time_zone(here, said.get("time_zone", "")),
        Question(
            "time_format",
            "How should it tell times?",
            said.get("time_format", time_format),
            TIME_FORMATS,
            codes=True,
        ),
        Question("units", "How do you measure?", said.get("units", units), UNITS, codes=True),
        _emergency(here, said.get("emergency_number", "")),
    ]


def _time_zone(here: Country | None, before: str) -> Question:
    """Not asked where the box is set to the only zone there is in the country."""
    box, zones = box_zone(), () if here is None else here.zones
    if len({_clock(zone) for zone in zones}) == 1:
        zones = zones[:1] if box not in zones else (box,)
    default = before or (box if box in zones or not zones else zones[0])
    settled = bool(default) and len(zones) == 1 and default == zones[0]
    found = {zone: told(zone) for zone in zones[:MOST_FOUND]} if len(zones) > 1 else {}
    text = f"Which time zone? ({default}: {told(default)})" if default else "Which time zone? (Europe/Berlin)"
    return Question("time_zone", text, default, check=_zone, found=found, settled=settled)


def _clock(zone: str) -> tuple[object, ...]:
    """How its clock goes through this year: two zones with the same are one for who lives there."""
    year = datetime.now().astimezone().year
    months = (datetime(year, month, 1, tzinfo=ZoneInfo(zone)) for month in range(1, 13))
    return tuple(month.utcoffset() for month in months)


def told(zone: str) -> str:
    """What the clock shows there."""
    try:
        return f"it is {time_words(datetime.now(ZoneInfo(zone)), '24')} there now"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "as this box is set"


def _emergency(here: Country | None, before: str) -> Question:
    known = None if here is None else EMERGENCY.get(here.code)
    text = "Whom should it tell you to phone in danger? (it cannot phone by itself)"
    default = before or known or "112"
    return Question("emergency_number", text, default, check=_number, settled=known is not None)


def _country(said: str) -> str:
    if said.casefold() in (NONE, "no"):
        return NONE
    if (found := country_called(said)) is not None:
        return found.code
    raise WrongAnswer(
        f'country: "{said[:40]}" - write its English name or two letters: Germany, DE; or {NONE}'
    )


def _zone(said: str) -> str:
    wanted = said.replace(" ", "_").casefold()
    zones = _zones()
    same = [zone for zone in zones if zone.casefold() == wanted]
    city = [zone for zone in zones if zone.casefold().rpartition("/")[2] == wanted and "/" in zone]
    if found := same or sorted(city):
        return found[0]
    raise WrongAnswer(
        f'time_zone: "{said[:40]}" - write a zone or a large city of it: Europe/Berlin, Chicago'
    )


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _number(said: str) -> str:
    if said.isdecimal() and said.isascii() and 2 <= len(said) <= 6:
        return said
    raise WrongAnswer(f'emergency_number: "{said[:20]}" - 2 to 6 digits, such as 112')
