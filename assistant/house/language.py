"""The language of a house: what it understands, what it says, and with which voice."""

from collections.abc import Callable, Sequence
from datetime import datetime

from assistant.catalogue import Voice
from assistant.errors import MAYBE_DONE, SettingsError
from assistant.memory.entries import Ring
from assistant.messages import Device
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
_MIND = {ONLY_COMMANDS: "only_commands", LEFT: "okay", DID_YOU_SAY: "did_you_say"}
_ESPEAK = {"fr": "fr-fr"}
"""espeak-ng's voices that are not called like their language."""


def base(language: str) -> str:
    """`de` of `de-AT`."""
    return language.partition("-")[0]


def check_language(settings: Settings) -> None:
    """SettingsError for a language that is not understood, or that nothing here could hear."""
    language = base(settings.language)
    if language == OWN:
        return
    if language not in LANGUAGES:
        known = ", ".join(sorted({OWN, *LANGUAGES}))
        raise SettingsError(f"language: {settings.language} is not among those Hearth understands: {known}")
    if settings.ears.wide is None:
        raise SettingsError(
            f"language: the built-in ear hears English only, so nothing would be heard in {language}. "
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


def toolbox_in(language: str, toolbox: Toolbox, devices: Callable[[], Sequence[Device]]) -> Toolbox:
    """The toolbox whose results are told in a language."""
    if base(language) == OWN:
        return toolbox
    return InLanguage(toolbox, replies_of(base(language)), devices)


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


def voice_in(language: str, voice: Voice) -> Voice:
    """An espeak-ng voice speaks every language of the house; a Piper voice keeps its own."""
    if base(language) == base(voice.language) or voice.engine != "espeak":
        return voice
    _, plus, variant = voice.model.partition("+")
    return voice.model_copy(update={"model": f"{_ESPEAK.get(base(language), base(language))}{plus}{variant}"})
