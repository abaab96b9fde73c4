"""The price of being quick, by real ears on real sound: words got wrong, and people cut off."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from assistant.devices.home import MemoryHome
from assistant.devices.sound_file import read_recording
from assistant.errors import AssistantError, AudioError
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.hearing import Hearing
from assistant.hear.stt.pocketsphinx import Pocketsphinx
from assistant.house import engines
from assistant.house.homes import grammar_of, phrases_of
from assistant.messages import (
    EAR_RATE_HZ,
    AudioChunk,
    EarEvent,
    EndReason,
    JsonValue,
    SpeechChunk,
    SpeechEnded,
    SpeechStarted,
)
from assistant.settings import Settings
from assistant.upkeep.bench.findings import Figure, Findings
from assistant.upkeep.bench.said import COMMANDS
from assistant.upkeep.demo import room_tone, speak

VOICES = ("slt", "rms", "awb", "kal16")
WORD_ERRORS = "narrow ear: words wrong, synthetic voices"
CUT_OFFS = "false cut-offs, recordings"
CHUNK = 320


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


def recordings(
    findings: Findings, folder: Path | None, tell: Callable[[str], None], most: int | None = None
) -> None:
    """How many recordings of one sentence each the ear ends before they are over, at the owner's silence."""
    files = [] if folder is None else sorted(folder.glob("*.flac"))[:most]
    if not files:
        findings.miss(CUT_OFFS, "no recordings of people; name a folder of FLAC files: --recordings FOLDER")
        return
    tell(f"false cut-offs in {len(files)} recordings of people …")
    try:
        cut = sum(_is_cut(_sound_of(file)) for file in files)
    except AssistantError as error:
        findings.miss(CUT_OFFS, str(error))
        return
    about = f"{cut} of {len(files)} recordings, one sentence each, the end called by silence alone"
    findings.add(Figure(CUT_OFFS, 100 * cut / len(files), "%", about=about))


def _sound_of(file: Path) -> bytes:
    """A recording, by sox where that is installed, as it reads every FLAC."""
    if shutil.which("sox") is None:
        return read_recording(file)
    raw = ["-r", str(EAR_RATE_HZ), "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", "-"]
    done = subprocess.run(["sox", "-D", str(file), *raw], check=False, capture_output=True)
    if done.returncode:
        raise AudioError(f"{file} cannot be read: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def _is_cut(pcm: bytes) -> bool:
    """Speech began again after the end was called."""
    hearing = Hearing(None, engines.vad_engine("silero", {}), EndpointSettings())
    sound = room_tone(0.5) + pcm + room_tone(1.5)
    ended = False
    for event in _events(hearing, sound):
        if isinstance(event, SpeechStarted) and ended:
            return True
        ended = ended or (isinstance(event, SpeechEnded) and event.reason is EndReason.SILENCE)
    return False


def _events(hearing: Hearing, sound: bytes) -> Iterator[EarEvent]:
    for at in range(0, len(sound) // (2 * CHUNK)):
        piece = sound[2 * CHUNK * at : 2 * CHUNK * (at + 1)]
        for events in hearing.take(AudioChunk(piece, at * CHUNK), own_voice=False):
            yield from events
