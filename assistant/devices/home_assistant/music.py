"""Words → something a player can play, by its own search."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from assistant.devices.home_assistant.entities import Entity
from assistant.devices.home_assistant.features import PLAYER_PLAY_MEDIA, PLAYER_SEARCH
from assistant.devices.home_assistant.link import Link
from assistant.devices.home_assistant.services import Service
from assistant.errors import ToolError

SEARCH_S: Final = 2.0


async def found(link: Link, name: str, player: Entity, what: str) -> Sequence[Service]:
    """What plays the first thing the player finds. ToolError: it cannot search, or finds nothing."""
    if not (player.has(PLAYER_SEARCH) and player.has(PLAYER_PLAY_MEDIA)):
        raise ToolError(
            f"{player.id} has no search",
            spoken=f"The {name} can't search for music. It can only play what is chosen already.",
        )
    answer = await link.ask(
        "call_service",
        limit_s=SEARCH_S,
        domain="media_player",
        service="search_media",
        service_data={"search_query": what},
        target={"entity_id": player.id},
        return_response=True,
    )
    hit = next((hit for hit in _hits(answer, player.id) if hit.get("can_play")), None)
    if hit is None:
        raise ToolError(f"{player.id} finds no {what!r}", spoken=f"The {name} finds nothing called {what}.")
    data = {key: hit.get(key) for key in ("media_content_id", "media_content_type")}
    return [Service("play_media", data)]


def _hits(answer: Any, entity_id: str) -> list[Mapping[str, Any]]:
    for key in ("response", entity_id, "result"):
        answer = answer.get(key) if isinstance(answer, Mapping) else None
    return [hit for hit in answer if isinstance(hit, Mapping)] if isinstance(answer, list) else []
