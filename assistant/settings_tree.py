"""The owner's settings as one frozen tree; each docstring is what the commented example says of the key."""

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

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

from assistant import paths
from assistant.yaml_text import suggestion

DEFAULT_ROOM = "living room"


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


Place = Annotated[Path, AfterValidator(_place)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
ModelName = Annotated[Word, AfterValidator(_model)]
WakeWord = Annotated[str, BeforeValidator(_wake_word), StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
Sensitivity = Annotated[float | Literal["low", "normal", "high"], PlainValidator(_sensitivity)]
TimeOfDay = Annotated[time, PlainValidator(_time_of_day)]
Threads = Annotated[int, Field(ge=1, le=64)]
Percent = Annotated[int, Field(ge=0, le=100)]


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False, validate_default=True
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, value: Any) -> Any:
        """A section whose lines are all commented out."""
        return {} if value is None else value


class Wake(_Section):
    enabled: bool = True
    """false: no wake word; every stretch of speech is taken as said to the house."""
    words: tuple[WakeWord, ...] = Field(default=("hey_jarvis",), min_length=1, max_length=8)
    """Built in: okay_nabu, hey_jarvis, hey_mycroft, alexa, hey_rhasspy; or a model in `folder` by name."""
    sensitivity: Mapping[WakeWord, Sensitivity] = Field(default={}, examples=[{"hey_jarvis": "high"}])
    """How easily a word wakes: low, normal, high, or a number from 0 (hardly) to 1 (at the least hint)."""
    folder: Place | None = Field(default=None, examples=["wake-words"])
    """Wake words of your own: model files, each with its manifest."""

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        for word in self.sensitivity:
            if word not in self.words:
                near = suggestion(word, self.words)
                raise ValueError(f'sensitivity names "{word}", which is not among the words{near}')
        return self


class WideEar(_Section):
    engine: Literal["faster_whisper"] = "faster_whisper"
    """The speech-to-text engine."""
    model: ModelName = Field(examples=["whisper-base.en"])
    """A model's id in models.yaml, or the path of its folder (starting with /, ~ or ./)."""
    threads: Threads | None = Field(default=None, examples=[2])
    """Processor threads; left out, the house shares them out."""


class Ears(_Section):
    wide: WideEar | None = None
    """Speech recognition of anything that is said, beside the built-in ear for house commands."""
    silence_ms: int = Field(default=700, ge=200, le=3000)
    """Silence, in milliseconds, that ends an utterance."""
    patient: bool = False
    """true: wait about twice as long in a pause, for people who speak slowly."""
    phrases: tuple[Place, ...] = Field(default=(), max_length=20, examples=[["phrases"]])
    """Files, or folders of files, with phrases of your own."""
    only_own_phrases: bool = False
    """true: Hearth's own commands are left out; for a house with quite another trade."""
    strictness: float = Field(default=1.0, ge=0.1, le=5.0)
    """How sure the built-in ear must be before it acts: above 1 surer, below 1 less sure."""
    ask_when_unsure: bool = True
    """Ask "Did you say …?" when the words were almost understood; false: say they were not."""


class Llm(_Section):
    engine: Literal["llama_cpp", "openai"] = "llama_cpp"
    """llama_cpp runs a model on this box; openai talks to any compatible server."""
    model: ModelName = Field(examples=["qwen3-1.7b"])
    """A model's id in models.yaml, a GGUF file's path (starting with /, ~ or ./) or the server's name."""
    base_url: Word | None = Field(default=None, examples=["http://192.168.1.20:8080/v1"])
    """The server's address (engine openai only)."""
    key_file: Place | None = Field(default=None, examples=["openai.key"])
    """A file that holds the server's key."""
    allow_internet: bool = False
    """true: base_url may lie outside the home network. What is said then leaves the house."""
    threads: Threads | None = Field(default=None, examples=[2])
    """Processor threads; left out, the house shares them out."""
    context_tokens: int = Field(default=4096, ge=512, le=131072)
    """How much the model keeps in view."""

    @model_validator(mode="after")
    def _address_fits(self) -> Self:
        if self.engine == "openai":
            if self.base_url is None:
                raise ValueError(
                    'engine openai lacks the key "base_url"; add it, e.g. http://192.168.1.20:8080/v1'
                )
            if (
                urlsplit(self.base_url).scheme not in ("http", "https")
                or not urlsplit(self.base_url).hostname
            ):
                raise ValueError("base_url must be a web address, e.g. http://192.168.1.20:8080/v1")
        elif self.base_url is not None or self.key_file is not None or self.allow_internet:
            raise ValueError(
                "base_url, key_file and allow_internet belong to engine openai; set it or delete them"
            )
        return self


class Mind(_Section):
    llm: Llm | None = None
    """A language model for what the house commands do not cover."""
    manner: str = Field(default="", max_length=2000, examples=["Answer like an old friend, in few words."])
    """How the assistant speaks; empty: as its voice says."""


class HomeSettings(_Section):
    file: Place | None = Field(default=None, examples=["home.yaml"])
    """A YAML file with the devices of this home; left out, the house has none."""


class QuietHours(_Section):
    start: TimeOfDay = Field(examples=["22:30"])
    """From this time of day …"""
    end: TimeOfDay = Field(examples=["07:00"])
    """… to this one."""
    volume_percent: Percent = 20
    """Loudest volume in between."""


class RoomSettings(_Section):
    aliases: tuple[Word, ...] = Field(default=(), max_length=20, examples=[["lounge", "front room"]])
    """Other names of the room."""
    microphone: Word | None = Field(default=None, examples=["USB microphone"])
    """Part of the device's name; left out, the system's default."""
    speaker: Word | None = Field(default=None, examples=["USB speaker"])
    """Part of the device's name; left out, the system's default."""
    volume_percent: Percent = 60
    """Loudness when the house starts."""
    highest_risk: int = Field(default=2, ge=0, le=2)
    """What may be asked for here: 0 answers, 1 what is easily undone (lights, timers), 2 what lasts."""
    quiet_hours: QuietHours | None = None
    """When to speak softly; timers ring all the same."""


class Settings(_Section):
    """Everything an owner may set; all of it has a default."""

    language: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")
    """Language of the house, as a code."""
    time_format: Literal["12", "24"] = "12"
    """How times are told: 12 (7:30 PM) or 24 (19:30)."""
    voice: str = Field(default="hearth", pattern=r"^[a-z0-9_-]{1,40}$")
    """A voice by name (`assistant say --voice`)."""
    wake: Wake = Wake()
    """The words that wake the house."""
    ears: Ears = Ears()
    """Hearing."""
    mind: Mind = Mind()
    """Thinking."""
    home: HomeSettings = HomeSettings()
    """Devices."""
    rooms: Mapping[Word, RoomSettings] = Field(
        default={DEFAULT_ROOM: RoomSettings()}, min_length=1, max_length=50
    )
    """The rooms, by name."""
    data_folder: Place = Field(default_factory=paths.data_folder, examples=["~/.local/share/hearth"])
    """Where lists, timers and models are kept."""

    @model_validator(mode="after")
    def _room_names_differ(self) -> Self:
        owner: dict[str, str] = {}
        for room, details in self.rooms.items():
            for name in {room.casefold(), *(alias.casefold() for alias in details.aliases)}:
                if name in owner:
                    raise ValueError(
                        f'rooms: "{owner[name]}" and "{room}" are both called "{name}"; rename one'
                    )
                owner[name] = room
        return self
