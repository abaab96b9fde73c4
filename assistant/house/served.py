"""One call as the engine's process sees it."""

import queue
from collections.abc import Callable, Iterator

from assistant.house.wire import Frame, Kind
from assistant.messages import SpeechChunk


class ServedCall:
    """Its input, and whether it is still wanted."""

    def __init__(self, frame: Frame, send: Callable[[Frame], None]) -> None:
        self.id = frame.call
        self.frame = frame
        self.cancelled = False
        self._send = send
        # Bounded by the sender: at most 1 MiB of sound is on its way unacknowledged (hosted.py).
        self._input: queue.SimpleQueue[SpeechChunk | None] = queue.SimpleQueue()

    def feed(self, chunk: SpeechChunk | None) -> None:
        """More sound, or None: no more will come."""
        self._input.put(chunk)

    def cancel(self) -> None:
        """Nobody wants the answer any more; a waiting engine wakes up to an ended input."""
        self.cancelled = True
        self._input.put(None)

    def speech(self) -> Iterator[SpeechChunk]:
        """The utterance as it arrives. Each chunk taken is acknowledged."""
        while (chunk := self._input.get()) is not None and not self.cancelled:
            self._send(Frame(Kind.PROGRESS, self.id))
            yield chunk
