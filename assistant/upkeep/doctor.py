"""`assistant doctor`: one line a check; every failure names the one thing that mends it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from assistant.catalogue import Catalogue, load_catalogue
from assistant.errors import AssistantError
from assistant.house import engines
from assistant.house.build import Opening, open_house
from assistant.house.kit import Kit, kit_of
from assistant.house.late import without_late
from assistant.journal import Journal
from assistant.settings import Settings, find_settings, load_settings
from assistant.upkeep import doctor_box, doctor_doors, doctor_rooms, doctor_sound, llama_status
from assistant.upkeep.doctor_service import limits, service
from assistant.upkeep.doctor_updates import updates
from assistant.upkeep.findings import Finding
from assistant.upkeep.models import Models, named_in
from assistant.upkeep.settings_check import BUILT_LATER, check_asked, chosen_engines

Out = Callable[[str], None]
MARKS = {True: "✓", False: "✗", None: "·"}
VOICE_S = 0.3
"""The shortest a spoken "Hello, this is your house." can be."""


@dataclass(frozen=True, slots=True)
class Examining:
    """What to look at, and how."""

    settings: Path | None
    sound: bool = True
    """Listen and play a tone too; takes some seconds and is heard."""
    mend: bool = False
    as_json: bool = False


async def examine(asked: Examining, out: Out) -> int:
    """Check everything, in the order of the road; 0 when nothing is wrong, else 1."""
    wrong = looked = 0
    async with aclosing(_findings(asked)) as findings:
        async for found in findings:
            if found.good is False and asked.mend and found.mend is not None:
                found = await _mended(found, out if not asked.as_json else lambda line: None)
            looked += 1
            wrong += found.good is False
            out(json.dumps(found.as_json()) if asked.as_json else _line(found))
    if not asked.as_json:
        out(f"{looked} checks, {wrong} to mend" if wrong else f"{looked} checks, all well")
    return 1 if wrong else 0


def _line(found: Finding) -> str:
    fix = f"\n    mend it: {found.fix}" if found.fix and found.good is False else ""
    return f"{MARKS[found.good]} {found.check}: {found.told}{fix}"


async def _mended(found: Finding, out: Out) -> Finding:
    assert found.mend is not None
    out(f"… {found.check}: {found.told}; mending it")
    try:
        return await asyncio.to_thread(found.mend)
    except AssistantError as error:
        return Finding(found.check, False, str(error), found.fix)


async def _findings(asked: Examining) -> AsyncGenerator[Finding, None]:
    try:
        settings = load_settings(asked.settings)
        catalogue = load_catalogue()
        check_asked(settings, find_settings(asked.settings))
        kit = kit_of(settings, catalogue)
    except AssistantError as error:
        yield Finding("settings", False, str(error), "mend what the message names: assistant config check")
        settings, catalogue, kit = Settings(), load_catalogue(), None
    else:
        file = find_settings(asked.settings)
        yield Finding("settings", True, f"{file} is good" if file else "none, the defaults are in force")
    for check in (*doctor_box.CHECKS, doctor_doors.ports, service, limits, updates, llama):
        yield await asyncio.to_thread(check, settings)
    yield await doctor_doors.engines_shut_in()
    for found in await asyncio.to_thread(_models, settings, catalogue):
        yield found
    if kit is not None:
        for found in _engines(kit):
            yield found
        yield await _turn(settings, kit)
    async with aclosing(_elsewhere_and_sound(settings, sound=asked.sound)) as further:
        async for found in further:
            yield found


async def _elsewhere_and_sound(settings: Settings, *, sound: bool) -> AsyncGenerator[Finding, None]:
    """Engines and satellites on other boxes, then the microphones and loudspeakers of this one."""
    for found in await asyncio.to_thread(lambda: list(doctor_rooms.engines_elsewhere(settings))):
        yield found
    async with aclosing(doctor_rooms.satellites(settings)) as satellites:
        async for found in satellites:
            yield found
    for name, room in settings.rooms.items() if sound else ():
        if room.satellite is None:
            async with aclosing(doctor_sound.findings(name, room, settings.wake.words)) as heard:
                async for found in heard:
                    yield found


def _models(settings: Settings, catalogue: Catalogue) -> list[Finding]:
    """Every byte of the models the settings name."""
    models = Models(catalogue, settings.data_folder / "models")
    found = []
    for model in named_in(settings, catalogue):
        if model.package is not None:
            continue
        name = model.id
        lines: list[str] = []
        good = models.verify([name], lines.append)

        def pull(name: str = name) -> Finding:
            models.pull([name], lambda line: None)
            return Finding(f"model {name}", True, "fetched, every byte is right")

        told = lines[0].removeprefix(f"{name}: ")
        found.append(Finding(f"model {name}", good, told, f"assistant models pull {name}", pull))
    return found


def _engines(kit: Kit) -> list[Finding]:
    found = []
    for kind, name in chosen_engines(kit):
        reason = None if name == BUILT_LATER else engines.usable(kind, name)
        found.append(
            Finding(f"engine {name}", reason is None, reason or f"{kind}: can run here", reason or "")
        )
    return found


def llama(settings: Settings) -> Finding:
    """The engine that is compiled on the box."""
    minds = (settings.mind.llm, settings.mind.fallback)
    if not any(mind is not None and mind.engine == BUILT_LATER for mind in minds):
        return Finding("llama.cpp", None, "not asked for")
    state = llama_status.status()
    good = {"ready": True, "none": False, "failed": False}.get(state.stage)
    return Finding("llama.cpp", good, state.line.removeprefix("llama.cpp: "), "assistant engines build")


async def _turn(settings: Settings, kit: Kit) -> Finding:
    """A whole house in memory is asked the time, and its voice says hello."""
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    journal = Journal(lambda: loop.time() - started_s)
    said: list[str] = []
    try:
        async with open_house(settings, journal, Opening(ears=True, kit=without_late(kit))) as house:
            opened_s = loop.time() - started_s
            with journal.reading(lambda entry: said.append(getattr(entry.happening, "text", ""))):
                await house.ask("what time is it", None)
            made_s = 0.0
            async with aclosing(house.speech("Hello, this is your house.")) as sounds:
                async for sound in sounds:
                    made_s += len(sound.pcm) / 2 / sound.rate_hz
    except AssistantError as error:
        return Finding("a whole turn", False, str(error), "mend what the message names, then look again")
    if not said or made_s < VOICE_S:
        return Finding("a whole turn", False, "no answer or no voice", "assistant ask 'what time is it'")
    return Finding("a whole turn", True, f"answered and spoken; open in {opened_s:.1f} s")
