"""Settings and catalogue → which engines a house runs, with which options."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.catalogue import Catalogue, Voice
from assistant.checked import Sealed
from assistant.errors import ModelMissing, SettingsError
from assistant.hear.endpoint import WHOLE_WORD_MS, EndpointSettings
from assistant.hear.wake.models import WakePlan, elsewhere, plan
from assistant.house.language import OWN, base, voice_in, voice_key, voice_of_room
from assistant.house.pause_habits import PauseHabits
from assistant.house.sounds import Sounds
from assistant.house.threads import Threads
from assistant.house.worker import Launcher
from assistant.messages import JsonValue
from assistant.settings import Llm, Settings, WideEar
from assistant.settings_elsewhere import SpeechSettings
from assistant.think.llm import llama_site

PATIENCE = 2.0
"""How much longer a patient house waits in a pause."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An engine by its registered name."""

    engine: str
    options: Mapping[str, JsonValue] = field(default_factory=dict)
    launcher: Launcher | None = None
    """How it is run; None: as the registry says."""
    files: tuple[Sealed, ...] = ()
    """Of its model, each by digest; empty where the owner named a path."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The ears of one language."""

    ears: tuple[Chosen, ...]
    """In the order they are asked."""
    elsewhere: tuple[Chosen, ...] = ()
    fallback: Chosen | None = None
    endpoint: EndpointSettings = field(default_factory=EndpointSettings)

    @property
    def spare(self) -> tuple[Chosen, ...]:
        """Asked in turn when the last of the ears does not answer."""
        return (*self.elsewhere, *((self.fallback,) if self.fallback else ()))


@dataclass(frozen=True, slots=True)
class Kit:
    """The engines of a house. `wake` is empty where no wake word is listened for."""

    ears: tuple[Chosen, ...]
    """In the order they are asked; the first gets the grammar of the phrases, where it takes one."""
    voice: Chosen
    sounds: Sounds
    ear_fallback: Chosen | None = None
    """Asked when the last of the ears does not answer."""
    ears_elsewhere: tuple[Chosen, ...] = ()
    """Asked in turn before `ear_fallback`."""
    abroad: Mapping[str, Hearing] = field(default_factory=dict)
    """What hears in rooms of another language, by language."""
    room_voices: Mapping[str, Chosen] = field(default_factory=dict)
    """Those of rooms with a voice or a language of their own, by `voice_key`."""
    voice_elsewhere: Chosen | None = None
    """Speaks in the place of `voice` while it can."""
    voices_elsewhere: tuple[Chosen, ...] = ()
    """Asked in turn after `voice_elsewhere`, before `voice`."""
    vad: Chosen = Chosen("silero")
    turn: Chosen | None = None
    """Tells by the sound of a pause whether the speaker is done, where the words don't."""
    wake: tuple[WakePlan, ...] = ()
    llm: Chosen | None = None
    llms_elsewhere: tuple[Chosen, ...] = ()
    """Asked in turn before `llm_fallback`."""
    llm_fallback: Chosen | None = None
    late: bool = False
    """A language model comes after the house has opened."""
    manner: str = ""
    """Who speaks, and how: the LLM is told."""
    endpoint: EndpointSettings = field(default_factory=EndpointSettings)
    ask_when_unsure: bool = True
    """Ask "Did you say …?" between sure and refused."""
    habits: PauseHabits = field(default_factory=PauseHabits)
    first_clause: bool = True
    """The first words of a long sentence are spoken while the rest of it is made."""
    keep_sounds: bool = True
    """The sound of sentences that are often said is kept."""


def kit_of(settings: Settings, catalogue: Catalogue) -> Kit:
    """The kit the owner's settings ask for. SettingsError, or ModelMissing with the fix."""
    models = settings.data_folder / "models"
    voice = voice_in(settings.language, catalogue.voice(settings.voice))
    wake = settings.wake
    plans = tuple(
        plan(word, wake.sensitivity.get(word, "normal"), catalogue.wake_folder(word, models) or wake.folder)
        for word in wake.words
    )
    if wake.address is not None:
        plans = tuple(elsewhere(each, wake.address) for each in plans)
    phrases: list[JsonValue] = [each.phrase for each in plans]
    house = base(settings.language)
    hearing = {
        language: _hearing(settings, language, phrases, catalogue, models)
        for language in (*(settings.language_in(room) for room in settings.rooms), house)
    }
    ours = hearing.pop(house)
    return Kit(
        ears=ours.ears,
        ear_fallback=ours.fallback,
        ears_elsewhere=ours.elsewhere,
        abroad=hearing,
        voice_elsewhere=_elsewhere(settings.speech),
        voices_elsewhere=tuple(Chosen("wyoming", {"address": each}) for each in settings.speech.others),
        voice=_voice(voice, catalogue, models),
        room_voices={
            key: _voice(voice_of_room(settings, room, catalogue), catalogue, models)
            for room in settings.rooms
            if (key := voice_key(settings, room)) is not None
        },
        sounds=Sounds.of(voice),
        wake=plans if wake.enabled else (),
        llm=llm_of(settings.mind.llm, catalogue, models),
        llms_elsewhere=tuple(
            chosen for each in settings.mind.others if (chosen := llm_of(each, catalogue, models))
        ),
        llm_fallback=llm_of(settings.mind.fallback, catalogue, models),
        manner=settings.mind.manner or voice.manner,
        endpoint=ours.endpoint,
        turn=_turn(settings, catalogue, models),
        ask_when_unsure=settings.ears.ask_when_unsure,
        habits=PauseHabits(
            settings.speed.speculate,
            settings.speed.end_by_meaning,
            patience=PATIENCE if settings.ears.patient else 1.0,
        ),
        first_clause=settings.speed.first_clause,
        keep_sounds=settings.speed.keep_sounds,
    )


