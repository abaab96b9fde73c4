"""The ear of a room whose microphone and speaker are a satellite of the house's own."""

import asyncio
from collections.abc import Callable

from assistant.devices.own_satellite import OwnSatellite
from assistant.hear.cascade import Cascade, Finding, Sensed, Verdict
from assistant.hear.endpoint import EndpointSettings
from assistant.house.satellite_ear import TellingEar
from assistant.ports import VadEngine

ASIDE_S = 4.5
"""A word for what rings, begun at the very end of the gap, is over by then."""


class OwnCascade(Cascade):
    """Wake words are found by the satellite alone."""

    def __init__(self, satellite: OwnSatellite) -> None:
        super().__init__(())
        self._satellite = satellite

    def listen(self, pcm: bytes, end_sample: int) -> list[Finding]:
        """The next piece of the stream; the first one after the word begins shortly before its end."""
        told, self._satellite.told = self._satellite.told, None
        if told is None:
            return []
        at = end_sample - len(pcm) // 2 + told.before
        verdict = Verdict(told.word, told.score, woken=True, end_sample=at, told=told.sound)
        return [Sensed(told.word, told.score, at), verdict]


class OwnEar(TellingEar):
    """As any ear; and the satellite is told when to give sound, and when an utterance is over."""

    def __init__(
        self,
        satellite: OwnSatellite,
        vad: VadEngine,
        endpoint: EndpointSettings,
        *,
        own_voice: Callable[[], bool],
    ) -> None:
        super().__init__(satellite, OwnCascade(satellite), vad, endpoint, own_voice=own_voice)
        self._satellite = satellite
        self.over = self._utterance_over

    async def _utterance_over(self) -> None:
        """A house of 50 rooms does not keep the last seconds of each: they begin anew with every stream."""
        self._requests.append(self._hearing.forget)
        await self._satellite.utterance_over()

    def expect_answer(self, wait_s: float = 6.0) -> None:
        """As any ear's."""
        super().expect_answer(wait_s)
        self._listen(wait_s + ASIDE_S)

    def listen_aside(self, wait_s: float) -> None:
        """As any ear's."""
        super().listen_aside(wait_s)
        self._listen(wait_s + ASIDE_S)

    def _listen(self, wait_s: float) -> None:
        if not self.muted:
            asyncio.get_running_loop().call_soon(self._satellite.listen, wait_s)
