"""A room around an ESPHome device: its volume is the device's, and the device is told what the road does."""

from collections.abc import Callable

from assistant.devices.esphome.run import Stage
from assistant.devices.esphome.satellite import EsphomeSatellite
from assistant.house.mouth import Mouth
from assistant.house.room import Room
from assistant.journal import Entry
from assistant.messages import (
    EndReason,
    Failed,
    Reply,
    Sound,
    SpeechEnded,
    SpeechStarted,
    Transcript,
    Woken,
    Yielded,
)
from assistant.speak.speaker import Priority, Speaker


class DeviceSpeaker(Speaker):
    """A loudspeaker whose volume is the device's, whoever sets it; what is sent is softened only below."""

    def __init__(self, satellite: EsphomeSatellite) -> None:
        super().__init__(satellite)
        self._switches = satellite.switches

    @property
    def volume_percent(self) -> int:
        """0 to 100, as the device tells it; of one that tells none, that of what is sent."""
        told = self._switches.volume_percent
        return super().volume_percent if told is None else told

    @volume_percent.setter
    def volume_percent(self, percent: int) -> None:
        if self._switches.volume_percent is None:
            Speaker.volume_percent.fset(self, percent)  # type: ignore[attr-defined]
        else:
            self._switches.set_volume(max(0, min(100, percent)))

    def ring_at(self, percent: int | None) -> None:
        """As any speaker's: at a device that is softer, what is sent is louder."""
        super().ring_at(None if percent is None else self._sent(percent))

    def limit(self, percent: int) -> None:
        """As any speaker's."""
        super().limit(self._sent(percent))

    def _sent(self, percent: int) -> int:
        told = self._switches.volume_percent
        return percent if not told else min(100, round(100 * percent / told))


class DeviceMouth(Mouth):
    """As any mouth, but for the tones that the device makes itself."""

    rings_there: Callable[[], bool] = staticmethod(lambda: False)
    """Whether the device itself rings what rings here."""

    chimes_there: Callable[[Sound], bool] = staticmethod(lambda sound: False)
    """Has the device play this sound before the next announcement; whether it will."""

    async def announce(
        self,
        words: str,
        priority: Priority = Priority.ANNOUNCEMENT,
        *,
        softly: bool = False,
        chime: bool = False,
        then: Sound | None = None,
    ) -> None:
        """As any mouth's; the device plays the chime while the words are made."""
        here = chime and not self.chimes_there(self._sounds.attention)
        await super().announce(words, priority, softly=softly, chime=here, then=then)

    async def listening(self) -> None:
        """The device shows that it listens."""

    async def dismissed(self) -> None:
        """And that it does not any more."""

    async def ring(self, words: str, percent: int) -> None:
        """As any mouth's, but where the device rings already."""
        if not self.rings_there():
            await super().ring(words, percent)


class DeviceGuide:
    """Tells the device what becomes of what it heard, and the room what is done at the device."""

    def __init__(self, satellite: EsphomeSatellite, room: Room) -> None:
        self._satellite, self._room = satellite, room
        playing = satellite.playing
        playing.pending = lambda: room.mouth.speaker.pending
        playing.busy = lambda: room.busy or room.mouth.preparing > 0
        playing.stopped = self.stopped

    def chime(self, sound: Sound) -> bool:
        """Have it played before the next announcement; not where the device is busy with something else."""
        device, run = self._satellite, self._satellite.talk.run
        known = device.line.known
        idle = device.playing.outlet is None and (run is None or run.stage is Stage.OVER)
        if not idle or known is None or not known.announces:
            return False
        device.outlets.preannounce = sound
        return True

    def stopped(self) -> None:
        """Somebody stopped at the device what it plays, or what it waits for."""
        for ring in self._room.bell.rings:
            ring.over.set()
        self._room.mouth.speaker.abort()
        for exchange in tuple(self._room.attention.answering):
            exchange.cancel()

    def follow(self, entry: Entry) -> None:
        """A reader of the journal."""
        run = self._satellite.talk.run
        if entry.room != self._room.name or run is None:
            return
        match entry.happening:
            case Woken():
                run.woken()
            case SpeechStarted():
                run.voice()
            case SpeechEnded(reason=EndReason.SILENCE | EndReason.TOO_LONG):
                run.heard()
            case Transcript(final=True, text=text) if run.answers:
                run.words(text)
            case Reply(text=text) if run.answers and entry.turn > 0:
                run.reply = f"{run.reply} {text}".strip()
            case Yielded():
                run.failed("duplicate_wake_up_detected", "another room answers")
            case Failed(error=error) if run.answers and entry.turn > 0:
                run.fault = error
