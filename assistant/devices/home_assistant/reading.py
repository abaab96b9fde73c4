"""Ask for the registries over a link."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from assistant.devices.home_assistant.directory import DOMAINS
from assistant.devices.home_assistant.entities import Entities
from assistant.devices.home_assistant.link import Link
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
from assistant.devices.home_assistant.trouble import Declined

AT_ONCE: Final = 200
"""Entries asked for in one request."""
MOST_SCRIPTS: Final = 100


async def registries_of(link: Link, entities: Entities) -> Registries:
    """All there is to know of where things are and what they are called. LinkError, Declined, NoAnswer."""
    areas: list[AreaEntry] = read(list[AreaEntry], await link.ask("config/area_registry/list"))
    floors: list[FloorEntry] = read(list[FloorEntry], await tried(link, "config/floor_registry/list") or [])
    devices: list[DeviceEntry] = read(list[DeviceEntry], await link.ask("config/device_registry/list"))
    shown = displayed(await link.ask("config/entity_registry/list_for_display"))
    exposure = await tried(link, "homeassistant/expose_entity/list")
    new = await tried(link, "homeassistant/expose_new_entities/get", assistant=ASSISTANT)
    found = Registries(
        tuple(areas),
        tuple(floors),
        {device.id: device for device in devices},
        shown,
        None if exposure is None else listed(exposure),
        expose_new=not (isinstance(new, Mapping) and new.get("expose_new") is False),
    )
    found = replace(found, entries=await _entries(link, entities, found))
    return replace(found, related=await _related(link, entities, found))


async def tried(link: Link, kind: str, **fields: Any) -> Any:
    """What not every Home Assistant has, or tells everyone: None where it declines."""
    try:
        return await link.ask(kind, **fields)
    except Declined:
        return None


def scale_of(config: Any) -> str | None:
    """The unit of temperatures in what Home Assistant tells of itself."""
    system = config.get("unit_system") if isinstance(config, Mapping) else None
    scale = system.get("temperature") if isinstance(system, Mapping) else None
    return scale if isinstance(scale, str) else None


async def _entries(link: Link, entities: Entities, registries: Registries) -> dict[str, EntityEntry]:
    wanted = registries.candidates(entities.all(), DOMAINS)
    found: dict[str, EntityEntry] = {}
    for start in range(0, len(wanted), AT_ONCE):
        ids = wanted[start : start + AT_ONCE]
        answer = await link.ask("config/entity_registry/get_entries", entity_ids=ids)
        some: dict[str, EntityEntry | None] = read(dict[str, EntityEntry | None], answer)
        found |= {name: entry for name, entry in some.items() if entry is not None}
    return found


async def _related(link: Link, entities: Entities, registries: Registries) -> dict[str, Related]:
    scripts = [
        entity.id for entity in entities.all() if entity.domain == "script" and registries.exposed(entity)
    ]
    found: dict[str, Related] = {}
    for script in scripts[:MOST_SCRIPTS]:
        answer = await tried(link, "search/related", item_type="script", item_id=script)
        if isinstance(answer, Mapping):
            found[script] = read(Related, answer)
    return found
