"""One run of a device: what it is told of an exchange, each thing once and in the order it knows.

The order is that of ESPHome's voice assistant: listening, heard, words, thinking, speaking, over. Whatever
the house tells, and however often, only what comes next is passed on.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Final, TypeAlias

from aioesphomeapi.model import VoiceAssistantEventType as Event

Tell: TypeAlias = Callable[[Event, Mapping[str, str]], None]
LONGEST_TEXT: Final = 500
"""Characters; devices show no more."""


class Stage(IntEnum):
    """How far a run is."""

    WAKING = 0
    """The device streams, and waits for a wake word that the house finds."""
    LISTENING = 1
    THINKING = 2
    SPEAKING = 3
    OVER = 4


class Run:
    """From the device's request until it is told that this was all."""

    def __init__(self, tell: Tell, conversation: str, url: str, *, wakes: bool) -> None:
        """`url`: where the reply can be fetched, or empty. `wakes`: the house is to find the wake word."""
        self.stage = Stage.WAKING if wakes else Stage.LISTENING
        self.goes_on = False
        """The device is to listen again afterwards, without a wake word."""
        self.reply = ""
        """What is said, as far as it is known."""
        self.fault = ""
        """What went wrong in answering; told only where nothing is said of it."""
        self.streams = bool(url)
        self._tell, self._conversation, self._url = tell, conversation, url
        self._voice = self._words = self._ended = False
        tell(Event.VOICE_ASSISTANT_RUN_START, {"url": url} if url else {})
        tell(
            Event.VOICE_ASSISTANT_WAKE_WORD_START if wakes else Event.VOICE_ASSISTANT_STT_START,
            {},
        )

    @property
    def answers(self) -> bool:
        """What it heard is being answered."""
        return self.stage in (Stage.THINKING, Stage.SPEAKING)

    def woken(self) -> None:
        """The wake word was found."""
        if self.stage is Stage.WAKING:
            self.stage = Stage.LISTENING
            self._tell(Event.VOICE_ASSISTANT_WAKE_WORD_END, {})
            self._tell(Event.VOICE_ASSISTANT_STT_START, {})

    def voice(self) -> None:
        """Somebody speaks."""
        if self.stage is Stage.LISTENING and not self._voice:
            self._voice = True
            self._tell(Event.VOICE_ASSISTANT_STT_VAD_START, {})

    def heard(self) -> None:
        """The utterance is over: the device stops streaming."""
        if self.stage is Stage.LISTENING:
            self.voice()
            self.stage = Stage.THINKING
            self._tell(Event.VOICE_ASSISTANT_STT_VAD_END, {})

    def words(self, text: str) -> None:
        """What was understood."""
        self.heard()
        if self.stage is Stage.THINKING and text and not self._words:
            self._words = True
            self._tell(Event.VOICE_ASSISTANT_STT_END, {"text": text[:LONGEST_TEXT]})
            self._tell(Event.VOICE_ASSISTANT_INTENT_START, {})

    def sounds(self) -> None:
        """The reply begins: its address can be fetched now."""
        self.heard()
        if self.stage is Stage.THINKING:
            self.stage = Stage.SPEAKING
            if self.streams:
                self._tell(Event.VOICE_ASSISTANT_INTENT_PROGRESS, {"tts_start_streaming": "1"})

    def hurry(self) -> None:
        """A device that did not come for the reply knows no early start: tell it as to older ones."""
        if self.stage is Stage.SPEAKING and not self._ended:
            self._end_of_words()

    def over(self) -> None:
        """That was all, with or without a reply."""
        if self.stage is Stage.THINKING and self.fault:
            self.failed("answer-failed", self.fault)
        if self.stage is Stage.SPEAKING:
            if self._ended:
                self._tell_goes_on()
            else:
                self._end_of_words()
        self._close()

    def broken_off(self) -> None:
        """Somebody stopped it at the device."""
        self._close()

    def failed(self, code: str, message: str) -> None:
        """It went wrong, and nothing was said."""
        if self.stage is not Stage.OVER:
            self._tell(Event.VOICE_ASSISTANT_ERROR, {"code": code, "message": message[:LONGEST_TEXT]})
        self._close()

    def void(self) -> None:
        """The device has begun another, or is gone: it is told nothing more of this one."""
        self.stage = Stage.OVER

    def _close(self) -> None:
        if self.stage is not Stage.OVER:
            self.stage = Stage.OVER
            self._tell(Event.VOICE_ASSISTANT_RUN_END, {})

    def _tell_goes_on(self) -> None:
        goes_on = "1" if self.goes_on else "0"
        told = {"conversation_id": self._conversation, "continue_conversation": goes_on}
        self._tell(Event.VOICE_ASSISTANT_INTENT_END, told)

    def _end_of_words(self) -> None:
        self._ended = True
        self._tell_goes_on()
        self._tell(Event.VOICE_ASSISTANT_TTS_START, {"text": (self.reply or "…")[:LONGEST_TEXT]})
        # Firmware without a player still needs an address here, or it ignores that a reply comes.
        self._tell(Event.VOICE_ASSISTANT_TTS_END, {"url": self._url or "audio"})
