"""What is said in a bench: house commands, questions with their answers, sentences with a pause."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.messages import EAR_RATE_HZ
from assistant.scripted import words

WAKE = "hey jarvis"
SYLLABLE_S = 0.2
"""A scripted word is quicker than a person; so much a syllable is how people speak to a house."""
_DRAWN_OUT = 3_000
"""Voice, but no part of a word."""
Kind = Literal["command", "reading", "question", "pause"]


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance."""

    kind: Kind
    """`command` changes something and is told by what was read back; `reading` only asks the house;
    `question` is the language model's; `pause` is a command with a pause in the middle."""
    parts: tuple[str | float, ...]
    """Words, and the seconds of silence between them."""
    reply: str = ""
    """What the language model answers."""

    @property
    def words(self) -> str:
        """All of it without the pauses."""
        return " ".join(part for part in self.parts if isinstance(part, str))


def drawn_out(text: str) -> bytes:
    """Scripted words at the pace of a person: each is led in by a sound that says nothing."""
    sound = b""
    for word in text.split():
        said = words(word)
        syllables = max(1, len(re.findall(r"[aeiouy]+", word.lower())))
        left = round(syllables * SYLLABLE_S * EAR_RATE_HZ) - len(said) // 2
        sound += np.full(max(0, left), _DRAWN_OUT, "<i2").tobytes() + said
    return sound


def _commands(*texts: str) -> tuple[Said, ...]:
    return tuple(Said("command", (text,)) for text in texts)


COMMANDS = (
    *_commands(
        "turn on the kitchen light",
        "turn off the bedroom lamp",
        "turn on the fan",
        "set the office light to 40 percent",
        "turn off the kitchen light",
        "close the living room blinds",
        "turn off the fan",
        "turn on the bedroom lamp",
        "turn on the coffee machine",
        "turn off the heater",
    ),
    Said("reading", ("what time is it",)),
    Said("reading", ("is the kitchen light on",)),
    Said("command", ("set a timer for ten minutes",)),
    Said("command", ("add milk to the shopping list",)),
)
QUESTIONS = tuple(
    Said("question", (asked,), reply)
    for asked, reply in (
        ("why is the sky blue", "Air scatters blue light more than red, so blue comes from all sides."),
        ("tell me something about owls", "Owls fly almost without a sound. Their feathers have soft edges."),
        ("how do I get wine out of a tablecloth", "Put salt on it at once, then rinse it with cold water."),
        ("who wrote the magic flute", "Mozart wrote it in the last year of his life."),
        ("what could we play on a rainy day", "How about charades? You need nothing but your hands."),
        ("why do cats purr", "Mostly because they are content, but some purr when they hurt too."),
        ("what goes well with salmon", "Dill, lemon and new potatoes go well with salmon."),
        (
            "how far away is the moon",
            "It is about 384 thousand kilometres away, a little more than a second for light.",
        ),
    )
)
PAUSES_S = (0.25, 0.4, 0.6, 0.9, 1.2)
_BROKEN = (
    ("set a timer for", "ten minutes"),
    ("turn on the", "kitchen light"),
    ("add milk and", "eggs to the shopping list"),
    ("set the office light to", "30 percent"),
    ("turn off the fan in", "five minutes"),
    ("turn on the kitchen light", "and the bedroom lamp"),
    ("remind me to call mum", "at six o'clock"),
    ("turn off the", "bedroom lamp"),
)


def pauses(seconds: Sequence[float] = PAUSES_S) -> tuple[Said, ...]:
    """Every broken sentence with every pause."""
    return tuple(Said("pause", (first, pause, then)) for pause in seconds for first, then in _BROKEN)
