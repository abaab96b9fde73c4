"""The answer to a question that another room put."""

import asyncio

from assistant.hear.heard import Utterance
from assistant.messages import EAR_RATE_HZ, Sound


class Answered:
    """What comes back from a room: `text` where the words were clear, else the sound itself; or nothing."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.text = ""
        self.sound: Sound | None = None

    def hear(self, text: str, utterance: Utterance) -> None:
        """Somebody answered."""
        self.text = text
        self.sound = Sound(utterance.pcm, EAR_RATE_HZ)
        self.over.set()

    def nobody(self) -> None:
        """Nobody did."""
        self.over.set()
