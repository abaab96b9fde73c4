"""The ear of a room whose microphone and loudspeaker are an ESPHome device's."""

from collections.abc import Callable

from assistant.devices.esphome.satellite import EsphomeSatellite
from assistant.hear.cascade import Cascade, Finding, Sensed, Verdict
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import Ear
from assistant.house.satellite_ear import UNHEARD, TellingEar
from assistant.ports import VadEngine


class DeviceCascade(Cascade):
    """Wake words told by the device, which has then begun to stream; or found here, where it asks for it."""

    def __init__(self, words: Cascade | None, satellite: EsphomeSatellite) -> None:
        super().__init__(words.words if words is not None else ())
        self._talk = satellite.talk

    def listen(self, pcm: bytes, end_sample: int) -> list[Finding]:
        """The next piece of the stream."""
        word, self._talk.told_word = self._talk.told_word, None
        if word is not None:
            began = end_sample - len(pcm) // 2
            return [Sensed(word, 1.0, began), Verdict(word, 1.0, True, began, UNHEARD)]
        return super().listen(pcm, end_sample) if self._talk.streams_always else []


class EsphomeEar(TellingEar):
    """As any ear; and the device is told when to listen, when an utterance is over, and when to be deaf."""

    def __init__(
        self,
        satellite: EsphomeSatellite,
        words: Cascade | None,
        vad: VadEngine,
        endpoint: EndpointSettings,
        *,
        own_voice: Callable[[], bool],
    ) -> None:
        super().__init__(satellite, DeviceCascade(words, satellite), vad, endpoint, own_voice=own_voice)
        self._satellite = satellite
        self.over = satellite.utterance_over

    @property
    def wakes_itself(self) -> bool:
        """Some do; others stream always."""
        return not self._satellite.talk.streams_always

    @property
    def muted(self) -> bool:
        """As of any ear. A device that somebody muted there is never unmuted by the house."""
        return super().muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        if muted or self.muted:
            self._satellite.switches.set_muted(muted)
        Ear.muted.fset(self, muted)  # type: ignore[attr-defined]

    @property
    def can_expect(self) -> bool:
        """The device is just being answered, or can be made to listen."""
        run, known = self._satellite.talk.run, self._satellite.line.known
        return (run is not None and run.answers) or (known is not None and known.opens)

    def expect_answer(self, wait_s: float = 6.0) -> None:
        """As any ear's; the device opens its microphone after what it plays."""
        super().expect_answer(wait_s)
        if not self.muted:
            self._satellite.listen()

    def listen_aside(self, wait_s: float) -> None:
        """One that wakes itself gives no sound without its wake word; it has a word of its own to stop."""
        if self._satellite.talk.streams_always:
            super().listen_aside(wait_s)
