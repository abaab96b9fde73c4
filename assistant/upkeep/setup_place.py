"""Countries: their names, their time zones, and how times and measures are told there."""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from assistant.memory.clocks import SystemClocks
from assistant.settings_values import Units


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


TWELVE: Final = _codes(
    "US CA AU NZ IN PK BD PH MY SG HK EG SA AE JO KW QA OM BH CO PR GU VI AS MP BS JM TT ZA KE NG GH"
)
"""Where people say 7:30 PM; elsewhere 19:30."""
US_UNITS: Final = _codes("US PR GU VI AS MP BS KY PW FM MH LR")
UK_UNITS: Final = _codes("GB IM JE GG")
_911: Final = _codes("US CA MX PR GU VI AS MP AR UY PA CR EC PH DO GT SV HN NI BZ BS")
_999: Final = _codes("GB IM JE GG HK MY KE BD ZW")
_112: Final = _codes(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO CH "
    "UA TR IN ZA AD MC SM VA AL BA ME MK RS MD GE KZ RW AZ"
)
EMERGENCY: Final = {
    **dict.fromkeys(_112, "112"),
    **dict.fromkeys(_911, "911"),
    **dict.fromkeys(_999, "999"),
    **{"AU": "000", "NZ": "111", "SG": "995", "JP": "119", "KR": "119", "BR": "192", "CN": "120"},
}
"""The number that ends with an ambulance at the door. Of countries that are not here, setup asks."""
_OTHER_NAMES: Final = {
    "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "britain": "GB",
    "usa": "US", "america": "US", "united states of america": "US", "deutschland": "DE", "schweiz": "CH",
    "österreich": "AT", "españa": "ES", "italia": "IT", "nederland": "NL", "holland": "NL",
    "the netherlands": "NL", "suisse": "CH", "belgique": "BE", "belgië": "BE", "czechia": "CZ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Country:
    """One of them."""

    code: str
    name: str
    zones: tuple[str, ...]
    """The most populous one first."""

    @property
    def time_format(self) -> str:
        return "12" if self.code in TWELVE else "24"

    @property
    def units(self) -> Units:
        return "us" if self.code in US_UNITS else "uk" if self.code in UK_UNITS else "metric"


def box_zone() -> str:
    """The zone that this box is set to, by name; empty where it has no name."""
    return getattr(SystemClocks().zone(), "key", "") or ""


def country_of(zone: str) -> Country | None:
    """Where a zone is."""
    return next((country for country in countries().values() if zone in country.zones), None)


def country_called(said: str) -> Country | None:
    """By code or by name; a name may be cut short where only one begins so."""
    words = " ".join(said.replace(".", "").casefold().split())
    known = countries()
    if (found := known.get(_OTHER_NAMES.get(words, words.upper()))) is not None:
        return found
    alike = [each for each in known.values() if each.name.casefold().startswith(words)]
    same = [each for each in alike if each.name.casefold() == words]
    alike = same or alike
    return alike[0] if len(alike) == 1 and len(words) > 2 else None


@lru_cache(maxsize=1)
def countries() -> dict[str, Country]:
    """Code → country, by the tables that come with the time zones; empty where there are none."""
    names = dict(_rows(_table("iso3166.tab"), 0, 1))
    zones: dict[str, list[str]] = {}
    for code, zone in _rows(_table("zone.tab"), 0, 2):
        zones.setdefault(code, []).append(zone)
    return {
        code: Country(code, _plain(name), _first_the_usual(code, zones.get(code, [])))
        for code, name in names.items()
    }


_USUAL: Final = {
    "US": "America/New_York", "CA": "America/Toronto", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "RU": "Europe/Moscow", "MX": "America/Mexico_City", "DE": "Europe/Berlin", "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon", "NZ": "Pacific/Auckland", "CL": "America/Santiago", "CN": "Asia/Shanghai",
}  # fmt: skip


def _first_the_usual(code: str, zones: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(zones, key=lambda zone: zone != _USUAL.get(code)))


def _plain(name: str) -> str:
    """`Britain (UK)` → `Britain`."""
    return name.partition(" (")[0]


def _rows(text: str, *columns: int) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        fields = line.split("\t")
        if not line.startswith("#") and len(fields) > max(columns):
            yield fields[columns[0]], fields[columns[1]]


def _table(name: str) -> str:
    for folder in zoneinfo.TZPATH:
        if (file := Path(folder) / name).is_file():
            return file.read_text("utf-8")
    try:
        return (resources.files("tzdata") / "zoneinfo" / name).read_text("utf-8")
    except (ModuleNotFoundError, OSError):
        return ""
