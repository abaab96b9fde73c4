"""The ear of a room whose microphone and speaker are a satellite's."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from assistant.devices.wyoming_satellite import WyomingSatellite
from assistant.hear.cascade import Cascade, Finding, Sensed, Verdict, WakeWord
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import Ear
from assistant.messages import EAR_RATE_HZ, EarEvent, SpeechEnded, WakeDismissed, WordSound
from assistant.pcm import SILENCE_DB
from assistant.ports import Mic, VadEngine

SILENT_LINK_S = 1.5
"""As `SILENT_MIC_S`, but sound that comes over the air stops for a moment and then comes all at once."""
UNHEARD = WordSound(SILENCE_DB, SILENCE_DB, 2 * EAR_RATE_HZ // 5)
"""Of a wake word nothing is known but that it was said; its models tell 0.2 to 0.6 s after its end."""


class ToldCascade(Cascade):
    """Wake words found here, as ever, or told by the satellite, which has then begun to stream."""

    def __init__(self, words: Sequence[WakeWord], satellite: WyomingSatellite) -> None:
        super().__init__(words)
        self._satellite = satellite

    def listen(self, pcm: bytes, end_sample: int) -> list[Finding]:
        """The next piece of the stream."""
        word, self._satellite.told_word = self._satellite.told_word, None
        if word is None:
            return super().listen(pcm, end_sample)
        began = end_sample - len(pcm) // 2
        return [Sensed(word, 1.0, began), Verdict(word, 1.0, True, began, UNHEARD)]


class TellingEar(Ear):
    """As any ear; and whoever gives its sound is told when an utterance is over."""

    over: Callable[[], Awaitable[None]]
    """Set by the ear's kind."""

    def __init__(
        self,
        mic: Mic,
        cascade: Cascade | None,
        vad: VadEngine,
        endpoint: EndpointSettings,
        *,
        own_voice: Callable[[], bool],
    ) -> None:
        super().__init__(mic, cascade, vad, endpoint, own_voice=own_voice, silent_mic_s=SILENT_LINK_S)

    @property
    def wakes_itself(self) -> bool:
        """Whoever gives its sound heard the wake word, and goes on giving until told."""
        return True

    async def events(self) -> AsyncGenerator[EarEvent, None]:
        """As any ear's."""
        async with aclosing(super().events()) as events:
            async for event in events:
                yield event
                if isinstance(event, SpeechEnded) or (isinstance(event, WakeDismissed) and self.wakes_itself):
                    await self.over()


class SatelliteEar(TellingEar):
    """The ear of a Wyoming satellite."""

    def __init__(
        self,
        satellite: WyomingSatellite,
        cascade: Cascade | None,
        vad: VadEngine,
        endpoint: EndpointSettings,
        *,
        own_voice: Callable[[], bool],
    ) -> None:
        told = ToldCascade(cascade.words if cascade else (), satellite)
        super().__init__(satellite, told, vad, endpoint, own_voice=own_voice)
        self._satellite = satellite
        self.over = satellite.utterance_over

    @property
    def wakes_itself(self) -> bool:
        """Some do; others stream always."""
        return self._satellite.wakes_itself

    @property
    def can_expect(self) -> bool:
        """One that wakes itself gives no sound without its wake word."""
        return not self.wakes_itself

    def expect_answer(self, wait_s: float = 6.0) -> None:
        """Where it can be heard."""
        if self.can_expect:
            super().expect_answer(wait_s)

    def listen_aside(self, wait_s: float) -> None:
        """As for `expect_answer`."""
        if self.can_expect:
            super().listen_aside(wait_s)
