"""The house on real engines of this machine, in processes of their own, on the clock on the wall."""

import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial

from assistant.catalogue import load_catalogue
from assistant.house.kit import Chosen, Kit, kit_of
from assistant.house.staff import Staff
from assistant.journal import Journal
from assistant.messages import JsonValue
from assistant.settings import Ears, Llm, Mind, RoomSettings, Settings, WideEar
from assistant.think.phrases import Phrases
from assistant.upkeep.bench.log import WorkLog
from assistant.upkeep.bench.machine import Started
from assistant.upkeep.bench.random_models import RandomModels
from assistant.upkeep.bench.road import ROOM, Bed
from assistant.upkeep.bench.said import Said
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.watched import Script, WatchedEar, WatchedLlm, WatchedVoice
from assistant.upkeep.demo import speak
from assistant.upkeep.full_demo import full_profile, shipped_kit

SPEAKER = "slt"
WIDE = "faster_whisper"
REHEARSES_S = 30.0
GAP_S = 8.0
"""Between two who speak to the house, as in the scripted grade."""
THREADS = 1
"""Of each engine: more than a busy machine has to spare makes ggml many times slower and hides the rest."""


@dataclass(frozen=True, slots=True)
class Real:
    """Settings and kit of the real engines, before anything is switched off in them."""

    settings: Settings
    kit: Kit
    chance: bool
    """Their weights are chance: the script says what they hear and answer."""


def of_chance(models: RandomModels, size: str = "1.7B") -> Real:
    """Engines on random weights of true size."""
    settings = Settings(
        rooms={ROOM: RoomSettings(volume_percent=100)},
        ears=Ears(wide=WideEar(model=str(models.whisper), threads=THREADS)),
        mind=Mind(llm=Llm(model=str(models.llm(size)), threads=THREADS)),
    )
    voice = Chosen("piper", {"model": str(models.voice)})
    kit = replace(kit_of(settings, load_catalogue()), voice=voice)
    llm = kit.llm
    assert llm is not None
    # Random GGUFs carry no chat template.
    kit = replace(kit, llm=replace(llm, options={**llm.options, "chat": "chatml"}))
    return Real(settings, kit, chance=True)


def of_the_owner(settings: Settings) -> Real:
    """Engines on the models the owner's settings name. ModelMissing with the fix."""
    return Real(settings, kit_of(settings, load_catalogue()), chance=False)


def of_the_kit() -> Real:
    """Engines on the house kit's small trained models. ModelMissing where the checkout lacks them."""
    settings, kit = full_profile(shipped_kit(), ROOM)
    return Real(settings, kit, chance=False)


def bed_of(real: Real, techniques: Techniques) -> Bed:
    """A house's worth of engines, with some techniques."""
    log, script = WorkLog(), Script()
    settings = real.settings.model_copy(update={"speed": techniques.settings})
    usual = kit_of(settings, load_catalogue())
    minds: list[WatchedLlm] = []
    words = script if real.chance else None

    async def staffing(
        kit: Kit, phrases: Phrases, journal: Journal, stack: AsyncExitStack, *, hears: bool
    ) -> Staff:
        staff = await Staff.start(kit, phrases, journal, stack, hears=hears)
        ears = []
        for ear, chosen in zip(staff.ears, kit.ears, strict=True):
            wide = chosen.engine == WIDE
            ears.append(WatchedEar(ear, "wide ear" if wide else "narrow ear", log, words if wide else None))
        whole = not techniques.streamed
        minds[:] = [WatchedLlm(m, log, words, kept=techniques.kept_prompt, whole=whole) for m in staff.minds]
        return Staff(WatchedVoice(staff.voice, log, whole=whole), ears, staff.by_grammar, minds)

    async def ask(said: Said) -> None:
        script.said = said
        for mind in minds:
            await mind.forget()

    kit = replace(
        usual,
        ears=tuple(_ear(chosen, techniques) for chosen in real.kit.ears if _wanted(chosen, techniques)),
        voice=real.kit.voice,
        llm=real.kit.llm,
    )
    own = Started(os.getpid(), 0.0)
    return Bed(
        *(settings, kit, staffing, partial(speak, voice=SPEAKER), log),
        ask=ask,
        rehearses_s=REHEARSES_S,
        gap_s=GAP_S,
        cpu_s=lambda: own.cpu_s,
    )


def _wanted(chosen: Chosen, techniques: Techniques) -> bool:
    return techniques.narrow_ear or chosen.engine == WIDE


def _ear(chosen: Chosen, techniques: Techniques) -> Chosen:
    if chosen.engine != WIDE:
        return chosen
    options: dict[str, JsonValue] = {**chosen.options, "short_windows": techniques.short_window}
    return replace(chosen, options=options)
