"""Speech → whether a reading of it has just become useless."""

from collections.abc import Callable, Iterator

from assistant.messages import SpeechChunk
from assistant.ports import Cancelled, Overtakable


def gives_up(speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Callable[[], bool]:
    """Whether to stop reading what was said up to a pause: nobody wants it, or speech has gone on."""
    overtaken = speech.overtaken if isinstance(speech, Overtakable) else never
    return lambda: cancelled() or overtaken()


def never() -> bool:
    """It is always of use."""
    return False
