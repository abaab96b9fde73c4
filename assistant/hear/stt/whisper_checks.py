"""May Whisper's words be believed? Pure functions on one decoding.

Thresholds on probability and compression are Whisper's own (-1.0 and 2.4); speech runs at 10 to 20 characters
a second.
"""

import re
import zlib
from dataclasses import dataclass

LEAST_LOG_PROBABILITY = -1.0
SURE_LOG_PROBABILITY = -0.7
MOST_COMPRESSION = 2.4
MOST_CHARACTERS_A_S = 25.0
SPARE_CHARACTERS = 12
MOST_REPEATS = 3
MOST_WORD_REPEATS = 5
"""A single word may come more often: "zero zero zero zero"."""

NEVER_SAID = (
    "thanks for watching",
    "thank you for watching",
    "thank you so much for watching",
    "please subscribe",
    "like and subscribe",
    "subscribe to my channel",
    "see you in the next video",
    "subtitles by",
    "subtitled by",
    "captions by",
    "transcription by",
    "transcribed by",
    "amara org",
    "castingwords",
    "copyright",
)
"""Credits that Whisper learnt from films and writes into silence; nobody says them to a house."""
PERHAPS_SAID = frozenset(
    {
        "you",
        "thank you",
        "thanks",
        "bye",
        "bye bye",
        "okay",
        "ok",
        "so",
        "yeah",
        "oh",
        "i",
        "the",
        "hmm",
        "mm",
    }
)
"""What it writes into noise, but people say too: believed only when clear."""
CLEAR_LOG_PROBABILITY = -0.5
MOST_NO_SPEECH = 0.6
DOUBTFUL_NO_SPEECH = 0.2


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came out of one window."""

    text: str
    log_probability: float
    """Mean over the tokens."""
    no_speech: float
    """Probability that the window holds no speech, 0 to 1."""
    cut_off: bool
    """The decoder was still writing when it was stopped."""


def doubt(decoded: Decoded, voiced_s: float) -> str | None:
    """Why the words cannot be what was said, or None."""
    text = decoded.text
    raw = text.encode()
    if decoded.cut_off or _repeats(text):
        return "the words repeat without end"
    if raw and len(raw) / len(zlib.compress(raw)) > MOST_COMPRESSION:
        return "the words repeat"
    if len(text) > SPARE_CHARACTERS + MOST_CHARACTERS_A_S * voiced_s:
        return "more words than the sound has room for"
    if decoded.log_probability < LEAST_LOG_PROBABILITY:
        return "too unsure of the words"
    return None


def made_up(decoded: Decoded) -> bool:
    """Words written into silence or noise."""
    said = plain(decoded.text)
    if not said:
        return True
    if decoded.no_speech > MOST_NO_SPEECH and decoded.log_probability < CLEAR_LOG_PROBABILITY:
        return True
    if any(phrase in said for phrase in NEVER_SAID):
        return True
    unclear = decoded.no_speech > DOUBTFUL_NO_SPEECH or decoded.log_probability < CLEAR_LOG_PROBABILITY
    return said in PERHAPS_SAID and unclear


def plain(text: str) -> str:
    """Lower-case words with single spaces; what stands in brackets or between notes is no speech."""
    text = re.sub(r"\[[^\]]*\]|\([^)]*\)|♪[^♪]*♪?", " ", text)
    return " ".join(re.findall(r"[\w']+", text.lower()))


def without_wake(text: str, phrases: tuple[str, ...]) -> str:
    """The words after the wake phrase, or after its last word where only that was caught."""
    for phrase in phrases:
        words = [re.escape(word) for word in phrase.lower().split()]
        if not words:
            continue
        head = r"[\s,.!?-]*".join(words)
        found = re.match(rf"\W*(?:{head}|{words[-1]})(?:[\s,.!?…-]+|$)", text, re.IGNORECASE)
        if found:
            rest = text[found.end() :]
            return rest[:1].upper() + rest[1:]
    return text


def _repeats(text: str) -> bool:
    """The same words over and over in a row."""
    words = plain(text).split()
    for size in range(1, 5):
        run = 0
        most = MOST_REPEATS if size > 1 else MOST_WORD_REPEATS
        for at in range(size, len(words)):
            run = run + 1 if words[at] == words[at - size] else 0
            if run >= size * most:
                return True
    return False
