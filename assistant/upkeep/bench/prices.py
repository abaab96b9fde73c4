"""The price of being quick: words that the narrow ear gets wrong."""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from assistant.devices.home import MemoryHome
from assistant.errors import AssistantError
from assistant.hear.stt.pocketsphinx import Pocketsphinx
from assistant.house import engines
from assistant.house.homes import grammar_of, phrases_of
from assistant.messages import (
    JsonValue,
    SpeechChunk,
)
from assistant.settings import Settings
from assistant.upkeep.bench.findings import Figure, Findings
from assistant.upkeep.bench.said import COMMANDS
from assistant.upkeep.demo import room_tone, speak

VOICES = ("slt", "rms", "awb", "kal16")
WORD_ERRORS = "narrow ear: words wrong, synthetic voices"


def word_errors(findings: Findings, home: MemoryHome, voices: Sequence[str] = VOICES) -> None:
    """The narrow ear on the bench's own commands, in synthetic voices without noise."""
    try:
        ear = _narrow(home)
        wrong = words = refused = whole = 0
        for voice in voices:
            for said in COMMANDS:
                heard, sure = _heard(ear, said.words, voice)
                refused += not sure
                wanted = _plain(said.words)
                words += len(wanted) if sure else 0
                wrong += Levenshtein.distance(wanted, _plain(heard)) if sure else 0
                whole += sure and wanted == _plain(heard)
    except AssistantError as error:
        findings.miss(WORD_ERRORS, str(error))
        return
    count = len(voices) * len(COMMANDS)
    about = f"of {words} words vouched for; {whole} of {count} sentences right, {refused} refused"
    findings.add(Figure(WORD_ERRORS, 100 * wrong / words if words else float("nan"), "%", about=about))


def _narrow(home: MemoryHome) -> Pocketsphinx:
    wake: list[JsonValue] = ["hey jarvis"]
    ear = Pocketsphinx({"wake_phrases": wake, **grammar_of(phrases_of(home, Settings()))})
    ear.load()
    return ear


def _heard(ear: Pocketsphinx, words: str, voice: str) -> tuple[str, bool]:
    """What it heard, and whether it vouches for it."""
    pcm = room_tone(0.2) + speak(words.replace("40", "forty").replace("30", "thirty"), voice) + room_tone(0.4)
    finals = [t for t in ear.transcribe(_voiced(pcm), lambda: False) if t.final]
    return finals[-1].text, finals[-1].refused is None


def _voiced(pcm: bytes) -> Iterator[SpeechChunk]:
    vad = engines.vad_engine("silero", {})
    for at in range(0, len(pcm) // 1024 * 1024, 1024):
        piece = pcm[at : at + 1024]
        probabilities = vad.process(piece)
        yield SpeechChunk(piece, at // 2, any(p >= 0.5 for p in probabilities))


def _plain(text: str) -> list[str]:
    return text.lower().replace("%", "percent").replace("forty", "40").replace("thirty", "30").split()
