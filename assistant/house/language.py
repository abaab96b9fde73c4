"""The language of a house: what it understands, what it says, and with which voice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from assistant.catalogue import Catalogue, Voice
from assistant.errors import MAYBE_DONE, SettingsError
from assistant.memory.entries import Ring
from assistant.messages import Device, ToolCall, ToolResult, ToolSpec, Turn
from assistant.ports import Toolbox
from assistant.settings import Settings
from assistant.skills.clock import Hours
from assistant.skills.replies import ENGLISH, InLanguage, ring_told
from assistant.skills.reply_file import replies_of
from assistant.skills.unheard import clause, foreign_clause, foreign_told, told_later
from assistant.think.foreign import ForeignIntents
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from assistant.think.respond import DID_YOU_SAY, LEFT, ONLY_COMMANDS
from assistant.think.tongue import LANGUAGES

OWN = "en"
"""The language of our own phrases and of the narrow ear."""
STARTER_VOICE = "hearth"
"""Speaks every language of the house."""
_MIND = {ONLY_COMMANDS: "only_commands", LEFT: "okay", DID_YOU_SAY: "did_you_say"}
_ESPEAK = {"fr": "fr-fr"}
"""espeak-ng's voices that are not called like their language."""


def base(language: str) -> str:
    """`de` of `de-AT`."""
    return language.partition("-")[0]


def check_language(settings: Settings) -> None:
    """SettingsError for a language of the house that is not understood, or that nothing here could hear."""
    _check("language", settings.language, settings)


def check_room_language(settings: Settings, room: str) -> None:
    """SettingsError for a language of a room that is not understood, or that nothing here could hear."""
    if (language := settings.rooms[room].language) is not None:
        _check(f"rooms.{room}.language", language, settings)


def _check(key: str, wanted: str, settings: Settings) -> None:
    language = base(wanted)
    if language == OWN:
        return
    if language not in LANGUAGES:
        known = ", ".join(sorted({OWN, *LANGUAGES}))
        raise SettingsError(f"{key}: {wanted} is not among those Hearth understands: {known}")
    if settings.ears.wide is None:
        raise SettingsError(
            f"{key}: the built-in ear hears English only, so nothing would be heard in {language}. "
            "Configure ears.wide with a Whisper model, or use `assistant ask`."
        )


def intents_of(phrases: Phrases) -> Intents:
    """What understands typed words and transcripts in the language of the phrases."""
    foreign = phrases.language != OWN
    if not foreign:
        return Intents(phrases)
    intents = ForeignIntents(phrases)
    replies = replies_of(phrases.language)
    fixed = {english: replies.fixed[key] for english, key in {**ENGLISH, **_MIND}.items()}
    intents.told = lambda sentence: fixed.get(sentence, sentence)
    return intents


def toolbox_in(settings: Settings, toolbox: Toolbox, devices: Callable[[], Sequence[Device]]) -> Toolbox:
    """The toolbox whose results are told in the language of the room that asked."""

    def told_in(language: str) -> Toolbox:
        return toolbox if language == OWN else InLanguage(toolbox, replies_of(language), devices)

    house = base(settings.language)
    spoken = {house, *(settings.language_in(room) for room in settings.rooms)}
    if len(spoken) == 1:
        return told_in(house)
    toolboxes = {language: told_in(language) for language in spoken}
    return _ByRoom(toolboxes, settings.language_in)


class _ByRoom:
    """One toolbox, told in several languages."""

    def __init__(self, told_in: Mapping[str, Toolbox], language_in: Callable[[str], str]) -> None:
        self._told_in = told_in
        self._language_in = language_in

    def specs(self) -> Sequence[ToolSpec]:
        return next(iter(self._told_in.values())).specs()

    async def call(self, call: ToolCall, turn: Turn, *, confirmed: bool = False) -> ToolResult:
        """The call, told in the language of the turn's room."""
        toolbox = self._told_in[self._language_in(turn.room)]
        return await toolbox.call(call, turn, confirmed=confirmed)


def apology_in(language: str, english: str) -> str:
    """What a room is told of an error: the sentence of this language, where a person would hear it."""
    if base(language) == OWN:
        return english
    replies = replies_of(base(language))
    return replies.fixed["broken_write" if english == MAYBE_DONE else ENGLISH.get(english, "failed")]


def ring_words(language: str, ring: Ring, english: str) -> str:
    """What is said when something is due."""
    return english if base(language) == OWN else ring_told(ring, replies_of(base(language)), english)


def unheard_clause(language: str, ring: Ring, *, rang: bool) -> str:
    """What is kept of a ring that nobody heard, to be told later; `{at}` is where the time belongs."""
    if base(language) == OWN:
        return clause(ring, rang=rang)
    return foreign_clause(ring, replies_of(base(language)))


def unheard_told(language: str, clauses: Sequence[tuple[str, datetime]], now: datetime, hours: Hours) -> str:
    """What is told later of what nobody heard."""
    if base(language) == OWN:
        return told_later(clauses, now, hours)
    return foreign_told(clauses, now, replies_of(base(language)))


def voice_key(settings: Settings, room: str) -> str | None:
    """Rooms with the same key speak with the same engine; None: with that of the house."""
    details, language = settings.rooms[room], settings.language_in(room)
    abroad = language != base(settings.language)
    if not abroad and details.voice in (None, settings.voice):
        return None
    return f"{details.voice or settings.voice}{f' {language}' if abroad else ''}"


def voice_of_room(settings: Settings, room: str, catalogue: Catalogue) -> Voice:
    """The voice of a room; where that of the house knows its language no more, the starter's stands in.

    SettingsError: there is none of that name, or the room's own speaks another language.
    """
    details, language = settings.rooms[room], settings.language_in(room)
    voice = voice_in(language, catalogue.voice(details.voice or settings.voice))
    if details.language is None or voice.engine == "espeak" or base(voice.language) == language:
        return voice
    if details.voice is not None:
        raise SettingsError(
            f"rooms.{room}.voice: {details.voice} speaks {base(voice.language)}, not {language}; choose one "
            "that does (assistant models list), or leave it out"
        )
    return voice_in(language, catalogue.voice(STARTER_VOICE))


def voice_in(language: str, voice: Voice) -> Voice:
    """An espeak-ng voice speaks every language of the house; a Piper voice keeps its own."""
    if base(language) == base(voice.language) or voice.engine != "espeak":
        return voice
    _, plus, variant = voice.model.partition("+")
    return voice.model_copy(update={"model": f"{_ESPEAK.get(base(language), base(language))}{plus}{variant}"})
