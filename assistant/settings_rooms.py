"""The home and its rooms in the owner's settings; docstrings are what the commented example says."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from assistant.settings_elsewhere import ESPHOME, SatelliteAddress
from assistant.settings_values import LANGUAGE, Percent, Place, Section, TimeOfDay, WakeWord, Word

PAIRED = "paired"
"""The satellite of a room is one of the house's own."""


class HomeAssistantSettings(Section):
    url: Word = Field(examples=["http://homeassistant.local:8123"])
    """Home Assistant's address, as in the browser."""
    token_file: Place = Field(examples=["home-assistant.token"])
    """A file, yours alone to read, with a long-lived access token (your profile there, Security)."""
    allow_internet: bool = False
    """true: the address may lie outside the home network."""
    guarded: tuple[Word, ...] = Field(default=(), max_length=100, examples=[["switch.garage_opener"]])
    """Entities, by id or name, that are a matter of security as locks and garage doors are."""

    @model_validator(mode="after")
    def _is_web_address(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError("url must be a web address, e.g. http://homeassistant.local:8123")
        return self


class HomeSettings(Section):
    file: Place | None = Field(default=None, examples=["home.yaml"])
    """A YAML file with the devices of this home; left out, the house has none."""
    home_assistant: HomeAssistantSettings | None = None
    """The devices that Home Assistant exposes to its voice assistant; they take the place of the file's."""


class QuietHours(Section):
    start: TimeOfDay = Field(examples=["22:30"])
    """From this time of day …"""
    end: TimeOfDay = Field(examples=["07:00"])
    """… to this one."""
    volume_percent: Percent = 20
    """Loudest volume in between."""


class Rings(Section):
    minutes: int = Field(default=15, ge=1, le=60)
    """How long a timer or an alarm rings until somebody answers; what nobody heard is told later."""
    loudest_percent: int = Field(default=80, ge=30, le=100)
    """How loud it gets after a soft start, whatever the volume of the room."""


class RoomSettings(Section):
    aliases: tuple[Word, ...] = Field(default=(), max_length=20, examples=[["lounge", "front room"]])
    """Other names of the room."""
    floor: Word | None = Field(default=None, examples=["upstairs"])
    """Where the room lies, as people say it; "tell everyone upstairs …" reaches all rooms of a floor."""
    microphone: Word | None = Field(default=None, examples=["USB microphone"])
    """Part of the device's name; left out, the system's default."""
    speaker: Word | None = Field(default=None, examples=["USB speaker"])
    """Part of the device's name; left out, the system's default."""
    satellite: SatelliteAddress | None = Field(default=None, examples=["esphome://192.168.1.20"])
    """A satellite in the place of both. paired: Hearth's own (`assistant rooms pair`); esphome://HOST: a
    voice device with ESPHome (`assistant rooms add`); else the address of a Wyoming one, which has no login,
    so nothing that lasts can be asked there."""
    satellite_key_file: Place | None = Field(default=None, examples=["kitchen.key"])
    """A file with the ESPHome device's encryption key; without one, nothing that lasts can be asked there."""
    satellite_words: tuple[WakeWord, ...] = Field(default=(), max_length=8, examples=[["okay_nabu"]])
    """The wake words the ESPHome device listens for, of those it knows; left out, its own choice."""
    volume_percent: Percent = 60
    """Loudness until it is changed by voice; what was said counts after a restart too, until this changes."""
    voice: str | None = Field(default=None, pattern=r"^[a-z0-9_-]{1,40}$", examples=["hearth"])
    """A voice of its own; left out, that of the house. Each voice more takes its model's memory."""
    language: str | None = Field(default=None, pattern=LANGUAGE, examples=["de"])
    """What is spoken here: en, de, fr, es, it or nl; left out, the language of the house. In any but English
    `ears.wide` must hear it; each language more takes the memory of that ear once more."""
    highest_risk: int = Field(default=2, ge=0, le=3)
    """What may be asked for here: 0 answers, 1 what is easily undone (lights, timers), 2 what lasts, 3 also
    locks and garage doors, each time with the PIN typed on the page; without a PIN 3 is as 2."""
    llm: bool = True
    """false: only house commands here, never the language model (a guest's room, a child's)."""
    memory: bool = True
    """false: nothing that is said here is remembered longer than the talk lasts; no notes."""
    quiet_hours: QuietHours | None = None
    """When to speak softly; timers ring all the same."""

    @property
    def most_risk(self) -> int:
        """`highest_risk`, but where nobody knows who speaks."""
        known = self.satellite in (None, PAIRED) or (self.is_esphome and self.satellite_key_file is not None)
        return self.highest_risk if known else min(self.highest_risk, 1)

    @property
    def is_esphome(self) -> bool:
        """Its satellite is an ESPHome device."""
        return self.satellite is not None and self.satellite.startswith(ESPHOME)

    @model_validator(mode="after")
    def _key_has_its_device(self) -> Self:
        if not self.is_esphome and (self.satellite_key_file is not None or self.satellite_words):
            raise ValueError(
                "satellite_key_file and satellite_words belong to a satellite esphome://HOST; "
                "set it or delete them"
            )
        return self
