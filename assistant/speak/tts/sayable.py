"""What a TTS engine may be given, whatever the text."""

import re
from collections.abc import Iterator

LONGEST_TEXT = 4_000
"""Characters: about five minutes of speech."""

_PAUSE = re.compile(r"[.!?…,;:](?=\s)")


def sayable(text: str) -> str:
    """Without control characters and phoneme brackets, cut at 4,000 characters; empty: nothing to say."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST_TEXT])
    # espeak-ng and Piper read what is in doubled brackets as phonemes.
    plain = shown.replace("[[", "[").replace("]]", "]").strip()
    return plain if any(sign.isalnum() for sign in plain) else ""


def breaths(text: str, longest: int) -> Iterator[str]:
    """Pieces of at most `longest` characters, cut at the last pause that fits, else at a space."""
    rest = text
    while len(rest) > longest:
        head = rest[: longest + 1]
        pauses = [found.end() for found in _PAUSE.finditer(head)]
        cut = pauses[-1] if pauses else max(head.rfind(" "), 0) or longest
        yield rest[:cut]
        rest = rest[cut:].lstrip()
    if rest:
        yield rest
