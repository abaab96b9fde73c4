"""What several ears have read of an utterance so far → what it comes to at a pause, and at the end."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.errors import EngineError
from assistant.hear.heard import Utterance
from assistant.messages import Transcript

OnResult = Callable[[Transcript], None]


def same_letters(one: str, other: str) -> bool:
    """Whether two texts are the same but for capitals, signs and spaces."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


class Panel:
    """What the ears have read at the present pause; an ear that failed has no say."""

    def __init__(
        self, ears: int, utterance: Utterance, on_pause: OnResult, agree: Callable[[str, str], bool]
    ) -> None:
        self._agree = agree
        self._hears = [""] * ears
        self._read: list[Transcript | EngineError | None] = [None] * ears
        self._utterance = utterance
        self._on_pause = on_pause
        self._told = 0

    def hear(self, ear: int, result: Transcript | EngineError) -> None:
        """Word from an ear."""
        if isinstance(result, Transcript) and not result.at_pause:
            self._hears[ear] = result.text
        else:
            self._read[ear] = result
        pause = self._utterance.pauses
        if not self._utterance.pausing or self._told == pause:
            return
        if (best := self._best(pause) or self._agreed()) is not None:
            best = replace(best, at_pause=pause)
            self._told = pause
            self._utterance.unread = False
            self._on_pause(best)

    @property
    def certain(self) -> Sequence[Transcript]:
        """The ears' last words, up to the one that accepted, where all were firm at the pause that became the
        end, or agree; else none."""
        if firm := self._firm():
            return firm
        agreed = self._agreed() if self._utterance.ended.is_set() and self._utterance.pausing else None
        return () if agreed is None else (replace(agreed, final=True, at_pause=0, firm=False),)

    def _firm(self) -> Sequence[Transcript]:
        utterance, last = self._utterance, list[Transcript]()
        if not (utterance.ended.is_set() and utterance.pausing):
            return ()
        for read in self._read:
            if isinstance(read, EngineError):
                continue
            if read is None or read.at_pause != utterance.pauses or not read.firm:
                return ()
            last.append(replace(read, final=True, at_pause=0, firm=False))
            if read.refused is None:
                return last
        return ()

    def _agreed(self) -> Transcript | None:
        """What the first ear hears and has not judged yet, where the next one is firm about the same."""
        if len(self._read) < 2 or isinstance(self._read[0], EngineError):
            return None
        judged, other = (self._now(read) for read in self._read[:2])
        if other is None or other.refused is not None or other.ask or not other.firm:
            return None
        if (judged is not None and judged.firm) or not self._agree(self._hears[0], other.text):
            return None
        return replace(other, text=self._hears[0]) if self._utterance.whole else None

    def _now(self, read: Transcript | EngineError | None) -> Transcript | None:
        """What an ear made of the present silence."""
        if not isinstance(read, Transcript) or read.at_pause < self._utterance.silent_since:
            return None
        return read

    def _best(self, pause: int) -> Transcript | None:
        """None: it still hangs on an ear that is reading."""
        refused: Transcript | None = None
        for read in self._read:
            if isinstance(read, EngineError):
                continue
            if read is None or read.at_pause != pause:
                return None
            if read.refused is None:
                return read
            refused = worthier(refused, read)
        return refused


def worthier(refused: Transcript | None, later: Transcript) -> Transcript:
    """The narrow ear's doubt ("Did you say …?") is worth more than the wide ear's refusal."""
    return later if refused is None or (later.ask and not refused.ask) else refused
