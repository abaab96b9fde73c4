"""One link, all that is read over it, and how it is kept current."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from assistant.devices.home_assistant import features
from assistant.devices.home_assistant.directory import DOMAINS, Directory, directory
from assistant.devices.home_assistant.entities import Entities
from assistant.devices.home_assistant.link import Link, Pace
from assistant.devices.home_assistant.registries import (
    ASSISTANT,
    AreaEntry,
    DeviceEntry,
    EntityEntry,
    FloorEntry,
    Registries,
    Related,
    displayed,
    listed,
    read,
)
from assistant.devices.home_assistant.reported import Beside
from assistant.devices.home_assistant.trouble import Declined
from assistant.tasks import together

REGISTRY_EVENTS: Final = tuple(f"{name}_registry_updated" for name in ("area", "floor", "device", "entity"))
AT_ONCE: Final = 200
"""Entries asked for in one request."""
MOST_SCRIPTS: Final = 100
MOST_LISTS: Final = 50
MOST_ITEMS: Final = 1000
MOST_FORECASTS: Final = 72
"""Days, half days or hours."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a session tells."""

    reported: Callable[[], None]
    """Some state changed."""
    renamed: Callable[[], None]
    """Something is called otherwise, came or left."""


class Session:
    """The home as Home Assistant tells it over one link."""

    def __init__(self, link: Link, pace: Pace, guarded: Collection[str], told: Told) -> None:
        self.link = link
        self.entities = Entities()
        self.directory = Directory()
        self.beside: dict[str, Beside] = {}
        self._pace = pace
        self._guarded = guarded
        self._told = told
        self._registries = Registries()
        self._stale = asyncio.Event()
        """The registries are to be read again."""
        self._unarranged = asyncio.Event()
        """Something can do more or less than it could: the devices are to be made anew."""
        self._followed: set[str] = set()
        self._arranging = asyncio.Lock()

    async def load(self) -> None:
        """Read everything; LinkError, Declined or NoAnswer when that is not to be had."""
        await self._try("supported_features", features={"coalesce_messages": 1})
        for event in REGISTRY_EVENTS:
            with suppress(Declined):
                await self.link.subscribe("subscribe_events", self._outdated, event_type=event)
        first = asyncio.Event()

        def take(event: Any) -> None:
            self._states(event)
            first.set()

        await self.link.subscribe("subscribe_entities", take)
        async with asyncio.timeout(self._pace.answer_s):
            await first.wait()
        await self._reread()

    async def stay(self) -> None:
        """Read the registries again whenever they changed; ends with the link."""
        async with together() as group:
            group.create_task(self._reread_again())
            group.create_task(self._arrange_again())

    async def _reread_again(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.reread_s):
                    await self._stale.wait()
                    await asyncio.sleep(self._pace.settle_s)
            await self._reread()

    async def _arrange_again(self) -> None:
        while True:
            await self._unarranged.wait()
            await asyncio.sleep(self._pace.settle_s)
            await self._arrange()

    # ── events ───────────────────────────────────────────────────────────────────────────────────

    def _states(self, event: Any) -> None:
        change = self.entities.take(event)
        if change.came_or_went:
            self._stale.set()
        if change.able:
            self._unarranged.set()
        self._told.reported()

    def _outdated(self, event: Any) -> None:
        self._stale.set()

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
        days = event.get("forecast") if isinstance(event, Mapping) else None
        if isinstance(days, list):
            self._put(
                entity_id, forecast=tuple(day for day in days[:MOST_FORECASTS] if isinstance(day, Mapping))
            )

    def _put(self, entity_id: str, **known: Any) -> None:
        self.beside[entity_id] = replace(self.beside.get(entity_id, Beside()), **known)
        self._told.reported()

    def asked_color(self, entity_id: str, color: str) -> None:
        """Remember what a lamp was asked for: it reports what it can."""
        self.beside[entity_id] = replace(self.beside.get(entity_id, Beside()), color=color)

    # ── the registries ───────────────────────────────────────────────────────────────────────────

    async def _reread(self) -> None:
        self._stale.clear()
        ask = self.link.ask
        areas: list[AreaEntry] = read(list[AreaEntry], await ask("config/area_registry/list"))
        floors: list[FloorEntry] = read(list[FloorEntry], await self._try("config/floor_registry/list") or [])
        devices: list[DeviceEntry] = read(list[DeviceEntry], await ask("config/device_registry/list"))
        shown = displayed(await ask("config/entity_registry/list_for_display"))
        exposure = await self._try("homeassistant/expose_entity/list")
        new = await self._try("homeassistant/expose_new_entities/get", assistant=ASSISTANT)
        registries = Registries(
            tuple(areas),
            tuple(floors),
            {device.id: device for device in devices},
            shown,
            None if exposure is None else listed(exposure),
            expose_new=not (isinstance(new, Mapping) and new.get("expose_new") is False),
        )
        registries = replace(registries, entries=await self._entries(registries))
        self._registries = replace(registries, related=await self._related(registries))
        await self._arrange()
        await self._follow()

    async def _entries(self, registries: Registries) -> dict[str, EntityEntry]:
        wanted = registries.candidates(self.entities.all(), DOMAINS)
        found: dict[str, EntityEntry] = {}
        for start in range(0, len(wanted), AT_ONCE):
            ids = wanted[start : start + AT_ONCE]
            answer = await self.link.ask("config/entity_registry/get_entries", entity_ids=ids)
            some: dict[str, EntityEntry | None] = read(dict[str, EntityEntry | None], answer)
            found |= {name: entry for name, entry in some.items() if entry is not None}
        return found

    async def _related(self, registries: Registries) -> dict[str, Related]:
        scripts = [
            entity.id
            for entity in self.entities.all()
            if entity.domain == "script" and registries.exposed(entity)
        ]
        found: dict[str, Related] = {}
        for script in scripts[:MOST_SCRIPTS]:
            answer = await self._try("search/related", item_type="script", item_id=script)
            if isinstance(answer, Mapping):
                found[script] = read(Related, answer)
        return found

    async def _try(self, kind: str, **fields: Any) -> Any:
        """What not every Home Assistant has, or tells everyone."""
        try:
            return await self.link.ask(kind, **fields)
        except Declined:
            return None

    async def _arrange(self) -> None:
        """Make the devices anew, beside the loop: a large home takes longer than it may stand."""
        async with self._arranging:
            self._unarranged.clear()
            before, live = self.directory.names(), self.entities.copy()
            self.directory = await asyncio.to_thread(directory, live, self._registries, self._guarded)
            if self.directory.names() != before:
                self._told.renamed()

    async def _follow(self) -> None:
        """Lists and forecasts come by subscriptions of their own."""
        for entity_id in list(self.directory.entity_ids.values()):
            entity = self.entities.find(entity_id)
            if entity is None or entity_id in self._followed or len(self._followed) >= MOST_LISTS:
                continue
            if entity.domain == "todo":
                await self._listen("todo/item/subscribe", self._items, entity_id)
            elif entity.domain == "weather" and (sort := _forecasts(entity.attributes)):
                await self._listen(
                    "weather/subscribe_forecast", self._forecast, entity_id, forecast_type=sort
                )

    async def _listen(
        self, kind: str, take: Callable[[str, Any], None], entity_id: str, **fields: Any
    ) -> None:
        with suppress(Declined):
            await self.link.subscribe(kind, partial(take, entity_id), entity_id=entity_id, **fields)
            self._followed.add(entity_id)


def _forecasts(attributes: Mapping[str, Any]) -> str:
    """By days where it has days."""
    bits = attributes.get("supported_features")
    has = bits if isinstance(bits, int) else 0
    sorts = ((features.FORECAST_DAILY, "daily"), (features.FORECAST_TWICE_DAILY, "twice_daily"))
    return next((sort for bit, sort in (*sorts, (features.FORECAST_HOURLY, "hourly")) if has & bit), "")
