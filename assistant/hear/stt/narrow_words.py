"""How words sound: the dictionary, the grammar's own pronunciations, and rules for words that have neither.

The rules are a short reading of English spelling (longest match first, in the phones of the CMU dictionary);
they are right about most plain nouns and only a last resort: a house may give its own pronunciations.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.spoken_words import spoken_words

Pronunciations = Mapping[str, list[str]]

_SPELLING = {
    "tion": "SH AH N", "sion": "ZH AH N", "ture": "CH ER", "ough": "AO", "augh": "AO", "eigh": "EY",
    "igh": "AY", "tch": "CH", "dge": "JH", "sch": "S K", "eau": "OW", "oor": "AO R", "ear": "IH R",
    "air": "EH R", "are": "EH R",
    "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "wh": "W", "ck": "K", "ng": "NG", "qu": "K W", "gh": "G",
    "kn": "N", "wr": "R", "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW", "ow": "OW", "oa": "OW", "oi": "OY",
    "oy": "OY", "ai": "EY", "ay": "EY", "au": "AO", "aw": "AO", "ie": "IY", "ei": "EY", "ey": "IY",
    "ue": "UW", "ui": "UW", "ew": "UW", "ar": "AA R", "or": "AO R", "er": "ER", "ir": "ER", "ur": "ER",
    "ce": "S EH", "ci": "S IH", "cy": "S IY", "ge": "JH EH", "gi": "JH IH",
    "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH",
    "k": "K", "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T",
    "u": "AH", "v": "V", "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
_LONG = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW"}
_PIECE = re.compile("|".join(sorted(_SPELLING, key=len, reverse=True)))
_MAGIC_E = re.compile(r"([aeiou])([bcdfgklmnpstvz])e$")

_ALSO = {
    "it": ("EH D", "IH D"),
    "turn": ("T AA R N", "T EH R IH N"),
    "television": ("T IY V IY",),
    "blue": ("B L OW Y UW",),
}
"""Said so by many (a tap at the end of "what time is it", a Scottish "turn", "TV"), not in the dictionary:
without them these words lose against rivals by 80 to 120, more than many a wrong word does."""


def dictionary(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Word → its pronunciations, from a dictionary file in the CMU format."""
    return spoken_words(path)


def dictionary_text(words: Mapping[str, Sequence[str]]) -> str:
    """Words with their pronunciations, as a dictionary file in that format."""
    lines = [
        f"{word}({number + 1}) {phones}" if number else f"{word} {phones}"
        for word, found in sorted(words.items())
        for number, phones in enumerate(found)
    ]
    return "\n".join(lines) + "\n"


def spelled(word: str) -> str:
    """A guess at how an unknown word sounds, in phones; empty for a word without letters."""
    text = re.sub(r"[^a-z]", "", word.lower())
    tail = ""
    if found := _MAGIC_E.search(text):
        ending = {"c": "S", "g": "JH"}.get(found[2], _SPELLING[found[2]])
        text, tail = text[: found.start()], f"{_LONG[found[1]]} {ending}"
    text = re.sub(r"([bcdfgklmnprstvz])\1", r"\1", text)
    phones = [_SPELLING[piece] for piece in _PIECE.findall(text)]
    return " ".join([*phones, tail]).strip()


def sounds(word: str, given: Pronunciations, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """All pronunciations of a word: the house's own, the dictionary's, two known words in one, or a guess."""
    if word in given:
        return tuple(given[word])
    if word in known:
        return (*known[word], *_ALSO.get(word, ()))
    plain = word.replace("'", "").replace("-", "")
    for cut in range(len(plain) - 3, 2, -1):
        if plain[:cut] in known and plain[cut:] in known:
            return (f"{known[plain[:cut]][0]} {known[plain[cut:]][0]}",)
    for ending, sound in (("'s", "Z"), ("s", "Z")):
        if word.endswith(ending) and word[: -len(ending)] in known:
            return (f"{known[word[: -len(ending)]][0]} {sound}",)
    guess = spelled(word)
    return (guess,) if guess else ()


def wake_tails(phrase: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What may be left of a wake phrase when the utterance is cut near its end: every tail of its phones."""
    phones = [phone for word in phrase.lower().split() for phone in sounds(word, {}, known)[0].split()]
    return tuple(" ".join(phones[start:]) for start in range(len(phones)))
