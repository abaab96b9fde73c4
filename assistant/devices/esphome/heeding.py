"""What a device says → its microphone, its loudspeaker, its switches."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aioesphomeapi.core import APIConnectionError
from aioesphomeapi.model import (
    EntityState,
    MediaPlayerCommand,
    MediaPlayerEntityState,
    MediaPlayerState,
    SwitchState,
    VoiceAssistantAnnounceFinished,
    VoiceAssistantAudioSettings,
)

from assistant.devices.esphome.line import EsphomeLine
from assistant.devices.esphome.playing import Playing
from assistant.devices.esphome.talk import Talk

CONFIGURATION_S: Final = 5.0
MOST_WORDS: Final = 20


@dataclass(frozen=True, slots=True)
class WakeWords:
    """Those that a device knows, by id, those it listens for, and for how many it can."""

    known: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    most: int = 0


class Switches:
    """The volume of a device, its mute, and whether it is playing."""

    def __init__(self, line: EsphomeLine) -> None:
        self.volume_percent: int | None = None
        """As the device says; None: it has told none."""
        self.muted = False
        """At the device, by whomever."""
        self.announcing = False
        """It plays a reply, an announcement or a ring."""
        self.announced_s = 0.0
        """Loop time at which that was last so."""
        self._line = line
        self._mute: bool | None = None

    def take(self, state: EntityState) -> None:
        """What the device tells."""
        known = self._line.known
        if known is None:
            return
        if isinstance(state, MediaPlayerEntityState) and state.key == known.player:
            self.volume_percent = round(100 * min(1.0, max(0.0, state.volume)))
            self._mark()
            self.announcing = state.state is MediaPlayerState.ANNOUNCING
            self._mark()
        elif isinstance(state, SwitchState) and state.key == known.mute:
            self.muted = bool(state.state)

    def _mark(self) -> None:
        if self.announcing:
            self.announced_s = asyncio.get_running_loop().time()

    def set_volume(self, percent: int) -> None:
        """Make the device louder or softer."""
        known = self._line.known
        if known is not None and known.player is not None and known.sets_volume:
            key = known.player
            self.volume_percent = percent
            self._line.tell(lambda client: client.media_player_command(key, volume=percent / 100))

    def stop(self) -> None:
        """Have it play nothing that rings or is announced."""
        known = self._line.known
        if known is not None and known.player is not None and self.announcing:
            key, stop = known.player, MediaPlayerCommand.STOP
            self._line.tell(lambda client: client.media_player_command(key, command=stop, announcement=True))

    def set_muted(self, muted: bool) -> None:
        """Close or open its microphone there too; kept until it is there."""
        self._mute = muted
        self.there()

    def there(self) -> None:
        """Tell a device that has just come what the house wants of it."""
        known, mute = self._line.known, self._mute
        if mute is not None and known is not None and known.mute is not None:
            key = known.mute
            self._line.tell(lambda client: client.switch_command(key, mute))


class Heeding:
    """The `Listener` of one device's line."""

    def __init__(self, line: EsphomeLine, talk: Talk, playing: Playing, wanted: tuple[str, ...]) -> None:
        """`wanted`: ids of the wake words the device is to listen for; empty: it keeps its own."""
        self.line, self.talk, self.playing = line, talk, playing
        self.switches = Switches(line)
        self.wake_words = WakeWords()
        self.heard_of: Callable[[], None] = lambda: None
        """Told when the device is there."""
        self._wanted = wanted

    async def there(self) -> None:
        """Tell it what the house wants of it, and ask for its wake words."""
        self.heard_of()
        self.switches.there()
        known, client = self.line.known, self.line.client
        if client is None or known is None or not known.announces:
            return
        with suppress(APIConnectionError, TimeoutError, ValueError):
            if self._wanted:
                await client.set_voice_assistant_configuration(list(self._wanted))
            told = await client.get_voice_assistant_configuration(CONFIGURATION_S)
            self.wake_words = WakeWords(
                tuple(each.id[:60] for each in told.available_wake_words[:MOST_WORDS]),
                tuple(each[:60] for each in told.active_wake_words[:MOST_WORDS]),
                told.max_active_wake_words,
            )

    def gone(self) -> None:
        """The connection has ended."""
        self.talk.gone()
        self.playing.forget()

    async def started(
        self, conversation: str, flags: int, settings: VoiceAssistantAudioSettings, phrase: str | None
    ) -> int | None:
        """It begins to stream."""
        return await self.talk.started(conversation, flags, phrase)

    async def stopped(self, abort: bool) -> None:
        """It streams no more."""
        if not abort:
            self.talk.ended()
            return
        run = self.talk.run
        answered = run is not None and run.answers
        self.talk.broken_off()
        if answered:
            self.playing.forget()
            self.playing.stopped()

    async def audio(self, data: bytes, second: bytes | None) -> None:
        """Sound of its microphone; a second channel is not used."""
        self.talk.audio(data)

    async def announced(self, finished: VoiceAssistantAnnounceFinished) -> None:
        """It has played something: before its end, somebody stopped it there."""
        self.playing.cut_if_early()

    def state(self, state: EntityState) -> None:
        """Something of it has changed."""
        self.switches.take(state)
