"""Slots → arguments of the tools for scenes, weather and music."""

from collections.abc import Callable, Mapping

from assistant.messages import JsonValue
from assistant.think.said import Arguments, NotMeant, Said, Unclear

MUSIC_WORDS = 10
"""What somebody wants to hear is at most this long."""


def _scene(said: Said) -> Arguments:
    things, slot = said.scene.things, said.all("target")[0]
    meant = things.meant(str(slot.value), said.room, slot.kinds)[0] if things else ()
    if not meant:
        raise NotMeant
    if len(meant) > 1:
        raise Unclear(f"Which do you mean: {', '.join(meant[:-1])} or {meant[-1]}?")
    return {"target": meant[0]}


def _weather(said: Said) -> Arguments:
    return said.optional("day")


def _music(said: Said) -> Arguments:
    found: dict[str, JsonValue] = {}
    for slot in said.all("what"):
        words = str(slot.value).split()
        if not words or len(words) > MUSIC_WORDS:
            raise NotMeant
        found["what"] = " ".join(words)
    things = said.scene.things
    players: list[str] = []
    for slot in said.all("target", "place"):
        if things is None:
            raise NotMeant
        if slot.name == "place":
            here = said.room if slot.value == "here" else str(slot.value)
            players += things.among(here, {"media_player"})
        else:
            players += things.meant(str(slot.value), said.room, slot.kinds)[0]
    if said.all("target", "place") and not players:
        raise NotMeant
    return {**found, **({"targets": list(dict.fromkeys(players))} if players else {})}


BUILDERS: Mapping[str, Callable[[Said], Arguments]] = {
    "scene_activate": _scene,
    "weather_query": _weather,
    "media_play": _music,
}
