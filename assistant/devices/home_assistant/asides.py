"""What Home Assistant tells of entities apart from their states: lists' items, forecasts."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final

from assistant.devices.home_assistant import features
from assistant.devices.home_assistant.entities import Entity
from assistant.devices.home_assistant.link import Link
from assistant.devices.home_assistant.reported import Beside
from assistant.devices.home_assistant.trouble import Declined

MOST_FOLLOWED: Final = 50
MOST_ITEMS: Final = 1000
MOST_FORECASTS: Final = 72
"""Days, half days or hours."""


class Asides:
    """By entity, what is known beside its state; `reported()` is called when that changed."""

    def __init__(self, link: Link, reported: Callable[[], None]) -> None:
        self.known: dict[str, Beside] = {}
        self._link = link
        self._reported = reported
        self._followed: set[str] = set()

    def asked_color(self, entity_id: str, color: str) -> None:
        """Remember what a lamp was asked for: it reports what it can."""
        self.known[entity_id] = replace(self.known.get(entity_id, Beside()), color=color)

    async def follow(self, entities: Iterable[Entity]) -> None:
        """Subscribe to the lists and forecasts among these, each once."""
        for entity in entities:
            if entity.id in self._followed or len(self._followed) >= MOST_FOLLOWED:
                continue
            if entity.domain == "todo":
                await self._listen("todo/item/subscribe", self._items, entity.id)
            elif entity.domain == "weather" and (days := _forecasts(entity.attributes)):
                kind = "weather/subscribe_forecast"
                await self._listen(kind, self._forecast, entity.id, forecast_type=days)

    async def _listen(
        self, kind: str, take: Callable[[str, Any], None], entity_id: str, **fields: Any
    ) -> None:
        with suppress(Declined):
            await self._link.subscribe(kind, partial(take, entity_id), entity_id=entity_id, **fields)
            self._followed.add(entity_id)

    def _items(self, entity_id: str, event: Any) -> None:
        items = event.get("items") if isinstance(event, Mapping) else None
        if not isinstance(items, list):
            return
        open_items = [
            str(item.get("summary", ""))[:200]
            for item in items[:MOST_ITEMS]
            if isinstance(item, Mapping) and item.get("status") != "completed"
        ]
        self._put(entity_id, items=tuple(open_items))

    def _forecast(self, entity_id: str, event: Any) -> None:
        parts = event.get("forecast") if isinstance(event, Mapping) else None
        if isinstance(parts, list):
            known = tuple(part for part in parts[:MOST_FORECASTS] if isinstance(part, Mapping))
            self._put(entity_id, forecast=known)

    def _put(self, entity_id: str, **known: Any) -> None:
        self.known[entity_id] = replace(self.known.get(entity_id, Beside()), **known)
        self._reported()


def _forecasts(attributes: Mapping[str, Any]) -> str:
    """By days where it has days."""
    bits = attributes.get("supported_features")
    has = bits if isinstance(bits, int) else 0
    sorts = ((features.FORECAST_DAILY, "daily"), (features.FORECAST_TWICE_DAILY, "twice_daily"))
    return next((sort for bit, sort in (*sorts, (features.FORECAST_HOURLY, "hourly")) if has & bit), "")
