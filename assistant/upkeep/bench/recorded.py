"""Recordings of people, a sentence each: how often the end is called too soon, by silence or by its sound."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.catalogue import load_catalogue
from assistant.checked import digest
from assistant.devices.sound_file import read_recording
from assistant.errors import AssistantError, AudioError
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.hearing import Hearing
from assistant.hear.turn.smart_turn import SmartTurn
from assistant.house import engines
from assistant.house.pause_habits import SOUNDS_OVER, PauseHabits
from assistant.messages import (
    EAR_RATE_HZ,
    AudioChunk,
    EarEvent,
    EndReason,
    SpeechChunk,
    SpeechEnded,
    SpeechPaused,
    SpeechStarted,
)
from assistant.upkeep.bench.findings import Figure, Findings
from assistant.upkeep.bench.random_models import cache_folder
from assistant.upkeep.bench.statistics import percentile
from assistant.upkeep.demo import room_tone

CUT_OFFS = "false cut-offs, recordings"
BY_SOUND = "false cut-offs, recordings, Smart Turn"
CHUNK = 320
MODEL = "smart-turn-v3.2"
BESIDE = Path("shared") / "data" / "speech"
"""Recordings that lie beside a source checkout."""


@dataclass(slots=True)
class Heard:
    """What came of the recordings."""

    cut: int = 0
    waited_ms: list[int] = field(default_factory=list)
    """Silence at the end of those that were not cut."""
    at_end: list[float] = field(default_factory=list)
    """Verdicts on the last pause of a recording …"""
    within: list[float] = field(default_factory=list)
    """… and on the others."""
    took_ms: list[float] = field(default_factory=list)


def recordings(
    findings: Findings, folder: Path | None, tell: Callable[[str], None], most: int | None = None
) -> None:
    """How many recordings the ear ends before they are over; and the same where Smart Turn is asked."""
    folder = folder or _beside()
    files = [] if folder is None else sorted(folder.glob("*.flac"))[:most]
    place = weights()
    if not files:
        for name in (CUT_OFFS, BY_SOUND):
            findings.miss(name, "no recordings of people; name a folder of FLAC files: --recordings FOLDER")
        return
    tell(f"false cut-offs in {len(files)} recordings of people …")
    try:
        sounds = [room_tone(0.5) + _sound_of(file) + room_tone(2.5) for file in files]
        _tell(findings, CUT_OFFS, _heard(sounds, None), "the end called by silence alone")
        if place is None:
            findings.miss(BY_SOUND, f"no weights of Smart Turn; fetch them: assistant models pull {MODEL}")
            return
        engine = SmartTurn({"model": str(place)})
        engine.load()
        heard = _heard(sounds, engine)
    except AssistantError as error:
        findings.miss(CUT_OFFS, str(error))
        return
    _tell(findings, BY_SOUND, heard, "the words told nothing, so Smart Turn was asked at every pause")
    _tell_verdicts(findings, heard)


def _beside() -> Path | None:
    """The recordings beside the checkout that this runs from; None: there are none."""
    return next((up / BESIDE for up in Path(__file__).parents if (up / BESIDE).is_dir()), None)


def weights() -> Path | None:
    """Smart Turn where it is installed, else the copy that rides in the peers' Pipecat, by its digest."""
    catalogue = load_catalogue()
    file = catalogue.models[MODEL].files[0]
    try:
        return catalogue.locate(MODEL, "turn")
    except AssistantError:
        ridden = (cache_folder() / "peers").glob(f"lib/*/site-packages/pipecat/**/{file.local_name}")
        return next((copy for copy in ridden if digest(copy) == file.sha256), None)


def _tell(findings: Findings, name: str, heard: Heard, how: str) -> None:
    count = heard.cut + len(heard.waited_ms)
    about = f"{heard.cut} of {count} recordings, one sentence each; {how}"
    findings.add(Figure(name, 100 * heard.cut / count, "%", about=about))
    waited = name.replace("false cut-offs", "silence waited")
    findings.add(Figure(f"{waited}, p50", percentile(heard.waited_ms, 50), "ms"))


def _tell_verdicts(findings: Findings, heard: Heard) -> None:
    for name, found in (("ends told", heard.at_end), ("pauses taken for ends", heard.within)):
        count = sum(over >= SOUNDS_OVER for over in found)
        share = 100 * count / len(found) if found else float("nan")
        findings.add(Figure(f"Smart Turn: {name}", share, "%", about=f"{count} of {len(found)}"))
    about = "processor time, one thread, the picture of the sound included"
    findings.add(Figure("Smart Turn: a verdict, p95", percentile(heard.took_ms, 95), "ms", about=about))


def _heard(sounds: Sequence[bytes], engine: SmartTurn | None) -> Heard:
    """Every recording heard by an ear of its own, as from a microphone, each piece when it has been said."""
    heard = Heard()
    for sound in sounds:
        hearing = Hearing(None, engines.vad_engine("silero", {}), EndpointSettings())
        verdicts: list[float] = []
        ended_ms: int | None = None
        cut = False
        for at, event in _events(hearing, sound):
            if isinstance(event, SpeechPaused) and engine is not None and ended_ms is None:
                verdicts.append(_verdict(engine, sound[: 2 * at], heard))
                silence_ms = PauseHabits().sounding_ms(verdicts[-1], refused=False)
                assert silence_ms is not None
                hearing.speech.end_after(silence_ms, event.pause)
            elif isinstance(event, SpeechStarted) and ended_ms is not None:
                cut = True
            elif isinstance(event, SpeechEnded) and event.reason is EndReason.SILENCE and ended_ms is None:
                ended_ms = event.silence_ms
        heard.cut += cut
        if not cut and ended_ms is not None:
            heard.waited_ms.append(ended_ms)
        heard.within += verdicts if cut else verdicts[:-1]
        heard.at_end += [] if cut else verdicts[-1:]
    return heard


def _verdict(engine: SmartTurn, pcm: bytes, heard: Heard) -> float:
    before_s = time.process_time()
    (verdict,) = engine.judge(iter([SpeechChunk(pcm, 0, voiced=True)]), lambda: False)
    heard.took_ms.append((time.process_time() - before_s) * 1000)
    return verdict.probability


def _events(hearing: Hearing, sound: bytes) -> Iterator[tuple[int, EarEvent]]:
    """Each with the sample at which it was told."""
    for at in range(0, len(sound) // 2 - CHUNK, CHUNK):
        for events in hearing.take(AudioChunk(sound[2 * at : 2 * (at + CHUNK)], at), own_voice=False):
            yield from ((at + CHUNK, event) for event in events)


def _sound_of(file: Path) -> bytes:
    """A recording, by sox where that is installed, as it reads every FLAC."""
    if shutil.which("sox") is None:
        return read_recording(file)
    raw = ["-r", str(EAR_RATE_HZ), "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", "-"]
    done = subprocess.run(["sox", "-D", str(file), *raw], check=False, capture_output=True)
    if done.returncode:
        raise AudioError(f"{file} cannot be read: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout
