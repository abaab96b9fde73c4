"""What a device tells of itself: what it can, how it wants sound, and which switches it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aioesphomeapi.client import APIClient
from aioesphomeapi.model import (
    EntityInfo,
    MediaPlayerEntityFeature,
    MediaPlayerFormatPurpose,
    MediaPlayerInfo,
    SwitchInfo,
    VoiceAssistantFeature,
)

from assistant.devices.esphome.media import Form, Taken, form_of

MUTE_WORDS: Final = ("mute", "muted")
"""What the switch that closes a device's microphone is called, alone or at the end of its name."""
LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Known:
    """One device, as it says."""

    name: str
    model: str
    version: str
    feature: VoiceAssistantFeature
    player: int | None
    """The key of the player that can announce; None: it has none."""
    form: Form
    """How that wants its sound."""
    sets_volume: bool
    mute: int | None
    """The key of the switch that closes its microphone."""

    @property
    def hears(self) -> bool:
        """It is a voice assistant at all."""
        return bool(self.feature & VoiceAssistantFeature.VOICE_ASSISTANT)

    @property
    def fetches(self) -> bool:
        """It plays what it is told the address of; else it takes sound on the connection itself."""
        return self.player is not None

    @property
    def announces(self) -> bool:
        """It can be told something without having asked."""
        return self.fetches and bool(self.feature & VoiceAssistantFeature.ANNOUNCE)

    @property
    def opens(self) -> bool:
        """It can be made to listen without its wake word."""
        return self.announces and bool(self.feature & VoiceAssistantFeature.START_CONVERSATION)

    @property
    def times(self) -> bool:
        """It shows timers, and rings them."""
        return bool(self.feature & VoiceAssistantFeature.TIMERS)

    @property
    def api_audio(self) -> bool:
        """Sound goes over the connection; else by datagrams."""
        return bool(self.feature & VoiceAssistantFeature.API_AUDIO)

    @property
    def told(self) -> str:
        """For people."""
        return f"{self.name} ({self.model}, ESPHome {self.version})" if self.model else self.name


async def look(client: APIClient) -> Known:
    """Ask it. APIConnectionError."""
    info, entities, _ = await client.device_info_and_list_entities()
    can = await client.device_capabilities_compat(info)
    player = _player(entities)
    flags = MediaPlayerEntityFeature(0)
    if player is not None and client.api_version is not None:
        flags = MediaPlayerEntityFeature(player.feature_flags_compat(client.api_version))
    return Known(
        name=_plain(info.friendly_name or info.name),
        model=_plain(info.model),
        version=_plain(info.esphome_version),
        feature=VoiceAssistantFeature(can.voice_assistant.feature_flags),
        player=None if player is None else player.key,
        form=Form() if player is None else form_of(_taken(player)),
        sets_volume=bool(flags & MediaPlayerEntityFeature.VOLUME_SET),
        mute=next((each.key for each in entities if _mutes(each)), None),
    )


def _player(entities: Sequence[EntityInfo]) -> MediaPlayerInfo | None:
    players = [each for each in entities if isinstance(each, MediaPlayerInfo)]
    announcing = [each for each in players if any(taken.announcing for taken in _taken(each))]
    return next(iter((*announcing, *players)), None)


def _taken(player: MediaPlayerInfo) -> list[Taken]:
    return [
        Taken(
            each.format.lower(),
            each.sample_rate,
            each.num_channels,
            each.purpose == MediaPlayerFormatPurpose.ANNOUNCEMENT,
        )
        for each in player.supported_formats
        if each.sample_bytes in (0, 2)
    ]


def _mutes(entity: EntityInfo) -> bool:
    if not isinstance(entity, SwitchInfo):
        return False
    words = (entity.object_id or entity.name).lower().replace("-", "_").replace(" ", "_").split("_")
    return words[-1] in MUTE_WORDS and "speaker" not in words


def _plain(text: str) -> str:
    """Of a stranger: one short line of printable signs."""
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_NAME].strip()
