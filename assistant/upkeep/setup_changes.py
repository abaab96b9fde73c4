"""Answers ↔ settings: what was said before, and what an answer changes in the owner's file."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from assistant.catalogue import Catalogue
from assistant.settings import Settings
from assistant.upkeep import setup_file, setup_updates
from assistant.upkeep.fit import LEVELS, Box, Fit
from assistant.upkeep.setup_place import box_zone
from assistant.upkeep.setup_questions import KEEP, NONE

TOKEN_FILE: Final = "home-assistant.token"
DEFAULT_DEVICE: Final = "default"
PAGES: Final[Mapping[str, Mapping[str, Any]]] = {
    "here": {"enabled": None, "address": None},
    "home": {"enabled": None, "address": "0.0.0.0"},
    "nobody": {"enabled": False, "address": None},
}


def said_before(settings: Settings) -> dict[str, str]:
    """The settings in force as answers."""
    own = own_rooms(settings)
    rooms = [settings.rooms[name] for name in own]
    page = "here" if settings.page.address in ("127.0.0.1", "localhost", "::1") else "home"
    said = {
        "language": settings.language,
        "wake_word": settings.wake.words[0].replace("_", " "),
        "rooms": ", ".join(own),
        "microphone": rooms[0].microphone or DEFAULT_DEVICE,
        "speaker": rooms[0].speaker or DEFAULT_DEVICE,
        "remember": "yes" if any(room.memory for room in settings.rooms.values()) else "no",
        "page": page if settings.page.enabled else "nobody",
        **setup_updates.said_before(settings.update),
    }
    if settings.home.home_assistant is not None:
        said["home"] = settings.home.home_assistant.url
    elif settings.home.file is not None:
        said["home"] = str(settings.home.file)
    if settings != Settings():
        quiet = rooms[0].quiet_hours
        said["voice"] = settings.voice
        said["level"] = level_of(settings)
        said["quiet_hours"] = NONE if quiet is None else f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"
    return said | _place_before(settings)


def own_rooms(settings: Settings) -> list[str]:
    """Those with the microphone and the loudspeaker of this box; where every room has a satellite, all."""
    return [name for name, room in settings.rooms.items() if room.satellite is None] or list(settings.rooms)


def level_of(settings: Settings) -> str:
    """The level that the models in force are; KEEP where the owner chose others."""
    wide, llm = settings.ears.wide, settings.mind.llm
    stt = "" if wide is None else wide.model.removeprefix("whisper-").removesuffix(".en")
    mind = "" if llm is None else llm.model
    elsewhere = (wide is not None and wide.address is not None) or (
        llm is not None and llm.base_url is not None
    )
    same = [
        each.name
        for each in LEVELS
        if (each.models.get("stt", ""), each.models.get("llm", "")) == (stt, mind) and not elsewhere
    ]
    return same[0] if same else KEEP


def _place_before(settings: Settings) -> dict[str, str]:
    said = {"country": settings.country, "time_zone": settings.time_zone, "units": settings.units or ""}
    number, usual = settings.emergency_number, Settings()
    if settings.country or settings.time_format != usual.time_format:
        said["time_format"] = settings.time_format
    if settings.country or number != usual.emergency_number:
        said["emergency_number"] = number
    return {key: value for key, value in said.items() if value}


def changes(answers: Mapping[str, str], catalogue: Catalogue, box: Box, before: Settings) -> dict[str, Any]:
    """Answers → what changes in the settings; what was not asked stays as it is."""
    changed: dict[str, Any] = {
        "language": answers["language"],
        "time_format": answers["time_format"],
        "voice": answers["voice"],
        "wake": {"words": [answers["wake_word"].replace(" ", "_")]},
        **_models(answers, Fit(box, catalogue, answers["language"])),
        "home": _home(answers["home"], before),
        "update": setup_updates.changes(answers),
        "rooms": _rooms(answers, before),
    }
    if "page" in answers:
        changed["page"] = dict(PAGES[answers["page"]])
    return {key: value for key, value in (_place(answers) | changed).items() if value != {}}


def _models(answers: Mapping[str, str], fit: Fit) -> dict[str, Any]:
    if answers["level"] == KEEP:
        return {}
    models = fit.models(next(level for level in LEVELS if level.name == answers["level"]))
    return {
        "ears": {"wide": {"model": models["stt"]} if "stt" in models else None},
        "mind": {"llm": {"engine": "llama_cpp", "model": models["llm"]} if "llm" in models else None},
    }


def _place(answers: Mapping[str, str]) -> dict[str, Any]:
    """First in the file, as they were asked first."""
    if "country" not in answers:
        return {}
    zone, number = answers["time_zone"], answers["emergency_number"]
    return {
        "country": None if answers["country"] == NONE else answers["country"],
        "time_zone": None if zone in ("", box_zone()) else zone,
        "units": answers["units"],
        "emergency_number": None if number == Settings().emergency_number else number,
    }


def _rooms(answers: Mapping[str, str], before: Settings) -> dict[str, dict[str, Any]]:
    """What the box's own rooms were told; what may be remembered holds in every room."""
    quiet: dict[str, str] | None = None
    if answers["quiet_hours"] != NONE:
        start, _, end = answers["quiet_hours"].partition("-")
        quiet = {"start": start, "end": end}
    rooms: dict[str, dict[str, Any]] = {room: {"quiet_hours": quiet} for room in answers["rooms"].split(", ")}
    if answers.get("remember", said_before(before)["remember"]) != said_before(before)["remember"]:
        others = [name for name, room in before.rooms.items() if room.satellite is not None]
        for room in (*rooms, *others):
            rooms.setdefault(room, {})["memory"] = False if answers["remember"] == "no" else None
    for key in ("microphone", "speaker"):
        if key in answers:
            first = next(iter(rooms.values()))
            first[key] = None if answers[key] == DEFAULT_DEVICE else answers[key]
    return rooms


def settings_text(before: str, rooms: Sequence[str], changed: Mapping[str, Any], name: str) -> str:
    """The owner's file with `changes` in it; of `rooms`, the box's own until now, those not named go."""
    wanted: dict[str, Any] = dict.fromkeys(rooms) | {room: {} for room in changed["rooms"]}
    text = setup_file.changed(before, {"rooms": wanted}, name)
    return setup_file.changed(text, changed, name)


def _home(said: str, before: Settings) -> dict[str, Any]:
    if said == said_before(before).get("home"):
        return {}
    if said == NONE:
        return {"home_assistant": None, "file": None}
    if said.startswith("http"):
        return {"home_assistant": {"url": said, "token_file": TOKEN_FILE}, "file": None}
    return {"file": said, "home_assistant": None}
