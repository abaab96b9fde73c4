"""Devices and recordings → rooms: each with its own ear and mouth, on the engines of the house."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from assistant.devices.booth import Booth
from assistant.devices.echo import EchoMic
from assistant.devices.own_satellite import OwnLines, OwnSatellite
from assistant.devices.sound_card import SoundCardMic, SoundCardOut
from assistant.devices.wyoming_satellite import WyomingSatellite
from assistant.errors import AudioError
from assistant.hear.cascade import Cascade
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import SILENT_MIC_S, Ear
from assistant.house import engines
from assistant.house.choosing import Choosing
from assistant.house.ducking import Players
from assistant.house.kit import Kit
from assistant.house.mouth import Loudest, Manners, Mouth, full
from assistant.house.own_ear import OwnEar
from assistant.house.own_words import OwnWords
from assistant.house.room import News, Room, no_news
from assistant.house.satellite_ear import SatelliteEar
from assistant.house.understanding import Understanding
from assistant.memory.schedule import Schedule
from assistant.ports import Mic, Tts
from assistant.settings import QuietHours, RoomSettings
from assistant.settings_rooms import PAIRED
from assistant.speak.speaker import Speaker

if TYPE_CHECKING:  # 14 MB that only a house with such a device needs
    from assistant.house.esphome_rooms import EsphomeRooms

M = TypeVar("M", bound=Mouth)

WYOMING_PORT = 10_700
"""Where satellites usually listen."""


def loudest_now(quiet: QuietHours, now: Callable[[], datetime] = datetime.now) -> int:
    """The most volume in percent at this time of day; quiet hours may span midnight."""
    time = now().time()
    if quiet.start <= quiet.end:
        inside = quiet.start <= time < quiet.end
    else:
        inside = time >= quiet.start or time < quiet.end
    return quiet.volume_percent if inside else 100


def _loudest(settings: RoomSettings) -> Loudest:
    return full if settings.quiet_hours is None else partial(loudest_now, settings.quiet_hours)


def _pending(speaker: Speaker) -> bool:
    return speaker.pending


def _or_players(own_voice: Callable[[], bool], players: Players | None, room: str) -> Callable[[], bool]:
    """The ear is as wary of the home's own players as of our voice: what they play may name the wake word."""
    return own_voice if players is None else lambda: own_voice() or players.sounding(room)


@dataclass(frozen=True, slots=True)
class Locale:
    """How a room is spoken to, and hears, that speaks another language than the house."""

    language: str
    understanding: Understanding
    endpoint: EndpointSettings


