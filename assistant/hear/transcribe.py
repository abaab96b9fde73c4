"""SpeechChunk stream → Transcript: the narrow ear answers what it is sure of, the wide ear the rest."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TypeAlias

from assistant.errors import EngineError
from assistant.hear.heard import Utterance
from assistant.hear.panel import OnResult, Panel, same_letters, worthier
from assistant.messages import Transcript
from assistant.ports import Stt
from assistant.tasks import together

_Heed: TypeAlias = "Callable[[Transcript | EngineError], None]"


def to_nobody(transcript: Transcript) -> None:
    """Nobody wants to know."""


class Transcribe:
    """The ears of the house, in order; `ears[0]` is the narrow one. `agree`: two texts say the same."""

    def __init__(self, ears: Sequence[Stt], agree: Callable[[str, str], bool] = same_letters) -> None:
        self._ears = tuple(ears)
        self._agree = agree

    async def __call__(
        self, utterance: Utterance, on_result: OnResult, on_pause: OnResult = to_nobody
    ) -> Transcript:
        """The first accepted transcript in the order of the ears, else the first doubt, else a refusal.

        The ears read along while the utterance grows. Each final result that was waited for is handed to
        `on_result`. At every pause `on_pause` gets what comes out if nothing more is said, unless speech goes
        on before the ears have read it. What a later ear accepts counts at once where an earlier one that is
        still weighing it hears the same, and the last word was heard to its end. One ear's failure is the
        next one's turn; if all fail, the first failure is raised. What was accepted at the pause that became
        the end is the last word: nobody waits for an ear to come to the end of a silence.
        """
        panel = Panel(len(self._ears), utterance, on_pause, self._agree)
        async with together() as group:
            tasks = [
                group.create_task(_final(ear, utterance, partial(panel.hear, at)))
                for at, ear in enumerate(self._ears)
            ]
            over = group.create_task(utterance.ended.wait())
            try:
                await asyncio.wait({over, *tasks[:1]}, return_when=asyncio.FIRST_COMPLETED)
                if certain := panel.certain:
                    for read in certain:
                        on_result(read)
                    return certain[-1]
                return await _choose(tasks, on_result)
            finally:
                over.cancel()
                utterance.unread = False
                for task in tasks:
                    task.cancel()


async def _choose(tasks: Sequence[asyncio.Task[Transcript | EngineError]], on_result: OnResult) -> Transcript:
    refused: Transcript | None = None
    failed: EngineError | None = None
    for task in tasks:
        result = await task
        if isinstance(result, EngineError):
            failed = failed or result
            continue
        on_result(result)
        if result.refused is None:
            return result
        refused = worthier(refused, result)
    if refused is not None:
        return refused
    raise failed or EngineError("no speech-to-text engine is configured")


async def _final(ear: Stt, utterance: Utterance, heed: _Heed) -> Transcript | EngineError:
    """The ear's last word. An ear that died is asked once more: nothing has been done yet."""
    try:
        return await _last(ear, utterance, heed)
    except EngineError as error:
        failure = error
    if failure.retryable:
        try:
            return await _last(ear, utterance, heed)
        except EngineError as error:
            failure = error
    heed(failure)
    return failure


async def _last(ear: Stt, utterance: Utterance, heed: _Heed) -> Transcript:
    final: Transcript | None = None
    async with aclosing(ear.transcribe(utterance.chunks())) as transcripts:
        async for transcript in transcripts:
            final = transcript
            if not transcript.final:
                heed(transcript)
    if final is None or not final.final:
        raise EngineError(f"{ear.name} ended without a final transcript")
    return final
