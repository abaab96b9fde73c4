"""Slots → arguments of the tools for scenes, weather and music."""

from collections.abc import Callable, Mapping

from assistant.messages import JsonValue
from assistant.think.said import Arguments, NotMeant, Said, Unclear

NO_MUSIC = frozenset(
    {"game", "games", "chess", "with", "along", "trick", "dead", "dumb", "role", "next", "previous"}
)
"""Words of what is played otherwise: "play a game with me"."""
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
    if said.all("without"):
        if any(device.kind == "media_player" for device in said.names.devices):
            raise NotMeant
        return {}
    found: dict[str, JsonValue] = {}
    for slot in said.all("what"):
        words = str(slot.value).split()
        if not words or len(words) > MUSIC_WORDS or not NO_MUSIC.isdisjoint(words):
            raise NotMeant
        found["what"] = " ".join(words)
    players = _named(said) if said.all("target", "place") else _here(said, str(found.get("what", "")))
    return {**found, **({"targets": players} if players else {})}


def _named(said: Said) -> list[JsonValue]:
    """The players that were said."""
    things, players = said.scene.things, dict[str, None]()
    if things is None:
        raise NotMeant
    for slot in said.all("target", "place"):
        if slot.name == "place":
            here = said.room if slot.value == "here" else str(slot.value)
            players |= dict.fromkeys(things.among(here, {"media_player"}))
        else:
            players |= dict.fromkeys(things.meant(str(slot.value), said.room, slot.kinds)[0])
    if not players:
        raise NotMeant
    return list(players)


def _here(said: Said, what: str) -> list[JsonValue]:
    """The room's own player; none where the house has none, which the skill tells."""
    if _names_a_place(said, what):
        # Another reading of the same words has the place apart.
        raise NotMeant
    players = said.scene.things.here("media_player", said.room) if said.scene.things else ()
    if len(players) > 1:
        names = [f"the {name}" for name in players]
        raise Unclear(f"Which do you mean: {', '.join(names[:-1])} or {names[-1]}?")
    return list(players)


def _names_a_place(said: Said, what: str) -> bool:
    """Whether the words end with where to play: `… on the den speaker`, `… in the kitchen`."""
    things = said.scene.things
    for joint in (" on the ", " through the ", " in the ", " on ", " in "):
        before, found, place = what.rpartition(joint)
        if before and found and things is not None:
            player = things.meant(place, said.room, {"media_player"})[0]
            if player or said.names.area(place) is not None or place in ("here", "this room"):
                return True
    return False


BUILDERS: Mapping[str, Callable[[Said], Arguments]] = {
    "scene_activate": _scene,
    "weather_query": _weather,
    "media_play": _music,
}
