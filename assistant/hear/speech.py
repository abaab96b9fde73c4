"""What is said to one ear: to the house, and aside of it while something rings."""

from assistant.hear.addressed import Addressed
from assistant.hear.aside import Aside
from assistant.hear.endpoint import EndpointSettings
from assistant.messages import EarEvent, EndReason
from assistant.ports import VadEngine


class Speech:
    """The two take turns: while one has begun, the other is not waited for."""

    def __init__(self, vad: VadEngine, settings: EndpointSettings, *, at_any_time: bool) -> None:
        """`at_any_time`: no wake word is needed, so that nothing is aside."""
        self.addressed = Addressed(vad, settings, at_any_time=at_any_time)
        self.aside = Aside(vad, settings)
        self._at_any_time = at_any_time

    @property
    def busy(self) -> bool:
        """An utterance has begun, or an answer is waited for."""
        return self.addressed.busy or self.aside.started

    @property
    def awaited(self) -> bool:
        """The next sound is to be read for more than a wake word."""
        return self.addressed.awaited or self.addressed.listens or self.aside.awaited

    def expect(self, wait_ms: int) -> None:
        """The next voice within `wait_ms` of sound needs no wake word. Not within an utterance."""
        self.stop_expecting()
        if not self.aside.started:
            self.addressed.expect(wait_ms)

    def listen_aside(self, wait_ms: int) -> None:
        """A voice within `wait_ms` of sound is an utterance beside the wait for the wake word."""
        self.stop_expecting()
        if not (self._at_any_time or self.addressed.listens or self.aside.started):
            self.aside.expect(wait_ms)

    def stop_expecting(self) -> None:
        """Don't wait any more for a voice that has not begun; no event tells of it."""
        self.aside.stop_expecting()
        self.addressed.stop_expecting()

    def end_after(self, silence_ms: int, pause: int) -> None:
        """End the running utterance once this pause has lasted so long; void when it has gone on since."""
        self.addressed.end_after(silence_ms, pause)
        self.aside.end_after(silence_ms, pause)

    def open(self, start: int) -> None:
        """Read the sound from `start` on for an utterance that needs no wake word."""
        self.aside.forget()
        self.addressed.open(start)

    def open_after(self, wake_end: int, start: int, sound: bytes) -> list[EarEvent]:
        """A wake word ended at `wake_end`; `sound`: all from `start` to now."""
        self.aside.forget()
        return self.addressed.open_after(wake_end, start, sound)

    def close(self, reason: EndReason) -> list[EarEvent]:
        """End what has begun, and wait for nothing."""
        return self.addressed.close(reason) + self.aside.close(reason)

    def restart(self) -> None:
        """The sound before is lost: nothing has begun, but what was waited for may still come."""
        self.addressed.restart()
        self.aside.restart()
