"""What a phrase's slots mean → the arguments of our tools.

A phrase set of the owner's own whose intents are no tools of ours hands its slots over unchanged.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from assistant.messages import JsonValue
from assistant.think import calls_home, calls_schedule, calls_talk
from assistant.think.said import Arguments, NotMeant, Said, Scene, Slot, Unclear

SWITCHED_TOGETHER = frozenset({"light", "switch", "fan", "media_player"})
"""What "everything" in a room is when it is switched."""
TASKS, TASK_WORDS = "to do", 12
"""A task on a to-do list is at most this long."""


def arguments(tool: str, slots: Sequence[Slot], scene: Scene) -> Arguments:
    """The call's arguments; raises NotMeant or Unclear."""
    build = _BUILDERS.get(tool)
    if build is None:
        return {slot.name: slot.value for slot in slots}
    return build(Said(slots, scene))


def _items(said: Said) -> Arguments:
    for slot in said.all("task", "own_task"):
        words = str(slot.value).split()
        if len(words) > TASK_WORDS or not said.scene.never_in_tasks.isdisjoint(words):
            raise NotMeant
    if _a_task_is_meant(said):
        raise NotMeant
    items: list[JsonValue] = [slot.value for slot in said.all("task")]
    for slot in said.all("item", "any_items"):
        if not slot.open:
            items.append(slot.value)
            continue
        for part in str(slot.value).split(" and "):
            items.append(said.a_name(_without_article(part)))
    if todo := said.all("target"):
        if _the_name_goes_on(said, todo[0]):
            raise NotMeant
        return {"items": list(dict.fromkeys(items)), "list": _device(said, todo[0])[0]}
    if own := said.all("own_task"):
        return _own_tasks(said, own)
    return {"items": list(dict.fromkeys(items)), **said.optional("list")}


def _own_tasks(said: Said, own: Sequence[Slot]) -> Arguments:
    """Tasks said without their list: those of the home's only one."""
    lists = said.scene.things.here("todo", said.room) if said.scene.things else ()
    ends = [str(slot.value).split()[-1] for slot in own]
    if len(lists) != 1 or any(said.scene.things.meant(end, said.room, {"todo"})[0] for end in ends):  # type: ignore[union-attr]
        raise NotMeant
    return {"items": [slot.value for slot in own], "list": lists[0]}


def _the_name_goes_on(said: Said, todo: Slot) -> bool:
    """ "Add to my shopping list" has no task "list"."""
    things = said.scene.things
    firsts = {str(slot.value).partition(" ")[0] for slot in said.all("task")}
    return things is not None and any(
        things.meant(f"{todo.value} {first}", said.room, todo.kinds)[0] for first in firsts
    )


def _a_task_is_meant(said: Said) -> bool:
    """On the home's own list of tasks "water the tomatoes" is one thing, not two to buy."""
    things = said.scene.things
    if things is None or said.all("task") or not things.here("todo", said.room):
        return False
    called = [str(slot.value) for slot in said.all("list")]
    return any(name == TASKS or things.meant(name, said.room, {"todo"})[0] for name in called)


def _without_article(text: str) -> str:
    first, _, rest = text.strip().partition(" ")
    return rest if rest and first in {"a", "an", "the", "some", "more", "my", "our"} else text.strip()


def _targets(said: Said) -> Arguments:
    found: list[str] = []
    for slot in said.all("target", "lights_of", "scope", "everything_of"):
        if slot.name == "target":
            found += _device(said, slot)
        elif slot.name == "everything_of":
            found += _among(said, said.room if slot.value == "here" else str(slot.value), SWITCHED_TOGETHER)
        elif slot.name == "scope" and slot.value == "all":
            found += said.names.lights() if not said.all("lights_of") else ()
        else:
            found += _lights(said, said.room if slot.name == "scope" else str(slot.value))
    if not found:
        raise NotMeant
    return {"targets": list(dict.fromkeys(found))}


def _device(said: Said, slot: Slot) -> Sequence[str]:
    spoken, things = str(slot.value), said.scene.things
    if slot.kinds and things is not None:
        meant, together = things.meant(spoken, said.room, slot.kinds)
    else:
        meant, together = said.names.meant(spoken, said.room), False
    if not meant:
        raise NotMeant
    if len(meant) > 1 and not together:
        raise Unclear(
            f"Which {spoken} do you mean: {', '.join(f'the {n}' for n in meant[:-1])} or the {meant[-1]}?",
            tuple(meant),
        )
    return meant


def _lights(said: Said, place: str) -> Sequence[str]:
    area = said.names.area(place)
    lights = said.names.lights(area) if area is not None else ()
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
    return {"duration_s": said.duration_s(), **said.optional("name")}


def _timer_adjust(said: Said) -> Arguments:
    return {"delta_s": said.total("sign") * said.duration_s(), **said.optional("name")}


def _volume_change(said: Said) -> Arguments:
    return {"steps": said.total("sign") * (said.total("steps") or 1)}


def _name(said: Said) -> Arguments:
    return said.optional("name")


def _name_or_all(said: Said) -> Arguments:
    return {**said.optional("name"), **said.optional("all")}


def _list(said: Said) -> Arguments:
    if todo := said.all("target"):
        return {"list": _device(said, todo[0])[0]}
    return said.optional("list")


def _nothing(said: Said) -> Arguments:
    return {}


_BUILDERS: Mapping[str, Callable[[Said], Arguments]] = {
    "timer_set": _timer_set,
    "timer_query": _name,
    "timer_cancel": _name_or_all,
    "timer_adjust": _timer_adjust,
    "timer_pause": _name,
    "timer_resume": _name,
    "list_add": _items,
    "list_remove": _items,
    "list_read": _list,
    "list_clear": _list,
    "date_now": _nothing,
    "volume_set": lambda said: said.optional("percent"),
    "volume_change": _volume_change,
    "stop": _nothing,
    "repeat": _nothing,
    "device_on": _targets,
    "device_off": _targets,
    "light_set": _light_set,
    "device_query": _query,
    "light_change": _of_room("light", "temperature_kelvin", "brightness_change"),
    "cover_set": _of_room("cover", "position_percent"),
    "cover_stop": _of_room("cover"),
    "fan_set": _of_room("fan", "oscillating", "speed_percent", "speed_change"),
    "vacuum_control": _of_room("vacuum", "action"),
    "media_control": _media_control,
    "media_set": _of_room("media_player", "source", "volume_percent", "volume_change"),
    "climate_set": _of_room("climate", "mode", "temperature", "temperature_change"),
    **calls_talk.BUILDERS,
    **calls_schedule.BUILDERS,
    **calls_home.BUILDERS,
}

TOOLS = frozenset(_BUILDERS)
"""The tools our own phrases call."""