def _hearing(
    settings: Settings, language: str, phrases: list[JsonValue], catalogue: Catalogue, models: Path
) -> Hearing:
    """The narrow ear, which knows one language only, and the wide ones in this language."""
    ears = settings.ears
    alone = ears.wide is None
    narrow = Chosen("pocketsphinx", {"wake_phrases": phrases, "strictness": ears.strictness, "alone": alone})

    def wide(key: str, ear: WideEar) -> Chosen:
        return _wide(key, ear, language, phrases, catalogue, models)

    asked = [wide(key, ear) for key, ear in (("wide", ears.wide), ("fallback", ears.fallback)) if ear]
    return Hearing(
        ears=(*([narrow] if language == OWN else []), *asked[:1]),
        elsewhere=tuple(wide("others", WideEar(engine="wyoming", address=at)) for at in ears.others),
        fallback=asked[1] if asked[1:] else None,
        endpoint=_endpoint(settings, language),
    )


def _voice(voice: Voice, catalogue: Catalogue, models: Path) -> Chosen:
    files = catalogue.sealed(voice.model, "tts", models) if voice.engine == "piper" else ()
    return Chosen(voice.engine, _voice_options(voice, catalogue, models), files=files)


def _voice_options(voice: Voice, catalogue: Catalogue, models: Path) -> dict[str, JsonValue]:
    options = catalogue.voice_options(voice, models)
    return {**options, "threads": Threads.here().voice} if voice.engine == "piper" else options


def _endpoint(settings: Settings, language: str) -> EndpointSettings:
    patience = PATIENCE if settings.ears.patient else 1.0
    usual = EndpointSettings(silence_ms=settings.ears.silence_ms, patience=patience)
    if language == OWN:
        usual = replace(usual, pause_again_ms=WHOLE_WORD_MS)
    reads_pauses = settings.speed.speculate or settings.speed.end_by_meaning
    return usual if reads_pauses else replace(usual, pause_ms=None, pause_again_ms=None)


def _turn(settings: Settings, catalogue: Catalogue, models: Path) -> Chosen | None:
    """The first of the catalogue that is there; the house can do without."""
    if not (settings.ears.smart_turn and settings.speed.end_by_meaning):
        return None
    for model in catalogue.models.values():
        if model.kind == "turn":
            with suppress(ModelMissing):
                found: dict[str, JsonValue] = {"model": str(catalogue.locate(model.id, "turn", models))}
                return Chosen(model.engine, found, files=catalogue.sealed(model.id, "turn", models))
    return None


def _elsewhere(speech: SpeechSettings) -> Chosen | None:
    if speech.address is None:
        return None
    return Chosen("wyoming", speech.model_dump(exclude_none=True, exclude={"others"}))


def _wide(
    key: str, wide: WideEar, language: str, wake_phrases: list[JsonValue], catalogue: Catalogue, models: Path
) -> Chosen:
    if wide.engine == "wyoming":
        there: dict[str, JsonValue] = {"address": wide.address, "model": wide.model or None}
        return Chosen("wyoming", {**there, "language": language, "wake_phrases": wake_phrases})
    known = catalogue.models.get(wide.model)
    if known is not None and not {language, "multi"} & set(known.languages):
        raise SettingsError(
            f"ears.{key}.model: {wide.model} hears {known.languages[0]}, not {language}; choose another"
        )
    return Chosen(
        wide.engine,
        {
            "model": str(catalogue.locate(wide.model, "stt", models)),
            "language": language,
            "short_windows": known is not None and known.short_windows,
            "threads": wide.threads or Threads.here().wide_ear,
            "wake_phrases": wake_phrases,
        },
        files=catalogue.sealed(wide.model, "stt", models),
    )


def llm_of(llm: Llm | None, catalogue: Catalogue, models: Path) -> Chosen | None:
    """The engine of a language model. ModelMissing with the fix."""
    if llm is None:
        return None
    if llm.engine == "openai":
        options: dict[str, JsonValue] = {"model": llm.model, "base_url": llm.base_url}
        options["allow_internet"] = llm.allow_internet
        if llm.key_file is not None:
            options["key_file"] = str(llm.key_file)
        return Chosen("openai", options)
    known, shares = catalogue.models.get(llm.model), Threads.here()
    options = {
        "model": str(catalogue.locate(llm.model, "llm", models)),
        "context": llm.context_tokens,
        "threads": llm.threads or shares.writing,
        "reading_threads": llm.threads or shares.reading,
    }
    own = {"call_format": known.call_format if known else None, "adapter": str(llm.adapter or "")}
    options |= {name: value for name, value in own.items() if value}
    options |= llama_site.site_option()
    return Chosen("llama_cpp", options, files=catalogue.sealed(llm.model, "llm", models))
