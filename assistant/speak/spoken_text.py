"""Text → words a voice can say."""

import re

from assistant.speak.english import english_words
from assistant.speak.markup import plain

LONGEST_READ = 4_000
"""Characters looked at: a text is never read in full that will not be spoken."""
LONGEST_SPOKEN = 1_000
"""Characters said: about a minute and a quarter."""
MOST_PASSES = 5
"""What one pass leaves can complete a pattern of the next ("5e.g." → "five e.g."); two are the rule."""

_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?)])")
_EMPTY_BRACKETS = re.compile(r"\(\s*[.,;:]*\s*\)")
_REPEATED = re.compile(r"([.,;:!?-])(?:\s*\1)+")
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")


def spoken_text(text: str, language: str = "en") -> str:
    """What is said aloud of `text`: one line, at most 1,000 characters, cut at the end of a sentence.

    Markdown, HTML, code blocks, emoji and control characters are gone in every language. In English, numbers,
    times, dates, units, money and signs are words; other languages keep their digits, which espeak-ng and
    Piper read themselves. Never raises; applied to its own result it changes nothing.
    """
    words = text[:LONGEST_READ]
    for _ in range(MOST_PASSES):
        before, words = words, _words(words, language)
        if words == before:
            break
    return words


def _words(text: str, language: str) -> str:
    words = plain(text)
    if language.partition("-")[0] == "en":
        words = english_words(words)
    return _shortened(_tidy(words))


def _tidy(text: str) -> str:
    text = _EMPTY_BRACKETS.sub(" ", " ".join(text.split()))
    text = _SPACE_BEFORE.sub("", text)
    text = _REPEATED.sub(r"\1", text)
    return " ".join(text.split()).strip(" ,;:-")


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_SPOKEN:
        return text
    head = text[: LONGEST_SPOKEN + 1]
    ends = [found.end() for found in _SENTENCE_END.finditer(head) if found.end() <= LONGEST_SPOKEN]
    cut = ends[-1] if ends else max(head.rfind(" "), 0) or LONGEST_SPOKEN
    return head[:cut].strip()