class RoomMaker:
    """Builds rooms from devices; wake word, voice detection and the ear's thread are each room's own."""

    def __init__(
        self,
        kit: Kit,
        understanding: Understanding,
        tts: Tts,
        language: str,
        *,
        news: News = no_news,
        quiet: Callable[[str], bool] = lambda room: False,
        players: Players | None = None,
    ) -> None:
        """`news`: told after an answer. `quiet(room)`: whether nobody is to be disturbed there.

        `players`: those of the home, which make way for what is said and for what rings.
        """
        self._kit = kit
        self._understanding = understanding
        self._journal = understanding.journal
        self._tts = tts
        self._language = language
        self._news = news
        self._quiet = quiet
        self._players = players
        self.lines = OwnLines()
        """Of the satellites of the house's own."""
        self.choosing: Choosing | None = None
        """Where several rooms may hear the same words; set by who builds the house."""

        self.locales: Mapping[str, Locale] = {}
        """Of the rooms that speak another language; set by who builds the house."""
        self.voices: Mapping[str, Tts] = {}
        """Of the rooms with one of their own; set by who builds the house."""
        self.own_words: OwnWords | None = None
        """What the house says itself wakes nobody; set by who builds the house."""
        self.mics: dict[str, SoundCardMic] = {}
        """Of the rooms that hear with this box."""
        self.wyoming: dict[str, WyomingSatellite] = {}
        """The satellites of the rooms that have such a one."""
        self.esphome: EsphomeRooms | None = None
        """The rooms with ESPHome devices; None: there are none."""
        self.esphome_port = 0
        """Where those fetch sound; this and `schedule` are set by who builds the house."""
        self.schedule: Schedule | None = None

    def close(self) -> None:
        """When the house is closed."""
        if self.esphome is not None:
            self.esphome.close()

    def room(self, name: str, settings: RoomSettings) -> Room:
        """A room of the house with its microphone and speaker."""
        report = partial(self._device, name)
        if settings.satellite == PAIRED:
            return self._around_own(name, settings)
        if settings.is_esphome:
            return self._around_esphome(name, settings)
        if settings.satellite is not None:
            return self._around_satellite(name, settings.satellite, settings)
        speaker = Speaker(SoundCardOut(settings.speaker, report=report, waits=True))
        speaker.volume_percent = settings.volume_percent
        # The canceller has taken our own voice out, so the ear need not be warier while it plays.
        self.mics[name] = SoundCardMic(settings.microphone, report=report, waits=True)
        own_voice = _or_players(lambda: False, self._players, name)
        ear = self._ear(name, EchoMic(self.mics[name], speaker.reference), wake=True, own_voice=own_voice)
        return self._around(name, ear, speaker, loudest=_loudest(settings))

    def _around_satellite(self, name: str, address: str, settings: RoomSettings) -> Room:
        """A room whose sound is a satellite's."""
        host, _, port = address.partition(":")
        satellite = WyomingSatellite(host, int(port or WYOMING_PORT), report=partial(self._device, name))
        self.wyoming[name] = satellite
        speaker = Speaker(satellite)
        speaker.volume_percent = settings.volume_percent
        cascade = Cascade.load(self._kit.wake, engines.wake_engine)
        vad = engines.vad_engine(self._kit.vad.engine, self._kit.vad.options)
        own_voice = _or_players(partial(_pending, speaker), self._players, name)
        ear = SatelliteEar(satellite, cascade, vad, self._endpoint(name), own_voice=own_voice)
        return self._around(name, ear, speaker, loudest=_loudest(settings))

    def _around_esphome(self, name: str, settings: RoomSettings) -> Room:
        """A room whose sound is that of an ESPHome device. SettingsError: its key is not there."""
        from assistant.house.esphome_ear import EsphomeEar
        from assistant.house.esphome_room import DeviceMouth, DeviceSpeaker
        from assistant.house.esphome_rooms import EsphomeRooms

        if self.esphome is None:
            self.esphome = EsphomeRooms(self._journal, self.esphome_port)
        device = self.esphome.device(name, settings, partial(self._device, name))
        words = Cascade.load(self._kit.wake, engines.wake_engine) if self._kit.wake else None
        vad = engines.vad_engine(self._kit.vad.engine, self._kit.vad.options)
        own_voice = _or_players(partial(getattr, device.playing, "sounding"), self._players, name)
        ear = EsphomeEar(device, words, vad, self._endpoint(name), own_voice=own_voice)
        mouth = self._mouth(DeviceMouth, name, DeviceSpeaker(device), _loudest(settings))
        room = self._joined(name, ear, mouth)
        self.esphome.join(room, mouth, self.schedule)
        return room

    def _around_own(self, name: str, settings: RoomSettings) -> Room:
        """A room whose sound is that of a satellite of the house's own."""
        satellite = OwnSatellite(self.lines.of(name))
        speaker = Speaker(satellite)
        speaker.volume_percent = settings.volume_percent
        vad = engines.vad_engine(self._kit.vad.engine, self._kit.vad.options)
        ear = OwnEar(satellite, vad, self._endpoint(name), own_voice=partial(_pending, speaker))
        return self._around(name, ear, speaker, loudest=_loudest(settings))

    def _device(self, room: str, error: AudioError | None) -> None:
        """A sound device was lost, or is back."""
        if error is not None:
            self._journal.failed(room, 0, error, "")

    def around_booth(self, name: str, booth: Booth, *, wake: bool) -> Room:
        """A room whose microphone is a recording."""
        speaker = Speaker(booth)
        ear = self._ear(name, booth, wake=wake, own_voice=partial(_pending, speaker))
        return self._around(name, ear, speaker, loudest=full)

    def _endpoint(self, room: str) -> EndpointSettings:
        return self.locales[room].endpoint if room in self.locales else self._kit.endpoint

    def _ear(self, name: str, mic: Mic, *, wake: bool, own_voice: Callable[[], bool]) -> Ear:
        kit = self._kit
        cascade = Cascade.load(kit.wake, engines.wake_engine) if wake and kit.wake else None
        vad = engines.vad_engine(kit.vad.engine, kit.vad.options)
        silent_mic_s = None if isinstance(mic, Booth) else SILENT_MIC_S
        return Ear(mic, cascade, vad, self._endpoint(name), own_voice=own_voice, silent_mic_s=silent_mic_s)

    def _around(self, name: str, ear: Ear, speaker: Speaker, *, loudest: Loudest) -> Room:
        return self._joined(name, ear, self._mouth(Mouth, name, speaker, loudest))

    def _mouth(self, kind: type[M], name: str, speaker: Speaker, loudest: Loudest) -> M:
        quiet = partial(self._quiet, name)
        locale = self.locales.get(name)
        language = self._language if locale is None else locale.language
        manners = Manners(language, loudest, quiet, first_clause=self._kit.first_clause)
        tts = self.voices.get(name, self._tts)
        return kind(name, speaker, tts, self._kit.sounds, self._journal, manners)

    def _joined(self, name: str, ear: Ear, mouth: Mouth) -> Room:
        locale = self.locales.get(name)
        understanding = self._understanding if locale is None else locale.understanding
        room = Room(name, ear, mouth, understanding, self._news, self.choosing)
        if self.own_words is not None:
            ear.ignore(partial(self.own_words.said, name))
        if (players := self._players) is not None:
            room.attention.on_change = lambda wanted: players.hold(name, "speech", on=wanted)
            room.bell.on_change = lambda rings: players.hold(name, "ring", on=rings)
        return room
