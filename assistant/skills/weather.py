"""The weather, as the home's weather service tells it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from assistant.errors import ToolError
from assistant.messages import DeviceState, JsonValue, Turn
from assistant.ports import Home
from assistant.skills.days import day_named
from assistant.skills.skill import Outcome, Word, tool
from assistant.skills.wording import joined, sentence

NONE_HERE: Final = "I have no weather here; connect Home Assistant in the settings and I will."
AWAY: Final = "I can't reach the weather right now."
LIKELY: Final = 20
"""A chance of rain below this many percent is not worth a word."""
_SKY: Final = {
    "clear-night": "clear",
    "partlycloudy": "partly cloudy",
    "pouring": "very rainy",
    "snowy-rainy": "sleety",
    "lightning": "stormy, with lightning",
    "lightning-rainy": "stormy, with lightning and rain",
    "windy-variant": "windy and cloudy",
    "hail": "stormy, with hail",
    "exceptional": "exceptional",
}
_WET: Final = frozenset({"rainy", "pouring", "snowy", "snowy-rainy", "hail", "lightning-rainy"})


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the forecast."""

    sky: str
    high: float | None
    low: float | None
    chance_percent: float | None

    def told(self) -> str:
        """`rainy, between 12 and 18 degrees, with an 80 percent chance of rain`."""
        words = [_SKY.get(self.sky, self.sky.replace("_", " "))] if self.sky else []
        if self.high is not None and self.low is not None and round(self.high) != round(self.low):
            words.append(f"between {_degrees(self.low)} and {_degrees(self.high)} degrees")
        elif self.high is not None:
            words.append(f"up to {_degrees(self.high)} degrees")
        if self.chance_percent is not None and (self.chance_percent >= LIKELY or self.sky in _WET):
            what = "snow" if self.sky == "snowy" else "rain"
            percent = round(self.chance_percent)
            an = "an" if str(percent).startswith("8") or percent in (11, 18) else "a"
            words.append(f"with {an} {percent} percent chance of {what}")
        return ", ".join(words)


class Weather:
    """The sky now and on the days to come. `now()`: local time."""

    def __init__(self, home: Home, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self._home = home
        self._now = now

    def abilities(self) -> Sequence[str]:
        return ["tell the weather"] if self._sources() else []

    def offers(self, tool: str) -> bool:
        """A house without weather has no use for it."""
        return bool(self._sources())

    @tool(writes=False, risk=0)
    async def weather_query(self, turn: Turn, day: Word | None = None) -> Outcome:
        """Tell the weather now, or of a day: today, tomorrow, weekend, a weekday or a date."""
        sources = self._sources()
        if not sources:
            raise ToolError("the home has no weather", spoken=NONE_HERE)
        states = [self._home.state(name) for name in sources]
        state = next((state for state in states if state.available), None)
        if state is None:
            raise ToolError("the weather is away", spoken=AWAY)
        days = _days(state, self._now())
        today = self._now().date()
        if day is None or day.casefold() in ("now", "today"):
            return Outcome(_now_told(state, days.get(today)), {"condition": state.value, **_plain(state)})
        return self._of(days, today, day)

    def _of(self, days: Mapping[date, Day], today: date, words: str) -> Outcome:
        wanted = _wanted(words.casefold(), today)
        if not wanted:
            raise ToolError(f"{words!r} is no day", spoken=f"I don't know which day {words} is.")
        told = [f"{_named(each, today)} will be {days[each].told()}" for each in wanted if each in days]
        if not told:
            return Outcome(f"I have no forecast for {words}.", ok=False)
        values: list[JsonValue] = list(told)
        return Outcome(sentence(joined(told)), {"forecast": values})

    def _sources(self) -> list[str]:
        return [device.name for device in self._home.devices() if device.kind == "weather"]


def _now_told(state: DeviceState, today: Day | None) -> str:
    sky = _SKY.get(state.value, state.value.replace("_", " "))
    degrees = state.attributes.get("temperature")
    known = [sky] if sky != "unknown" else []
    if isinstance(degrees, int | float):
        known.append(f"{_degrees(degrees)} degrees")
    now = f"It is {joined(known)} now." if known else "I don't know how it is right now."
    return f"{now} Today it will be {today.told()}." if today is not None and today.told() else now


def _plain(state: DeviceState) -> dict[str, Any]:
    keys = ("temperature", "humidity", "wind_speed")
    return {key: state.attributes[key] for key in keys if key in state.attributes}


def _wanted(words: str, today: date) -> list[date]:
    if words in ("weekend", "this weekend", "the weekend"):
        saturday = today + timedelta(days=max(0, 5 - today.weekday()))
        return [saturday, saturday + timedelta(days=1)] if today.weekday() < 6 else [today]
    if words in ("week", "this week", "next days"):
        return [today + timedelta(days=ahead) for ahead in range(1, 5)]
    found = day_named(words, today)
    return [] if found is None else [found]


def _named(day: date, today: date) -> str:
    near = {0: "today", 1: "tomorrow"}
    return near.get((day - today).days, f"{day:%A}" if 0 <= (day - today).days < 7 else f"{day:%B} {day.day}")


def _days(state: DeviceState, now: datetime) -> dict[date, Day]:
    """The forecast by local days: by days, half days or hours, as the service tells it."""
    forecast = state.attributes.get("forecast")
    by_day: dict[date, list[Mapping[str, Any]]] = {}
    for part in forecast if isinstance(forecast, list) else []:
        if isinstance(part, Mapping) and (day := _date(part.get("datetime"), now)) is not None:
            by_day.setdefault(day, []).append(part)
    return {day: _day(parts) for day, parts in by_day.items()}


def _day(parts: Sequence[Mapping[str, Any]]) -> Day:
    def numbers(*keys: str) -> list[float]:
        found = [part.get(key) for part in parts for key in keys]
        return [value for value in found if isinstance(value, int | float)]

    by_light = [part for part in parts if part.get("is_daytime") is not False] or list(parts)
    skies = [str(part["condition"]) for part in by_light if part.get("condition")]
    sky = max(skies, key=skies.count) if skies else ""
    high, low = (
        numbers("temperature"),
        numbers("templow") or (numbers("temperature") if len(parts) > 1 else []),
    )
    chance = numbers("precipitation_probability")
    return Day(sky, max(high, default=None), min(low, default=None), max(chance, default=None))


def _date(text: Any, now: datetime) -> date | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(now.tzinfo).date()
    except (ValueError, OverflowError):
        return None


def _degrees(value: float) -> str:
    return f"{'minus ' if round(value) < 0 else ''}{abs(round(value))}"
