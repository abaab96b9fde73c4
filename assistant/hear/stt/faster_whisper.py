"""Utterance → transcript of any words, by Whisper in CTranslate2 (the wide ear).

Whisper was trained on windows of 30 s, and reading one costs six to twenty times what a command's own length
does. Weights fine-tuned for it may read a window cut to the speech; what comes out is checked and, if
doubtful, read once more in the full window. Nothing is fetched: the model's folder is complete or refused.
"""

import importlib.util
import json
import math
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import EngineError, ModelMissing
from assistant.hear.stt.overtaken import gives_up, never
from assistant.hear.stt.whisper_checks import SURE_LOG_PROBABILITY, Decoded, doubt, made_up, without_wake
from assistant.hear.stt.whisper_sound import Sound, Utterance
from assistant.messages import EAR_RATE_HZ, JsonValue, SpeechChunk, Transcript
from assistant.ports import Cancelled, SttEngine

FILES = ("model.bin", "config.json", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
FRAMES_A_S = 100
LEAST_FRAMES = 200
MARGIN_FRAMES = 50
"""Silence after the speech that a cut window keeps: 0.5 s."""
STEP_FRAMES = 50
TOKENS_A_S = 10
SPARE_TOKENS = 16


class Options(BaseModel):
    """What the settings may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Path
    """The folder with model.bin, config.json, tokenizer.json and the vocabulary."""
    language: str = "en"
    short_windows: bool = False
    """The weights read windows cut to the speech; the catalogue knows."""
    threads: int = Field(default=2, ge=1, le=256)
    compute_type: Literal["int8", "int8_float32", "float32"] = "int8"
    beam_size: int = Field(default=1, ge=1, le=10)
    wake_phrases: tuple[str, ...] = ()
    """Taken off the beginning of a transcript."""


def window_frames(speech_frames: int, full_frames: int) -> int:
    """The cut window for so much speech: with a margin, in steps of half a second, 2 s to the full window."""
    steps = math.ceil((speech_frames + MARGIN_FRAMES) / STEP_FRAMES)
    return min(full_frames, max(LEAST_FRAMES, steps * STEP_FRAMES))


class FasterWhisper:
    """Whisper on whole utterances."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        self._options = _checked(options)
        self._whisper: Any = None

    @staticmethod
    def missing() -> str | None:
        """Part of the full profile."""
        if importlib.util.find_spec("faster_whisper") is None:
            return "faster-whisper is not installed. Fix: uv sync --extra full"
        return None

    def load(self) -> None:
        """Read the model. ModelMissing names the absent file."""
        options = self._options
        _check_files(options.model)
        os.environ["HF_HUB_OFFLINE"] = "1"
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer

        try:
            self._whisper = WhisperModel(
                str(options.model),
                device="cpu",
                compute_type=options.compute_type,
                cpu_threads=options.threads,
                local_files_only=True,
            )
            several = self._whisper.model.is_multilingual
            tongue = {"task": "transcribe", "language": options.language} if several else {}
            self._tokenizer = Tokenizer(self._whisper.hf_tokenizer, several, **tongue)
        except (RuntimeError, ValueError, TypeError, OSError) as error:
            raise EngineError(f"faster_whisper cannot load {options.model}: {error}") from error
        if not several and options.language != "en":
            raise EngineError(f"{options.model} hears English only, not {options.language!r}.")
        self._decode(np.zeros(EAR_RATE_HZ, np.float32), LEAST_FRAMES)

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Takes new `wake_phrases`."""
        if unknown := set(changes) - {"wake_phrases"}:
            raise EngineError(f"faster_whisper cannot change {', '.join(sorted(unknown))} while it runs.")
        self._options = _checked({**self._options.model_dump(mode="json"), **changes})

    def transcribe(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[Transcript]:
        """Read the utterance at each pause; the last reading is final where no voice followed."""
        if self._whisper is None:
            raise EngineError("faster_whisper was asked before its model was loaded.")
        heard, pauses = Utterance(), 0
        reading: Transcript | None = None
        idle = gives_up(speech, cancelled)
        for chunk in speech:
            if cancelled():
                return
            heard.add(chunk)
            if chunk.voiced:
                reading = None
            if chunk.paused:
                pauses += 1
                # A pause that is told again brings no new sound that would be heard.
                reading = reading or self._transcript(heard, idle)
                if reading is not None:
                    yield replace(reading, at_pause=pauses, firm=True)
        started = time.perf_counter()
        if heard.first is None:
            yield Transcript("", True, 0.0, "faster_whisper", "no voice in the sound")
            return
        reading = reading or self._transcript(heard, cancelled)
        if reading is not None:
            yield replace(reading, final=True, engine_ms=(time.perf_counter() - started) * 1000)

    def _transcript(self, heard: Utterance, idle: Cancelled) -> Transcript | None:
        """The whole utterance so far, judged; None when it became idle to read it."""
        started = time.perf_counter()
        found = self._read(heard, idle)
        if found is None:
            return None
        decoded, refused = found
        return Transcript(
            without_wake(decoded.text, self._options.wake_phrases),
            final=False,
            confidence=min(1.0, math.exp(decoded.log_probability)),
            engine="faster_whisper",
            refused=refused,
            ask=refused is None and decoded.log_probability < SURE_LOG_PROBABILITY,
            engine_ms=(time.perf_counter() - started) * 1000,
        )

    def _read(self, heard: Utterance, cancelled: Cancelled) -> tuple[Decoded, str | None] | None:
        """The best decoding and why it is refused, if it is; None when cancelled."""
        sound = heard.speech()
        voiced_s = heard.voiced_samples / EAR_RATE_HZ
        # 30 s for Whisper's own weights; others may have learnt less.
        full_frames: int = self._whisper.feature_extractor.n_samples * FRAMES_A_S // EAR_RATE_HZ
        full = full_frames * EAR_RATE_HZ // FRAMES_A_S
        windows = [full_frames]
        short = window_frames(len(sound) * FRAMES_A_S // EAR_RATE_HZ, full_frames)
        if self._options.short_windows and short < full_frames:
            windows.insert(0, short)
        for frames in windows:
            if (found := self._decode(sound[:full], frames, cancelled)) is None:
                return None
            decoded = found
            reason = doubt(decoded, voiced_s)
            if reason is None:
                break
        if made_up(decoded):
            return Decoded(
                "", decoded.log_probability, decoded.no_speech, decoded.cut_off
            ), "no words in the sound"
        if reason is None and len(sound) > full:
            reason = f"longer than {full_frames // FRAMES_A_S} s"
        return decoded, reason

    def _decode(self, sound: Sound, frames: int, idle: Cancelled = never) -> Decoded | None:
        """Read one window of `frames` hundredths of a second; None when that became idle."""
        import ctranslate2

        extractor = self._whisper.feature_extractor
        frames = frames * EAR_RATE_HZ // (extractor.hop_length * FRAMES_A_S)
        features = extractor(sound)[:, :frames]
        window = np.zeros((1, features.shape[0], frames), np.float32)
        window[0, :, : features.shape[1]] = features
        tokenizer, model = self._tokenizer, self._whisper.model
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        most = len(prompt) + SPARE_TOKENS + TOKENS_A_S * len(sound) // EAR_RATE_HZ
        try:
            if idle():
                return None
            encoded = model.encode(ctranslate2.StorageView.from_array(window))
            if idle():
                return None
            result = model.generate(
                encoded,
                [prompt],
                beam_size=self._options.beam_size,
                max_length=min(most, self._whisper.max_length),
                return_scores=True,
                return_no_speech_prob=True,
            )[0]
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f"faster_whisper failed on {len(sound) / EAR_RATE_HZ:.1f} s: {error}"
            ) from error
        tokens = result.sequences_ids[0]
        mean = result.scores[0] * len(tokens) / (len(tokens) + 1)
        cut_off = len(prompt) + len(tokens) >= min(most, self._whisper.max_length)
        return Decoded(tokenizer.decode(tokens).strip(), mean, result.no_speech_prob, cut_off)


def _checked(options: Mapping[str, JsonValue]) -> Options:
    try:
        return Options.model_validate(dict(options))
    except ValidationError as error:
        raise EngineError(f"faster_whisper cannot use its options: {error}") from error


def _check_files(folder: Path) -> None:
    lacking = [name for name in FILES if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in VOCABULARIES):
        lacking.append(VOCABULARIES[0])
    if lacking:
        raise ModelMissing(
            f"The Whisper model {folder} lacks {', '.join(lacking)}. Fix: assistant setup, or mend `model`."
        )
    for name in FILES[1:]:
        try:
            json.loads((folder / name).read_bytes())
        except ValueError as error:
            raise ModelMissing(f"{folder / name} is damaged: {error}. Fix: download it again.") from error


_fits: type[SttEngine] = FasterWhisper
