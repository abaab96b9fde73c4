"""Devices and recordings → rooms: each with its own ear and mouth, on the engines of the house."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from assistant.devices.booth import Booth
from assistant.devices.echo import EchoMic
from assistant.devices.sound_card import SoundCardMic, SoundCardOut
from assistant.errors import AudioError
from assistant.hear.cascade import Cascade
from assistant.hear.listen import Ear
from assistant.house import engines
from assistant.house.ducking import Players
from assistant.house.kit import Kit
from assistant.house.mouth import Loudest, Manners, Mouth, full
from assistant.house.room import News, Room, no_news
from assistant.house.understanding import Understanding
from assistant.ports import Mic, Tts
from assistant.settings import QuietHours, RoomSettings
from assistant.speak.speaker import Speaker


def loudest_now(quiet: QuietHours, now: Callable[[], datetime] = datetime.now) -> int:
    """The most volume in percent at this time of day; quiet hours may span midnight."""
    time = now().time()
    if quiet.start <= quiet.end:
        inside = quiet.start <= time < quiet.end
    else:
        inside = time >= quiet.start or time < quiet.end
    return quiet.volume_percent if inside else 100


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

    def room(self, name: str, settings: RoomSettings) -> Room:
        """A room of the house with its microphone and speaker."""
        report = partial(self._device, name)
        speaker = Speaker(SoundCardOut(settings.speaker, report=report, waits=True))
        speaker.volume_percent = settings.volume_percent
        # The canceller has taken our own voice out, so the ear need not be warier while it plays.
        mic = EchoMic(SoundCardMic(settings.microphone, report=report, waits=True), speaker.reference)
        loudest = full if settings.quiet_hours is None else partial(loudest_now, settings.quiet_hours)
        return self._around(name, mic, speaker, wake=True, own_voice=lambda: False, loudest=loudest)

    def _device(self, room: str, error: AudioError | None) -> None:
        """A sound device was lost, or is back."""
        if error is not None:
            self._journal.failed(room, 0, error, "")

    def around_booth(self, name: str, booth: Booth, *, wake: bool) -> Room:
        """A room whose microphone is a recording."""
        speaker = Speaker(booth)
        return self._around(name, booth, speaker, wake=wake, own_voice=lambda: speaker.pending, loudest=full)

    def _around(
        self,
        name: str,
        mic: Mic,
        speaker: Speaker,
        *,
        wake: bool,
        own_voice: Callable[[], bool],
        loudest: Loudest,
    ) -> Room:
        kit = self._kit
        cascade = Cascade.load(kit.wake, engines.wake_engine) if wake and kit.wake else None
        vad = engines.vad_engine(kit.vad.engine, kit.vad.options)
        ear = Ear(mic, cascade, vad, kit.endpoint, own_voice=own_voice)
        manners = Manners(self._language, loudest, partial(self._quiet, name))
        mouth = Mouth(name, speaker, self._tts, kit.sounds, self._journal, manners)
        room = Room(name, ear, mouth, self._understanding, self._news)
        if (players := self._players) is not None:
            room.attention.on_change = lambda wanted: players.hold(name, "speech", on=wanted)
            room.bell.on_change = lambda rings: players.hold(name, "ring", on=rings)
        return room
