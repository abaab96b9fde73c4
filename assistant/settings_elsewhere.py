"""The owner's settings of what may run on other boxes, and of who may use this one as a server."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from assistant.settings_values import ModelName, Section, Threads, Word

ServerAddress = Annotated[
    str, StringConstraints(pattern=r"^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}$")
]

ESPHOME = "esphome://"
"""The satellite of a room is an ESPHome voice device."""
SatelliteAddress = Annotated[
    str, StringConstraints(pattern=r"^(esphome://)?[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$")
]


class EsphomeSettings(Section):
    port: int = Field(default=8732, ge=0, le=65535)
    """Where ESPHome devices fetch what they are to play, each piece once; it opens when the first one comes.
    0, or where it is taken: any free port."""


class WideEar(Section):
    engine: Literal["faster_whisper", "wyoming"] = "faster_whisper"
    """faster_whisper hears on this box; wyoming asks a server on another one at home."""
    model: ModelName | Literal[""] = Field(default="", examples=["whisper-base.en"])
    """A model's id in models.yaml, or the path of its folder (starting with /, ~ or ./); of a server: which
    of its models, if not its own choice."""
    threads: Threads | None = Field(default=None, examples=[2])
    """Processor threads; left out, the house shares them out."""
    address: ServerAddress | None = Field(default=None, examples=["192.168.1.20:10300"])
    """Where the server is (engine wyoming only)."""

    @model_validator(mode="after")
    def _place_fits(self) -> Self:
        if self.engine == "wyoming":
            if self.address is None:
                raise ValueError('engine wyoming lacks the key "address"; add it, e.g. 192.168.1.20:10300')
        elif self.address is not None:
            raise ValueError("address belongs to engine wyoming; set it or delete the address")
        elif not self.model:
            raise ValueError('engine faster_whisper lacks the key "model"; add it, e.g. whisper-base.en')
        return self


class SpeechSettings(Section):
    address: ServerAddress | None = Field(default=None, examples=["192.168.1.20:10200"])
    """A Wyoming server at home that speaks, such as wyoming-piper on a stronger box. Where it does not
    answer, or not in time, `voice` speaks here instead."""
    voice: Word | None = Field(default=None, examples=["en_US-lessac-medium"])
    """Which of its voices; left out, its own choice."""
    speaker: Word | None = Field(default=None, examples=["p239"])
    """Which speaker of that voice, where it has several."""
    others: tuple[ServerAddress, ...] = Field(default=(), max_length=4, examples=[["192.168.1.21:10200"]])
    """Further servers that speak, asked in turn where `address` does not answer in time; then `voice`."""

    @model_validator(mode="after")
    def _others_than_something(self) -> Self:
        if self.others and self.address is None:
            raise ValueError("others stand in for address, which is not set; call the first of them address")
        return self


class ApiSettings(Section):
    enabled: bool = False
    """true: programs that speak OpenAI's API may use this house's mind, ears and voice, with the key in the
    file api.key in the data folder. Nothing that lasts can be asked for that way."""
    address: Word = "127.0.0.1"
    """Who may: 127.0.0.1 this box alone; 0.0.0.0 every device at home. It is not encrypted."""
    port: int = Field(default=8733, ge=0, le=65535)
    """0: any free port."""


class SatellitesSettings(Section):
    enabled: bool = True
    """false: no satellite of Hearth's own is let in. The door is shut anyhow until a room is paired."""
    address: Word = "0.0.0.0"
    """Where they reach this box: 0.0.0.0 from every place at home."""
    port: int = Field(default=8731, ge=0, le=65535)
    """0: any free port."""
