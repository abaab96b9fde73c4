"""`assistant setup`: a few questions with good answers given, then settings, models and a first talk."""

import asyncio
import getpass
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant import control, paths
from assistant.catalogue import Catalogue, load_catalogue
from assistant.errors import AssistantError
from assistant.settings import Settings, find_settings, load_settings
from assistant.upkeep import (
    llama_status,
    setup_file,
    setup_home,
    setup_sound,
    setup_talk,
    setup_updates,
    through_hub,
)
from assistant.upkeep.fit import Box, measure
from assistant.upkeep.models import Models, named_in
from assistant.upkeep.setup_changes import TOKEN_FILE, changes, own_rooms, settings_text
from assistant.upkeep.setup_dialogue import Dialogue, Draft, Known, answers_of
from assistant.upkeep.setup_question import Question, WrongAnswer, shown, yes_or_no
from assistant.upkeep.setup_questions import NONE
from assistant.upkeep.setup_voice import Voices
from assistant.upkeep.terminal import wrapped

Out = Callable[[str], None]
Ask = Callable[[str], str]
LATER = "what was said is kept. Go on: assistant setup (or --yes)"


class Ended(AssistantError):
    """Nobody answers any more."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How to set up."""

    settings: Path | None
    answers: Path | None = None
    """A YAML file with answers by key; what it leaves out is asked, or takes its default with `yes`."""
    yes: bool = False
    """Ask nothing: the defaults, but for what `answers` says."""
    download: bool = True


def setup(asked: Setup, out: Out, ask: Ask) -> None:
    """Ask, write the settings, fetch the models, talk. Interrupted, the next run goes on from there."""
    out = wrapped(out)
    file = asked.settings or find_settings(None) or paths.settings_places()[0]
    before = file.read_text() if file.exists() else ""
    settings = load_settings(file) if before else Settings()
    catalogue = load_catalogue()
    given = answers_of(asked.answers)
    out("looking at this box…")
    box = measure(settings.data_folder / "models")
    out(told(box))
    draft = Draft(file.parent / ".setup.yaml")
    known = _known(catalogue, box, settings, out, fetch=asked.download)
    answers = _asked(asked, known, given, draft, out, ask)
    token = answers.pop("home_token", "")
    _without_key(answers, token, settings, out)
    if token:
        setup_home.keep_token(_token_file(settings, file), token)
    rooms = own_rooms(settings) if before else ()
    text = settings_text(before, rooms, changes(answers, catalogue, box, settings), str(file))
    settings = setup_file.write(file, text)
    draft.forget()
    out(f"settings: {file}")
    for line in _summary(answers):
        out(line)
    _try_and_fetch(asked, file, settings, catalogue, out, ask)


def _known(catalogue: Catalogue, box: Box, settings: Settings, out: Out, *, fetch: bool) -> Known:
    """What the questions need; sound devices and homes are looked for once they are asked for."""

    @cache
    def homes() -> Mapping[str, str]:
        return setup_home.found_here(out) if sys.stdin.isatty() else {}

    def refuses(url: str, token: str) -> str:
        return setup_home.refuses(url, token, out)

    sounds = "speaker" in setup_sound.devices()
    hear = Voices(catalogue, settings, fetch=fetch).hear if sounds else None
    return Known(catalogue, box, settings, setup_sound.devices, homes, hear, refuses)


def _asked(
    asked: Setup, known: Known, given: Mapping[str, str], draft: Draft, out: Out, ask: Ask
) -> dict[str, str]:
    dialogue = Dialogue(known, given, draft, yes=asked.yes)
    try:
        return dialogue.run(out, ask, _typed_secret if ask is typed else ask, str(asked.answers))
    except KeyboardInterrupt:
        out("")
        out(f"stopped; {LATER}")
        raise


def _without_key(answers: dict[str, str], token: str, settings: Settings, out: Out) -> None:
    """Without the key to its Home Assistant a house would run in safe mode: it is left out until then."""
    there = settings.home.home_assistant
    if token or not answers["home"].startswith("http"):
        return
    if there is not None and there.url == answers["home"] and there.token_file.is_file():
        return
    out(f"without its key Home Assistant ({answers['home']}) is left out for now; run setup again with it")
    answers["home"] = NONE


def _token_file(settings: Settings, file: Path) -> Path:
    there = settings.home.home_assistant
    return file.parent / TOKEN_FILE if there is None else there.token_file


