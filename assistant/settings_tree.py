"""The owner's settings as one frozen tree; each docstring is what the commented example says of the key."""

from collections.abc import Mapping
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from assistant import paths
from assistant.settings_elsewhere import (
    ApiSettings,
    EsphomeSettings,
    SatellitesSettings,
    ServerAddress,
    SpeechSettings,
    WideEar,
)
from assistant.settings_rooms import HomeSettings, Rings, RoomSettings
from assistant.settings_update import UpdateSettings
from assistant.settings_values import (
    LANGUAGE,
    ModelName,
    Place,
    Section,
    Sensitivity,
    Threads,
    TimeZone,
    Units,
    WakeWord,
    Word,
)
from assistant.yaml_text import suggestion

DEFAULT_ROOM = "living room"


class Wake(Section):
    enabled: bool = True
    """false: no wake word; every stretch of speech is taken as said to the house."""
    words: tuple[WakeWord, ...] = Field(default=("hey_jarvis",), min_length=1, max_length=8)
    """Built in: okay_nabu, hey_jarvis, hey_mycroft, alexa, hey_rhasspy; or a model in `folder` by name."""
    sensitivity: Mapping[WakeWord, Sensitivity] = Field(default={}, examples=[{"hey_jarvis": "high"}])
    """How easily a word wakes: low, normal, high, or a number from 0 (hardly) to 1 (at the least hint)."""
    folder: Place | None = Field(default=None, examples=["wake-words"])
    """Wake words of your own: model files, each with its manifest."""
    address: ServerAddress | None = Field(default=None, examples=["192.168.1.20:10400"])
    """A Wyoming server at home that listens for the words instead, such as wyoming-openwakeword; all sound
    goes there. While it is gone a built-in model listens here."""

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        for word in self.sensitivity:
            if word not in self.words:
                near = suggestion(word, self.words)
                raise ValueError(f'sensitivity names "{word}", which is not among the words{near}')
        return self


class Ears(Section):
    wide: WideEar | None = None
    """Speech recognition of anything that is said, beside the built-in ear for house commands."""
    fallback: WideEar | None = Field(default=None, examples=[{"model": "whisper-base.en"}])
    """The ear that is asked when `wide` does not answer, or not in time, such as one on this box."""
    others: tuple[ServerAddress, ...] = Field(default=(), max_length=4, examples=[["192.168.1.21:10300"]])
    """Wyoming servers that hear, asked in turn where `wide` does not answer in time, before `fallback`."""
    silence_ms: int = Field(default=700, ge=200, le=3000)
    """Silence, in milliseconds, that ends an utterance."""
    patient: bool = False
    """true: wait about twice as long in a pause, for people who speak slowly."""
    smart_turn: bool = True
    """Where the words don't tell, the sound does whether you are done, once the model is there
    (`assistant models pull smart-turn-v3.2`)."""
    phrases: tuple[Place, ...] = Field(default=(), max_length=20, examples=[["phrases"]])
    """Files, or folders of files, with phrases of your own."""
    only_own_phrases: bool = False
    """true: Hearth's own commands are left out; for a house with quite another trade."""
    strictness: float = Field(default=1.0, ge=0.1, le=5.0)
    """How sure the built-in ear must be before it acts: above 1 surer, below 1 less sure."""
    ask_when_unsure: bool = True
    """Ask "Did you say …?" when the words were almost understood; false: say they were not."""

    @model_validator(mode="after")
    def _falls_back_from_something(self) -> Self:
        if self.fallback is not None and self.wide is None:
            raise ValueError("fallback stands in for wide, which is not set; call it wide")
        if self.others and self.wide is None:
            raise ValueError("others stand in for wide, which is not set; call the first of them wide")
        return self


class Llm(Section):
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
    context_tokens: int = Field(default=3072, ge=512, le=131072)
    """How much the model keeps in view."""
    adapter: Place | None = Field(default=None, examples=["adapter.gguf"])
    """A LoRA adapter of your own for the model (engine llama_cpp only)."""

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


class Mind(Section):
    llm: Llm | None = None
    """A language model for what the house commands do not cover."""
    fallback: Llm | None = Field(default=None, examples=[{"model": "qwen3-0.6b"}])
    """The model that answers when `llm` does not, such as one on this box behind a server."""
    others: tuple[Llm, ...] = Field(default=(), max_length=4)
    """Further servers (engine openai), asked in turn where `llm` is slow or gone, before `fallback`."""
    manner: str = Field(default="", max_length=2000, examples=["Answer like an old friend, in few words."])
    """How the assistant speaks; empty: as its voice says."""

    @model_validator(mode="after")
    def _falls_back_from_something(self) -> Self:
        if self.fallback is not None and self.llm is None:
            raise ValueError("fallback stands in for llm, which is not set; call it llm")
        if self.others and self.llm is None:
            raise ValueError("others stand in for llm, which is not set; call the first of them llm")
        if any(each.engine != "openai" for each in self.others):
            raise ValueError("others are servers (engine openai); a model on this box is llm or fallback")
        return self


