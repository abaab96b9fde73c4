"""What the settings ask for and is not on this box, each with file, line, key and fix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from assistant.catalogue import Catalogue, load_catalogue
from assistant.devices.esphome.key_file import read_key
from assistant.devices.home import MemoryHome
from assistant.devices.home_assistant.token_file import read_token
from assistant.errors import AssistantError, SettingsError
from assistant.house import engines
from assistant.house.homes import phrases_of
from assistant.house.kit import Kit, kit_of
from assistant.house.language import check_language, check_room_language, voice_of_room
from assistant.settings import Ears, Mind, Settings
from assistant.settings_rooms import HomeSettings, RoomSettings
from assistant.yaml_text import KeyPath, Parsed, dotted, parse

BUILT_LATER = "llama_cpp"
"""Compiled on the box: a house opens without it and takes it in when it is there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that settings may ask for."""

    key: KeyPath
    check: Callable[[], object]
    """Raises AssistantError where it is not to be had."""


def check_asked(settings: Settings, file: Path | None) -> None:
    """SettingsError with a line for each thing that is not here. Reads files, loads no engine."""
    parsed = _parsed(file)
    faults = [_told(parsed, key, str(error)) for key, error in missing_parts(settings, load_catalogue())]
    if faults:
        raise SettingsError("\n".join(faults))


def missing_parts(settings: Settings, catalogue: Catalogue) -> list[tuple[KeyPath, AssistantError]]:
    """The key of each thing that is not here, and why."""
    missing = []
    for part in _parts(settings, catalogue):
        try:
            part.check()
        except AssistantError as error:
            missing.append((part.key, error))
    return missing


def _parsed(file: Path | None) -> Parsed | None:
    try:
        return None if file is None else parse(file.read_bytes(), str(file))
    except (OSError, SettingsError):
        return None  # changed since it was read


def _told(parsed: Parsed | None, key: KeyPath, what: str) -> str:
    name = dotted(key)
    what = what.removeprefix(f"{name}: ").replace("\n", "; ")
    return f"{name}: {what}" if parsed is None else parsed.mistake(parsed.line(key), key, what)


def _parts(settings: Settings, catalogue: Catalogue) -> Iterator[Part]:
    """In the order of the file; each is looked at with everything else left at its default."""

    def kit(**asked: Any) -> Callable[[], object]:
        plain = Settings(data_folder=settings.data_folder, language=settings.language)
        return partial(_kit, plain.model_copy(update=asked), catalogue)

    yield Part(("language",), partial(check_language, settings))
    yield Part(("voice",), kit(voice=settings.voice))
    yield Part(("wake", "words"), kit(wake=settings.wake))
    if settings.ears.wide is not None:
        alone = settings.ears.model_copy(update={"fallback": None})
        yield Part(("ears", "wide", "model"), kit(ears=alone))
    if settings.ears.fallback is not None:
        yield Part(("ears", "fallback", "model"), kit(ears=Ears(wide=settings.ears.fallback)))
    if settings.ears.phrases:
        yield Part(("ears", "phrases"), partial(phrases_of, MemoryHome({}), settings))
    if (llm := settings.mind.llm) is not None:
        yield Part(("mind", "llm", "model"), kit(mind=Mind(llm=llm)))
    if (spare := settings.mind.fallback) is not None:
        yield Part(("mind", "fallback", "model"), kit(mind=Mind(llm=spare)))
    yield from _home_parts(settings.home)
    for name, room in settings.rooms.items():
        if room.language is not None:
            speaks = {name: RoomSettings(language=room.language)}
            yield Part(("rooms", name, "language"), partial(check_room_language, settings, name))
            yield Part(("rooms", name, "language"), kit(ears=settings.ears, rooms=speaks))
        yield from _room_parts(settings, name, catalogue)


def _room_parts(settings: Settings, name: str, catalogue: Catalogue) -> Iterator[Part]:
    room = settings.rooms[name]
    if room.voice is not None:
        yield Part(("rooms", name, "voice"), partial(voice_of_room, settings, name, catalogue))
    if room.satellite_key_file is not None:
        yield Part(("rooms", name, "satellite_key_file"), partial(read_key, room.satellite_key_file))


def _home_parts(home: HomeSettings) -> Iterator[Part]:
    if home.home_assistant is not None:
        yield Part(
            ("home", "home_assistant", "token_file"), partial(read_token, home.home_assistant.token_file)
        )
    elif home.file is not None:
        yield Part(("home", "file"), partial(MemoryHome.from_yaml, home.file))


def _kit(settings: Settings, catalogue: Catalogue) -> None:
    for kind, name in chosen_engines(kit_of(settings, catalogue)):
        reason = None if name == BUILT_LATER else engines.usable(kind, name)
        if reason is not None:
            raise SettingsError(f"its engine {name} can't run here: {reason}")


def chosen_engines(kit: Kit) -> list[tuple[engines.EngineKind, str]]:
    """(kind, name) of every engine a kit runs, in the order of the road."""
    chosen: list[tuple[engines.EngineKind, str]] = [
        ("stt", ear.engine) for ear in (*kit.ears, kit.ear_fallback) if ear
    ]
    chosen += [("stt", ear.engine) for hearing in kit.abroad.values() for ear in hearing.ears]
    chosen += [("tts", voice.engine) for voice in (kit.voice_elsewhere, kit.voice) if voice]
    chosen.append(("vad", kit.vad.engine))
    chosen += [("llm", mind.engine) for mind in (kit.llm, kit.llm_fallback) if mind is not None]
    wake = {model.engine for plan in kit.wake for model in (plan.first, plan.confirmer) if model is not None}
    return chosen + [("wake", name) for name in sorted(wake)]