def _summary(answers: Mapping[str, str]) -> list[str]:
    """What was decided without asking, in a line."""
    phone = f"In danger it says: phone {answers['emergency_number']}."
    zone = f"Its time zone is {answers['time_zone']}." if answers["time_zone"] else ""
    lacking = answers.get("updates") == "yes" and not setup_updates.complete(answers)
    return [f"{phone} {zone}".strip(), *([setup_updates.LEFT_OUT] if lacking else [])]


def _try_and_fetch(
    asked: Setup, file: Path, settings: Settings, catalogue: Catalogue, out: Out, ask: Ask
) -> None:
    """Sound first, so that what downloads may be left alone; then a first talk."""
    runs = control.hub_is_running()
    talks = not asked.yes and _wanted(settings, runs, out, ask)
    lacking: AssistantError | None = None
    if asked.download:
        if llama_status.wanted(settings) and llama_status.start_in_background():
            out("llama.cpp is being built in the background: assistant engines status")
        lacking = _fetched(settings, catalogue, out, stops=asked.yes)
    if runs and asked.settings is None:
        asyncio.run(through_hub.apply(out))
    if not asked.yes:
        _first_talk(file, settings, out, ask, aloud=talks and not runs)
    out("")
    if lacking is not None:
        raise lacking
    if runs:
        out("ready: the house runs with these settings.")
    else:
        out('ready. Start it: assistant run. Type to it: assistant ask "what can you do"')


def _wanted(settings: Settings, runs: bool, out: Out, ask: Ask) -> bool:
    """Microphone and loudspeaker tried, where there are any; whether they can be talked through."""
    name = own_rooms(settings)[0]
    room = settings.rooms[name]
    out("")
    if room.satellite is not None:
        return False
    if not setup_sound.can_be_tried():
        out("No microphone and loudspeaker was found here, so they are not tried. Once they are plugged in:")
        out("  assistant doctor")
        return False
    if runs:
        out("The house is running and uses the microphone, so it is not tried now. Later: assistant doctor")
        return False
    question = yes_or_no("try_sound", "Shall we try microphone and loudspeaker now?")
    while _says(question, out, ask) and not asyncio.run(setup_sound.try_out(name, room, out)):
        question = yes_or_no("try_again", "Try them once more?")
    return True


def _first_talk(file: Path, settings: Settings, out: Out, ask: Ask, *, aloud: bool) -> None:
    out("")
    if not _says(yes_or_no("talk", "Talk to it for the first time now?"), out, ask):
        return
    try:
        if aloud:
            asyncio.run(setup_talk.aloud(settings, out))
        else:
            asyncio.run(setup_talk.typed(settings, file, out))
    except Ended:
        return
    except AssistantError as error:
        out(f"that did not work: {error}")


def _says(question: Question, out: Out, ask: Ask) -> bool:
    """Whether it is yes. Where nobody answers any more it is no: all that matters is done by then."""
    for line in shown(question):
        out(line)
    while True:
        try:
            return question.taken(ask(f"[{question.default}] > ")) == "yes"
        except WrongAnswer as error:
            out(str(error))
        except Ended:
            out("")
            return False


def told(box: Box) -> str:
    """The box in a sentence."""
    gpu = f", {box.accelerator}" if box.accelerator else ""
    return (
        f"{box.cores} processor cores ({box.machine}, {box.vectors}), {box.memory_mb / 1000:.0f} GB of memory"
        f", {box.disk_free_mb / 1000:.0f} GB free on disk{gpu}"
    )


def _fetched(settings: Settings, catalogue: Catalogue, out: Out, *, stops: bool) -> AssistantError | None:
    """Hearing first, then the voice, then the language model; what kept one away.

    `stops`: raise it. Else the talk that follows is with what is here.
    """
    models = Models(catalogue, settings.data_folder / "models")
    try:
        for model in named_in(settings, catalogue):
            if not models.installed(model):
                models.pull([model.id], out)
    except AssistantError as error:
        if stops:
            raise
        out(f"Not everything could be fetched: {error}")
        return AssistantError("something is still to be fetched; go on where it stopped: assistant setup")
    return None


def typed(prompt: str) -> str:
    """A line from the terminal. Ended at its end, with what to do instead."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise Ended(f"the answers ended; {LATER}")
    return line


def _typed_secret(prompt: str) -> str:
    """The same, not shown while it is typed."""
    if not sys.stdin.isatty():
        return typed(prompt)
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise Ended(f"the answers ended; {LATER}") from None