class Speed(Section):
    speculate: bool = True
    """Begin to understand and to answer in the first silence; done and said only once you have finished."""
    end_by_meaning: bool = True
    """Stop listening early after a whole command, and wait longer where one is unfinished."""
    first_clause: bool = True
    """Speak the first words of a long sentence while the rest of it is made."""
    keep_sounds: bool = True
    """Keep the sound of sentences that are often said."""
    subject_first: bool = True
    """Say what a command is about while the home does it; what became of it only once it was read back."""


class PageSettings(Section):
    enabled: bool = True
    """false: the house has no page."""
    address: Word = "127.0.0.1"
    """Who may open it: 127.0.0.1 this box alone; 0.0.0.0 every device at home, with a code."""
    port: int = Field(default=8730, ge=0, le=65535)
    """The page is at http://ADDRESS:PORT; 0: any free port."""


class WyomingSettings(Section):
    enabled: bool = False
    """true: Home Assistant and others may use this house's ears, mind, voice and wake words. The protocol has
    no login: whoever is in your network can ask, but for nothing that lasts."""
    address: Word = "0.0.0.0"
    """Who may: 0.0.0.0 every device at home; 127.0.0.1 this box alone."""
    port: int = Field(default=10300, ge=0, le=65535)
    """0: any free port."""
    rooms: Mapping[Word, Word] = Field(default={}, max_length=200, examples=[{"kitchen_panel": "kitchen"}])
    """Which room a device or satellite is in, by its id there; others count as in the first room."""


class Settings(Section):
    """Everything an owner may set; all of it has a default."""

    language: str = Field(default="en", pattern=LANGUAGE)
    """Language of the house, as a code."""
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$", examples=["DE"])
    """Where the house is, as a code of two letters; setup proposes by it what is asked next."""
    time_zone: TimeZone = Field(default="", examples=["Europe/Berlin"])
    """The zone that times of day are told and kept in; empty: as this box is set."""
    time_format: Literal["12", "24"] = "12"
    """How times are told: 12 (7:30 PM) or 24 (19:30)."""
    units: Units | None = None
    """How things are measured: metric (°C, km, litres), us (°F, miles, US gallons) or uk (°C, miles, imperial
    pints); left out, temperatures are told as Home Assistant tells them."""
    emergency_number: str = Field(default="112", pattern=r"^[0-9]{2,6}$")
    """Whom a person in danger is told to phone; Hearth itself cannot make calls."""
    voice: str = Field(default="hearth", pattern=r"^[a-z0-9_-]{1,40}$")
    """A voice by name (`assistant say --voice`)."""
    speech: SpeechSettings = SpeechSettings()
    """A voice on another box."""
    wake: Wake = Wake()
    """The words that wake the house."""
    ears: Ears = Ears()
    """Hearing."""
    mind: Mind = Mind()
    """Thinking."""
    home: HomeSettings = HomeSettings()
    """Devices."""
    rings: Rings = Rings()
    """How timers, alarms and reminders ring."""
    rooms: Mapping[Word, RoomSettings] = Field(
        default={DEFAULT_ROOM: RoomSettings()}, min_length=1, max_length=50
    )
    """The rooms, by name."""
    speed: Speed = Speed()
    """What makes it quick; each can be switched off."""
    page: PageSettings = PageSettings()
    """The house's page in a browser; `assistant page` tells its address and a code."""
    wyoming: WyomingSettings = WyomingSettings()
    """For other voice systems at home; `assistant serve wyoming` tells what they find."""
    api: ApiSettings = ApiSettings()
    """For programs that speak OpenAI's API."""
    satellites: SatellitesSettings = SatellitesSettings()
    """Hearth's own satellites, a room each; `assistant rooms pair` takes one in."""
    esphome: EsphomeSettings = EsphomeSettings()
    """Voice devices with ESPHome."""
    update: UpdateSettings = UpdateSettings()
    """Newer releases of Hearth, and what they bring."""
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

    def language_in(self, room: str) -> str:
        """Spoken in a room: `de`, whatever the country (`de-AT`)."""
        own = self.rooms[room].language if room in self.rooms else None
        return (own or self.language).partition("-")[0]
