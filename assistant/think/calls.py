"""What a phrase's slots mean → the arguments of our tools.

A phrase set of the owner's own whose intents are no tools of ours hands its slots over unchanged.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from assistant.think import calls_home, calls_lists, calls_schedule, calls_talk
from assistant.think.said import Arguments, NotMeant, Said, Scene, Slot, Unclear, device_of

SWITCHED_TOGETHER = frozenset({"light", "switch", "fan", "media_player"})
"""What "everything" in a room is when it is switched."""


def arguments(tool: str, slots: Sequence[Slot], scene: Scene) -> Arguments:
    """The call's arguments; raises NotMeant or Unclear."""
    build = _BUILDERS.get(tool)
    if build is None:
        return {slot.name: slot.value for slot in slots}
    return build(Said(slots, scene))


def _targets(said: Said) -> Arguments:
    found: list[str] = []
    for slot in said.all("target", "lights_of", "scope", "everything_of"):
        if slot.name == "target":
            found += device_of(said, slot)
        elif slot.name == "everything_of":
            found += _among(said, said.room if slot.value == "here" else str(slot.value), SWITCHED_TOGETHER)
        elif slot.name == "scope" and slot.value == "all":
            found += said.names.lights() if not said.all("lights_of") else ()
        else:
            found += _lights(said, said.room if slot.name == "scope" else str(slot.value))
    if not found:
        raise NotMeant
    return {"targets": list(dict.fromkeys(found))}


def _lights(said: Said, place: str) -> Sequence[str]:
    area = said.names.area(place)
    lights = said.names.lights(area) if area is not None else ()
    if not said.names.devices:
        raise NotMeant
    if not lights:
        raise Unclear(
            "Which lights do you mean?"
            if area is None
            else f"I know no lights in the {area}. Which do you mean?"
        )
    return lights


def _light_set(said: Said) -> Arguments:
    wished = {**said.optional("brightness_percent"), **said.optional("color")}
    if not wished:
        raise NotMeant
    return {**_targets(said), **wished}


def _among(said: Said, place: str, kinds: Collection[str], device_class: str = "") -> Sequence[str]:
    found = said.scene.things.among(place, kinds, device_class) if said.scene.things else ()
    if not found:
        raise NotMeant
    return found


def _query(said: Said) -> Arguments:
    """Reading several things harms nobody, so nothing is asked back where a name means more than one."""
    if warm := said.all("warmth_of"):
        place = said.room if warm[0].value == "here" else str(warm[0].value)
        return {"targets": list(_among(said, place, {"sensor"}, "temperature"))}
    things, found = said.scene.things, list[str]()
    for slot in said.all("target"):
        if things is not None and slot.kinds:
            found += things.meant(str(slot.value), said.room, slot.kinds)[0]
    return {"targets": list(dict.fromkeys(found))} if found else _targets(said)


def _media_control(said: Said) -> Arguments:
    """Where no player is named, all of the room, or else of the house: those that play are meant."""
    things = said.scene.things
    passing = {"pause", "stop", "next", "previous"} & {str(slot.value) for slot in said.all("action")}
    here = things.here("media_player", said.room) if things is not None else ()
    if passing and here and not said.all("target"):
        return {"targets": list(here), **said.optional("action")}
    return _of_room("media_player", "action")(said)


def _of_room(kind: str, *wished: str) -> Callable[[Said], Arguments]:
    """Targets and what is wished of them; without targets, the room's own device of this kind."""

    def build(said: Said) -> Arguments:
        found = {key: value for name in wished for key, value in said.optional(name).items()}
        if not found and wished:
            raise NotMeant
        if said.all("sign"):
            found[wished[-1]] = said.total("sign") * int(str(found[wished[-1]]))
        if said.all("target"):
            return {**_targets(said), **found}
        if place := said.all("floor_of"):
            return {"targets": list(_among(said, str(place[0].value), {kind})), **found}
        here = said.scene.things.here(kind, said.room) if said.scene.things else ()
        if not here:
            raise NotMeant
        if len(here) > 1:
            question = f"Which do you mean: {', '.join(f'the {n}' for n in here[:-1])} or the {here[-1]}?"
            raise Unclear(question, tuple(here))
        return {"targets": list(here), **found}

    return build


def _timer_set(said: Said) -> Arguments:
    if not said.all("hours", "minutes", "seconds", "extra_s"):
        raise Unclear("For how long?")
    return {"duration_s": said.duration_s(), **said.optional("name")}


def _timer_adjust(said: Said) -> Arguments:
    return {"delta_s": said.total("sign") * said.duration_s(), **said.optional("name")}


def _volume_set(said: Said) -> Arguments:
    return {**said.optional("percent"), **said.optional("room"), **said.optional("voice")}


def _volume_change(said: Said) -> Arguments:
    steps = said.total("sign") * (said.total("steps") or 1)
    return {"steps": steps, **said.optional("room"), **said.optional("voice")}


def _name(said: Said) -> Arguments:
    return said.optional("name")


def _name_or_all(said: Said) -> Arguments:
    return {**said.optional("name"), **said.optional("all")}


def _nothing(said: Said) -> Arguments:
    return {}


_BUILDERS: Mapping[str, Callable[[Said], Arguments]] = {
    "timer_set": _timer_set,
    "timer_query": _name,
    "timer_cancel": _name_or_all,
    "timer_adjust": _timer_adjust,
    "timer_pause": _name,
    "timer_resume": _name,
    "date_now": _nothing,
    "volume_set": _volume_set,
    "volume_change": _volume_change,
    "stop": _nothing,
    "repeat": _nothing,
    "device_on": _targets,
    "device_off": _targets,
    "light_set": _light_set,
    "device_query": _query,
    "light_change": _of_room("light", "temperature_kelvin", "brightness_change"),
    "cover_set": _of_room("cover", "position_percent", "position_change"),
    "cover_stop": _of_room("cover"),
    "fan_set": _of_room("fan", "oscillating", "speed_percent", "speed_change"),
    "vacuum_control": _of_room("vacuum", "action"),
    "media_control": _media_control,
    "media_set": _of_room("media_player", "source", "volume_percent", "volume_change"),
    "climate_set": _of_room("climate", "mode", "temperature", "temperature_change"),
    **calls_talk.BUILDERS,
    **calls_lists.BUILDERS,
    **calls_schedule.BUILDERS,
    **calls_home.BUILDERS,
}

TOOLS = frozenset(_BUILDERS)
"""The tools our own phrases call."""
