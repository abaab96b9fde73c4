"""One call on one worker: its input goes in, its items come out, within its deadlines."""

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from assistant.errors import AssistantError, EngineError, EngineGone, EngineTimeout, WireError
from assistant.house.codec import Message, message_frame, read_error, read_message
from assistant.house.supervisor import CallHash
from assistant.house.wire import Frame, Kind
from assistant.house.worker import Worker
from assistant.messages import SpeechChunk

_SUSPECTS = 32
_WINDOW_BYTES = 1024 * 1024
"""Sound on its way that the engine has not taken; full: the speaker's side waits."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each silence of an engine may last, in seconds. Calibrated per engine and box by the house."""

    load_s: float = 60.0
    """From start to ready; also for a change of configuration."""
    first_s: float = 10.0
    """To the first item, while the engine has something to do."""
    between_s: float = 10.0
    """Between items after that."""
    alive_s: float = 5.0
    """Between signs of life of the process, which says so every second of a call."""
    cancel_s: float = 2.0
    """To the end of a cancelled call, and of a process asked to stop."""
    ready_s: float = 5.0
    """How long a call waits for a worker that is being restarted."""


class RunningCall:
    """A call from its first frame to its last."""

    def __init__(
        self, worker: Worker, id_: int, deadlines: Deadlines, hash_: CallHash, banned: Callable[[bytes], bool]
    ) -> None:
        self._wire = worker.wire
        self._id = id_
        self._deadlines = deadlines
        self._hash = hash_
        self._banned = banned
        self._taken = b""
        self.ended = False
        """The engine's last frame of this call is here."""
        self._loop = asyncio.get_running_loop()
        self._sent: deque[tuple[int, bytes]] = deque()
        self._window = asyncio.Event()
        self._feeder: asyncio.Task[None] | None = None
        self._feeding = False
        self._trouble: BaseException | None = None
        self._moved_at = self._loop.time()
        self._answering = False

    def begin(self, method: str, params: bytes, audio: AsyncIterator[SpeechChunk] | None) -> None:
        """Send the call; its sound follows as it comes."""
        self._wire.send(Frame(Kind.CALL, self._id, {"method": method}, params))
        if audio is None:
            self._taken = self._hash.digest()
        else:
            self._feeding = True
            self._feeder = asyncio.create_task(self._feed(audio))
            self._feeder.add_done_callback(self._fed)

    # ── sound in ─────────────────────────────────────────────────────────────────────────────────

    async def _feed(self, audio: AsyncIterator[SpeechChunk]) -> None:
        async for chunk in audio:
            self._hash.add(chunk.pcm)
            digest = self._hash.digest()
            if self._banned(digest):
                raise EngineError("this sound has ended the engine twice and is not tried again")
            while sum(size for size, _ in self._sent) > _WINDOW_BYTES:
                self._window.clear()
                await self._window.wait()
            if not self._sent:
                self._moved_at = self._loop.time()
            self._sent.append((len(chunk.pcm), digest))
            self._wire.send(message_frame(Kind.INPUT, self._id, chunk))
        self._wire.send(Frame(Kind.END, self._id))

    def _fed(self, feeder: asyncio.Task[None]) -> None:
        self._feeding = False
        self._moved_at = self._loop.time()
        if not feeder.cancelled():
            self._trouble = feeder.exception()
        self._wire.poke()

    def _acknowledged(self) -> None:
        if not self._sent:
            raise WireError("sound was acknowledged that was never sent")
        _, self._taken = self._sent.popleft()
        self._window.set()

    # ── items out ────────────────────────────────────────────────────────────────────────────────

    async def next(self) -> Message | None:
        """The next item, or None at the end. EngineError, EngineTimeout or EngineGone when there is none."""
        waiting_since = self._loop.time()
        while True:
            if self._trouble is not None:
                raise self._trouble
            frame = self._wire.take()
            if frame is None:
                await self._news(waiting_since)
                continue
            try:
                item = self._take(frame)
            except WireError as error:
                self._wire.close()
                raise EngineGone(f"the engine wrote garbage ({error})") from error
            if item is not None or self.ended:
                return item

    async def _news(self, waiting_since: float) -> None:
        frozen_at = max(self._wire.heard_at, waiting_since) + self._deadlines.alive_s
        limit_s = self._deadlines.between_s if self._answering else self._deadlines.first_s
        owing = not self._feeding or bool(self._sent)
        stuck_at = max(self._moved_at, waiting_since) + limit_s if owing else frozen_at
        try:
            await self._wire.news(min(frozen_at, stuck_at))
        except TimeoutError:
            now = self._loop.time()
            if now >= max(self._wire.heard_at, waiting_since) + self._deadlines.alive_s:
                raise EngineTimeout(
                    f"the engine's process gave no sign of life for {self._deadlines.alive_s:g} s"
                ) from None
            if owing and now >= max(self._moved_at, waiting_since) + limit_s:
                raise EngineTimeout(f"the engine made no progress for {limit_s:g} s") from None

    def _take(self, frame: Frame) -> Message | None:
        """An item, or None for what only keeps the call going; `ended` is set by the last frame."""
        if frame.call != self._id:
            if frame.call > self._id:
                raise WireError("a frame for a call never made")
            return None  # a sign of life, or late news of a cancelled call
        self._moved_at = self._loop.time()
        match frame.kind:
            case Kind.ITEM:
                self._answering = True
                return read_message(frame.value, frame.body)
            case Kind.PROGRESS:
                self._acknowledged()
            case Kind.END | Kind.READY:
                self.ended = True
            case Kind.ERROR:
                raise self._failed(frame)
            case _:
                raise WireError(f"{frame.kind} does not come from an engine")
        return None

    def _failed(self, frame: Frame) -> AssistantError:
        error, fatal = read_error(frame.value)
        if fatal:
            return EngineGone(str(error))
        self.ended = True
        return error

    def suspects(self) -> tuple[bytes, ...]:
        """What may have killed the engine: the call with the sound it took, and with a little more of it.

        The last acknowledgements of a dying process can be lost, so it may have taken more than is known.
        """
        unsure = itertools.islice(self._sent, _SUSPECTS - 1)
        return tuple(digest for digest in (self._taken, *(digest for _, digest in unsure)) if digest)

    # ── the end ──────────────────────────────────────────────────────────────────────────────────

    def stop(self) -> None:
        """Nobody listens any more: no more sound goes in, and the engine is told."""
        if self._feeder is not None:
            self._feeder.cancel()
        if not self.ended:
            self._wire.send(Frame(Kind.CANCEL, self._id))

    async def settled(self) -> bool:
        """Drop what still comes after `stop`; False when the engine did not end the call in time."""
        until = self._loop.time() + self._deadlines.cancel_s
        while not self.ended:
            try:
                frame = self._wire.take()
                if frame is None:
                    await self._wire.news(until)
                elif frame.call == self._id and frame.kind in (Kind.END, Kind.ERROR):
                    self.ended = True
                elif self._loop.time() > until:
                    return False
            except (TimeoutError, EngineGone):
                return False
        return True
