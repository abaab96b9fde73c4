"""What a house does in the pauses of those who speak to it, and how long it waits for more."""

from dataclasses import dataclass

from assistant.think.endings import Ending

SOUNDS_OVER = 0.5
"""Smart Turn's own threshold."""


@dataclass(frozen=True, slots=True)
class PauseHabits:
    """What a house does in a pause. Silences in ms, from the last voice on."""

    speculate: bool = True
    """Answers are begun."""
    end_by_meaning: bool = True
    """The words say how much silence ends the utterance."""
    whole_ms: int = 200
    """After what nothing is likely to continue."""
    open_ms: int = 450
    """After a command that often goes on."""
    number_ms: int = 1200
    """After a command that ends in a number."""
    unfinished_ms: int = 2000
    """After half a sentence."""
    refused_ms: int = 1600
    """After what no ear vouches for: often half a sentence, and nothing would be done anyway. Not longer, or
    who says it all again, wake word included, is heard as going on."""
    sounds_over_ms: int = 300
    """Where the words don't tell: after what sounds as if its speaker were done …"""
    sounds_on_ms: int = 1600
    """… and after what does not."""
    patience: float = 1.0
    """Times the first two, and after what sounds over."""

    def silence_ms(self, ending: Ending, *, refused: bool) -> int | None:
        """The silence that ends the utterance; None: the usual one."""
        if refused:
            return self.refused_ms
        match ending:
            case Ending.WHOLE:
                return round(self.patience * self.whole_ms)
            case Ending.OPEN:
                return round(self.patience * self.open_ms)
            case Ending.NUMBER:
                return self.number_ms
            case Ending.UNFINISHED:
                return self.unfinished_ms
        return None

    def sounding_ms(self, over: float, *, refused: bool) -> int | None:
        """As `silence_ms`, where the words don't tell, by how likely it sounds to be over, 0 to 1.

        What no ear vouches for gets the usual silence at least: an ear may still make sense of more.
        """
        if over < SOUNDS_OVER:
            return self.refused_ms if refused else self.sounds_on_ms
        return None if refused else round(self.patience * self.sounds_over_ms)
