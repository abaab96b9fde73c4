"""The owner's YAML → Settings; the example, the explanation, and the settings in force."""

import os
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from types import NoneType
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from assistant import paths
from assistant.errors import SettingsError
from assistant.settings_elsewhere import WideEar
from assistant.settings_rooms import PAIRED, HomeSettings, QuietHours, Rings, RoomSettings
from assistant.settings_tree import Ears, Llm, Mind, Settings, Speed, Wake
from assistant.settings_yaml import read_yaml

__all__ = [
    "PAIRED",
    "Ears",
    "HomeSettings",
    "LiveSettings",
    "Llm",
    "Mind",
    "QuietHours",
    "Rings",
    "RoomSettings",
    "Settings",
    "Speed",
    "Wake",
    "WideEar",
    "example_yaml",
    "explain",
    "find_settings",
    "load_settings",
]


def find_settings(named: Path | None = None) -> Path | None:
    """The file in force: `named`, HEARTH_SETTINGS, else the first usual place that exists; None: no file.

    A file that was named must exist: SettingsError.
    """
    given = named or (Path(os.environ["HEARTH_SETTINGS"]) if os.environ.get("HEARTH_SETTINGS") else None)
    if given is None:
        return next((place for place in paths.settings_places() if _is_there(place)), None)
    if not _is_there(given):
        raise SettingsError(f"{given}: there is no such file; check the name")
    return given


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError as error:
        raise SettingsError(
            f"{file}: cannot be looked at ({error.strerror}); check the permissions of its folder"
        ) from error


def load_settings(path: Path | None = None) -> Settings:
    """Read the owner's settings; without a file, the defaults. Raises SettingsError."""
    found = find_settings(path)
    return Settings() if found is None else read_yaml(found, Settings)


class LiveSettings:
    """The settings in force. A file that went bad while the house runs changes nothing."""

    def __init__(self, path: Path | None = None, now: Settings | None = None) -> None:
        """`now`: what is in force instead of the file. SettingsError of the file, without it."""
        self.path = path
        self.now = load_settings(path) if now is None else now

    def reload(self) -> SettingsError | None:
        """Read the file again; on a mistake keep the settings in force and return the error."""
        try:
            self.now = load_settings(self.path)
        except SettingsError as error:
            return error
        return None


# ── settings → text ──────────────────────────────────────────────────────────────────────────────


def example_yaml() -> str:
    """The commented example: every key with its default; a key without one is commented out (`#key: …`)."""
    head = ["# Settings of Hearth. Every key may be left out; the values here are the defaults.", ""]
    return "\n".join([*head, *_section_lines(Settings, 0, "")]) + "\n"


def explain(settings: Settings) -> str:
    """The settings in force as YAML, with passwords in addresses hidden."""
    return "\n".join(_value_lines(settings.model_dump(), 0)) + "\n"


def _section_lines(model: type[BaseModel], depth: int, mark: str) -> list[str]:
    indent = "  " * depth
    lines = []
    for key, info in model.model_fields.items():
        lines += [f"{indent}# {line}" for line in (info.description or "").splitlines()]
        lines += _field_lines(key, info, depth, mark)
        if depth == 0:
            lines.append("")
    return lines


def _field_lines(key: str, info: FieldInfo, depth: int, mark: str) -> list[str]:
    indent = "  " * depth
    inside = _section_of(info)
    if inside is not None:
        off = mark or ("#" if info.default is None else "")
        return [f"{indent}{off}{key}:", *_section_lines(inside, depth + 1, off)]
    if isinstance(info.default, Mapping) and info.default:
        name, room = next(iter(info.default.items()))
        return [f"{indent}{key}:", f"{indent}  {name}:", *_section_lines(type(room), depth + 2, mark)]
    empty = info.default_factory is not None or info.default in (None, (), {}, "")
    value = (
        info.examples[0] if info.examples else info.get_default(call_default_factory=True, validated_data={})
    )
    off = mark or ("#" if empty else "")
    return [f"{indent}{off}{key}: {_inline(value)}"]


def _section_of(info: FieldInfo) -> type[BaseModel] | None:
    kinds = [kind for kind in (get_args(info.annotation) or (info.annotation,)) if kind is not NoneType]
    only = kinds[0] if len(kinds) == 1 else None
    return only if isinstance(only, type) and issubclass(only, BaseModel) else None


def _value_lines(section: Mapping[str, Any], depth: int) -> list[str]:
    lines = []
    for key, value in section.items():
        indent = "  " * depth
        if isinstance(value, Mapping) and value:
            lines += [f"{indent}{_inline(key)}:", *_value_lines(value, depth + 1)]
        else:
            lines.append(f"{indent}{_inline(key)}: {_inline(value)}")
    return lines


def _inline(value: Any) -> str:
    """A value on one line of YAML."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return f"[{', '.join(_inline(item) for item in value)}]"
        case Mapping():
            return f"{{{', '.join(f'{_inline(key)}: {_inline(item)}' for key, item in value.items())}}}"
        case time():
            return value.strftime("%H:%M")
        case str() | Path():
            return _quoted(_without_password(str(value)))
    return str(value)


def _quoted(text: str) -> str:
    plain = text[:1].isalnum() or text.startswith("/")
    awkward = any(sign in text for sign in ",[]{}\"'\n\r\t#") or ": " in text or text != text.strip()
    if plain and not awkward and not text.endswith(":") and text.lower() != "null" and text.isprintable():
        return text
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"


def _without_password(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    if not parts.scheme or "@" not in parts.netloc:
        return text
    return text.replace(parts.netloc, "***@" + parts.netloc.rpartition("@")[2], 1)
