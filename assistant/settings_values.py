"""The kinds of values in the owner's settings, and how each is read."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

LANGUAGE = r"^[a-z]{2,3}(-[A-Z]{2})?$"
"""A language's code, and a country's: de, de-AT."""


def _place(value: Path, info: ValidationInfo) -> Path:
    """`~` is the home folder; a relative path starts where the settings file is."""
    folder = (info.context or {}).get("folder")
    path = value.expanduser()
    return folder / path if folder is not None and not path.is_absolute() else path


def _model(value: str, info: ValidationInfo) -> str:
    """A path becomes absolute; an id stays."""
    return str(_place(Path(value), info)) if value.startswith(("~", "./", "../")) else value


def _wake_word(value: Any) -> Any:
    return "_".join(value.lower().split()) if isinstance(value, str) else value


def _sensitivity(value: Any) -> float | str:
    if value in ("low", "normal", "high"):
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0.0 <= number <= 1.0:
        raise ValueError(f'must be low, normal, high or a number from 0 to 1, not "{str(value)[:40]}"')
    return number


def _time_of_day(value: Any) -> time:
    if isinstance(value, time):
        return value
    hours, colon, minutes = str(value).strip().partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise ValueError(f'must be a time of day like 22:30, not "{str(value)[:40]}"')
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f'must be a time from 00:00 to 23:59, not "{str(value)[:40]}"')
    return time(int(hours), int(minutes))


def _zone(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{0,60}", value):
        raise ValueError(f'must be a time zone like Europe/Berlin, not "{value[:40]}"')
    try:
        return ZoneInfo(value).key if value else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f'"{value[:40]}" is no time zone this box knows; write one like Europe/Berlin '
            "(timedatectl list-timezones)"
        ) from None


Place = Annotated[Path, AfterValidator(_place)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
ModelName = Annotated[Word, AfterValidator(_model)]
WakeWord = Annotated[str, BeforeValidator(_wake_word), StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
Sensitivity = Annotated[float | Literal["low", "normal", "high"], PlainValidator(_sensitivity)]
TimeOfDay = Annotated[time, PlainValidator(_time_of_day)]
TimeZone = Annotated[str, AfterValidator(_zone)]
Units = Literal["metric", "us", "uk"]
Threads = Annotated[int, Field(ge=1, le=64)]
Percent = Annotated[int, Field(ge=0, le=100)]


class Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False, validate_default=True
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, value: Any) -> Any:
        """A section whose lines are all commented out."""
        return {} if value is None else value
