"""Voice probabilities → where an utterance starts and ends. Pure: it counts frames and has no clock."""

from dataclasses import dataclass

from assistant.messages import EAR_RATE_HZ, EndReason

FRAME_SAMPLES = 512
FRAME_MS = FRAME_SAMPLES * 1000 / EAR_RATE_HZ
WHOLE_WORD_MS = 224
"""Silence that holds the voiceless end of any word: with half of it "off" was heard as "on"."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """When someone counts as speaking and as done. Times are of sound, not of the clock."""

    silence_ms: int = 700
    """Silence after the last voice that ends an utterance, where its meaning does not say otherwise."""
    patience: float = 1.0
    """Times every silence; above 1 for people who pause within a sentence."""
    pause_ms: int | None = 96
    """Silence after which what was said so far is read: three frames, as one or two are the gap of a "t".
    None: it is read at the end only."""
    pause_again_ms: int | None = None
    """Silence after which it is read once more, by an ear that needs all of the last word."""
    no_speech_ms: int = 3500
    """Silence after the wake word that gives up: a pause of 3 s before the command is fine."""
    max_utterance_s: float = 15.0
    voice_starts: float = 0.5
    """A frame at least this probable is voice …"""
    voice_ends: float = 0.35
    """… and stays voice until it falls below this."""
    onset_ms: int = 128
    """Voice in a row that starts an utterance; shorter is a click."""
    wake_tail_ms: int = 352
    """Voice that ends within this after the estimated end of the wake word still belongs to it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one frame changed."""

    voiced: bool
    started: bool = False
    """The utterance starts; its voice began `run_frames` ago."""
    paused: bool = False
    """A pause is long enough to be told, or to be told again."""
    resumed: bool = False
    """Voice again, after a pause that was told."""
    ended: EndReason | None = None


class Endpoint:
    """One utterance, frame by frame; after `ended` it is used up.

    `tail_frames`: frames from the first one heard up to the estimated end of the wake word (its voice does
    not count); None when no wake word goes before. `no_speech_ms`: None waits for ever.
    """

    def __init__(
        self, settings: EndpointSettings, *, tail_frames: int | None = None, no_speech_ms: int | None = None
    ) -> None:
        self.settings = settings
        self._tail = tail_frames or 0
        self._must_outlast = 0 if tail_frames is None else tail_frames + _frames(settings.wake_tail_ms)
        self._gives_up = None if no_speech_ms is None else self._tail + _frames(no_speech_ms)
        self.frames = 0
        """Frames heard."""
        self.started = False
        self.run_frames = 0
        """Length of the present run of voice."""
        self.silent_frames = 0
        """Frames since the last voice, or since the start."""
        self.pauses = 0
        """How often a pause was told so far."""
        self._pausing = False
        self._ends_after_ms = self._plain_ms
        self._spoken_frames = 0
        self._voiced = False

    def hear(self, probability: float, *, strict: bool = False) -> Heard:
        """Take the next frame's probability. `strict`: our own voice plays, so only clear voice counts."""
        settings = self.settings
        needed = settings.voice_ends if self._voiced else settings.voice_starts
        if strict:
            needed = max(needed, (1 + settings.voice_starts) / 2)
        self._voiced = probability >= needed
        self.frames += 1
        self.run_frames = self.run_frames + 1 if self._voiced else 0
        self.silent_frames = 0 if self._voiced else self.silent_frames + 1
        return self._within() if self.started else self._before()

    def end_after(self, silence_ms: int, pause: int) -> None:
        """End the utterance once this pause has lasted so long; void when speech has gone on since."""
        if self._pausing and pause == self.pauses:
            self._ends_after_ms = silence_ms

    @property
    def _plain_ms(self) -> float:
        return self.settings.silence_ms * self.settings.patience

    @property
    def silence_ms(self) -> int:
        """Silence since the last voice."""
        return round(self.silent_frames * FRAME_MS)

    def _before(self) -> Heard:
        if self.run_frames >= _frames(self.settings.onset_ms) and self.frames >= self._must_outlast:
            self.started = True
            self._spoken_frames = self.run_frames
            return Heard(True, started=True)
        gave_up = self._gives_up is not None and self.frames >= self._gives_up and not self._voiced
        return Heard(self._voiced, ended=EndReason.NO_SPEECH if gave_up else None)

    def _within(self) -> Heard:
        settings = self.settings
        self._spoken_frames += 1
        resumed = self._voiced and self._pausing
        if resumed:
            self._pausing, self._ends_after_ms = False, self._plain_ms
        marks = (settings.pause_ms, settings.pause_again_ms)
        paused = any(ms is not None and self.silent_frames == _frames(ms) for ms in marks)
        if paused:
            self._pausing = True
            self.pauses += 1
        ended = None
        if self.silent_frames >= _frames(self._ends_after_ms):
            ended = EndReason.SILENCE
        elif self._spoken_frames >= _frames(settings.max_utterance_s * 1000):
            ended = EndReason.TOO_LONG
        return Heard(self._voiced, paused=paused, resumed=resumed, ended=ended)


def _frames(ms: float) -> int:
    """Whole frames that cover `ms`."""
    return max(1, -int(-ms // FRAME_MS))
