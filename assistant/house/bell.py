"""What rings in one room: rounds, and after each a gap in which a word counts without the wake word."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final

from assistant.hear.listen import Ear
from assistant.house.attention import Attention
from assistant.house.mouth import Mouth
from assistant.memory.clocks import Clocks, within
from assistant.memory.entries import Ring
from assistant.tasks import together

GAP_S: Final = 1.5
"""Between two rounds, so that "stop" is heard."""
ONSET_S: Final = 0.25
"""A voice that begins at the very end of the gap is known so much later."""
PATIENCE_S: Final = 30.0
"""So long a round waits for talk to end."""
LONGEST_S: Final = 60.0
"""And so long for its own end: a loudspeaker that is lost takes no sound."""


class Bell:
    """Rounds come one after another, whatever rings here: several take turns."""

    def __init__(self, ear: Ear, mouth: Mouth, attention: Attention) -> None:
        self._ear = ear
        self._mouth = mouth
        self._attention = attention
        self.on_change: Callable[[bool], None] = lambda rings: None
        """Told when something begins to ring here, and when nothing does any more."""
        self._rings: dict[int, Ring] = {}
        self._turn = asyncio.Lock()

    @property
    def rings(self) -> tuple[Ring, ...]:
        """What rings in this room."""
        return tuple(self._rings.values())

    @contextmanager
    def holding(self, ring: Ring) -> Iterator[None]:
        """Within the block it rings here."""
        self._rings[ring.id] = ring
        self.on_change(True)
        try:
            yield
        finally:
            self._rings.pop(ring.id, None)
            self.on_change(bool(self._rings))

    async def round(self, words: str, percent: int, clocks: Clocks, *, first: bool) -> None:
        """Ring, tell why, and listen. The first round breaks into a reply; later ones wait for its end."""
        async with self._turn:
            waits = self._attention.nobody_speaks() if first else self._attention.free()
            await within(waits, PATIENCE_S, clocks)
            self._ear.stop_expecting()  # an answer to an older question; the ring would be taken for it
            await within(self._mouth.ring(words, percent), LONGEST_S, clocks)
            await self._gap(clocks)

    async def _gap(self, clocks: Clocks) -> None:
        if self._attention.hearing is None:
            self._ear.listen_aside(GAP_S)
        await clocks.sleep(GAP_S + ONSET_S)


async def until_over(ring: Ring, work: Coroutine[Any, Any, None], limit_s: float, clocks: Clocks) -> None:
    """Do the work until it is done, the ring is over or the time is up; then at once silent."""
    async with together() as group:
        over = group.create_task(ring.over.wait())
        limit = group.create_task(clocks.sleep(limit_s))
        doing = group.create_task(work)
        await asyncio.wait((over, limit, doing), return_when=asyncio.FIRST_COMPLETED)
        for task in (over, limit, doing):
            task.cancel()
