"""One call as the engine's process sees it."""

import queue
from collections.abc import Callable

from assistant.house.wire import Frame, Kind
from assistant.messages import SpeechChunk
from assistant.ports import Overtakable


class ServedCall:
    """Its input, and whether it is still wanted."""

    def __init__(self, frame: Frame, send: Callable[[Frame], None]) -> None:
        self.id = frame.call
        self.frame = frame
        self.cancelled = False
        self._send = send
        # Bounded by the sender: at most 1 MiB of sound is on its way unacknowledged (hosted.py).
        self._input: queue.SimpleQueue[SpeechChunk | None] = queue.SimpleQueue()
        # Each is counted up by one thread only.
        self._voiced_fed = self._voiced_taken = 0

    def feed(self, chunk: SpeechChunk | None) -> None:
        """More sound, or None: no more will come."""
        self._voiced_fed += chunk is not None and chunk.voiced
        self._input.put(chunk)

    def cancel(self) -> None:
        """Nobody wants the answer any more; a waiting engine wakes up to an ended input."""
        self.cancelled = True
        self._input.put(None)

    def speech(self) -> "ServedSpeech":
        """The utterance as it arrives."""
        return ServedSpeech(self)

    def take(self) -> SpeechChunk | None:
        """The next chunk, acknowledged; waits for it. None: there are no more, or nobody wants them."""
        chunk = self._input.get()
        if chunk is None or self.cancelled:
            return None
        self._voiced_taken += chunk.voiced
        self._send(Frame(Kind.PROGRESS, self.id))
        return chunk

    @property
    def overtaken(self) -> bool:
        """Voice waits to be taken."""
        return self._voiced_fed > self._voiced_taken


class ServedSpeech:
    """What an STT engine reads; it can look whether speech has gone on meanwhile."""

    def __init__(self, call: ServedCall) -> None:
        self._call = call

    def __iter__(self) -> "ServedSpeech":
        return self

    def __next__(self) -> SpeechChunk:
        chunk = self._call.take()
        if chunk is None:
            raise StopIteration
        return chunk

    def overtaken(self) -> bool:
        """Voice waits to be taken."""
        return self._call.overtaken


_fits: type[Overtakable] = ServedSpeech
