"""One link, all that is read over it, and how it is kept current."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from assistant.devices.home_assistant.asides import Asides
from assistant.devices.home_assistant.directory import Directory, directory
from assistant.devices.home_assistant.entities import Entities
from assistant.devices.home_assistant.link import Link, Pace
from assistant.devices.home_assistant.reading import registries_of, scale_of, tried
from assistant.devices.home_assistant.registries import Registries
from assistant.devices.home_assistant.trouble import Declined
from assistant.tasks import together

REGISTRY_EVENTS: Final = tuple(f"{name}_registry_updated" for name in ("area", "floor", "device", "entity"))


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
        self.asides = Asides(link, told.reported)
        self.scale: str | None = None
        """What Home Assistant counts temperatures in: °C or °F; None: it does not tell."""
        self._pace = pace
        self._guarded = guarded
        self._told = told
        self._registries = Registries()
        self._stale = asyncio.Event()
        """The registries are to be read again."""
        self._unarranged = asyncio.Event()
        """Something can do more or less than it could: the devices are to be made anew."""
        self._arranging = asyncio.Lock()

    async def load(self) -> None:
        """Read everything; LinkError, Declined or NoAnswer when that is not to be had."""
        await tried(self.link, "supported_features", features={"coalesce_messages": 1})
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
        self.scale = scale_of(await tried(self.link, "get_config"))

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

    # ── the registries ───────────────────────────────────────────────────────────────────────────

    async def _reread(self) -> None:
        self._stale.clear()
        self._registries = await registries_of(self.link, self.entities)
        await self._arrange()
        known = map(self.entities.find, list(self.directory.entity_ids.values()))
        await self.asides.follow([entity for entity in known if entity is not None])

    async def _arrange(self) -> None:
        """Make the devices anew, beside the loop: a large home takes longer than it may stand."""
        async with self._arranging:
            self._unarranged.clear()
            before, live = self.directory.names(), self.entities.copy()
            self.directory = await asyncio.to_thread(directory, live, self._registries, self._guarded)
            if self.directory.names() != before:
                self._told.renamed()
