"""`assistant setup`: a few questions with good answers given, then settings, models and a first word."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import paths
from assistant.catalogue import Catalogue, load_catalogue
from assistant.errors import AssistantError, SettingsError, WireError
from assistant.settings import Settings, find_settings, load_settings
from assistant.upkeep import llama_status, setup_file, setup_questions
from assistant.upkeep.find_home import find_home_assistants
from assistant.upkeep.fit import LEVELS, Box, Fit, measure
from assistant.upkeep.models import Models, named_in
from assistant.upkeep.setup_questions import NONE, Question, WrongAnswer
from assistant.yaml_text import parse

Out = Callable[[str], None]
Ask = Callable[[str], str]


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
    """Ask, write the settings, fetch the models. Interrupted, the next run begins with the answers given."""
    file = asked.settings or find_settings(None) or paths.settings_places()[0]
    before = file.read_text() if file.exists() else ""
    settings = load_settings(file) if before else Settings()
    catalogue = load_catalogue()
    given = _answers_of(asked.answers)
    dialogue = _Dialogue(asked, given, _Draft(file.parent / ".setup.yaml"), out, ask)
    out("looking at this box…")
    box = measure(settings.data_folder / "models")
    out(told(box))
    answers = dialogue.all(catalogue, box, settings)
    rooms = tuple(settings.rooms) if before else ()
    text = settings_text(before, rooms, changes(answers, catalogue, box), str(file))
    settings = setup_file.write(file, text)
    dialogue.draft.forget()
    out(f"settings: {file}")
    if asked.download:
        if llama_status.wanted(settings) and llama_status.start_in_background():
            out("llama.cpp is being built in the background: assistant engines status")
        _fetch(settings, catalogue, out)
    out('ready. Try: assistant ask "what can you do"; then talk to it: assistant run')


def told(box: Box) -> str:
    """The box in a sentence."""
    gpu = f", {box.accelerator}" if box.accelerator else ""
    return (
        f"{box.cores} processor cores ({box.machine}, {box.vectors}), {box.memory_mb / 1000:.0f} GB of memory"
        f", {box.disk_free_mb / 1000:.0f} GB free on disk{gpu}"
    )


class _Draft:
    """The answers given so far, kept while setup runs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.answers: dict[str, str] = {}
        if file.exists():
            kept = parse(file.read_bytes(), str(file)).data
            self.answers = {str(k): str(v) for k, v in kept.items()} if isinstance(kept, Mapping) else {}

    def keep(self, key: str, answer: str) -> None:
        self.answers[key] = answer
        self._file.parent.mkdir(parents=True, exist_ok=True)
        quoted = (f"{k}: '{v.replace(chr(39), 2 * chr(39))}'\n" for k, v in self.answers.items())
        self._file.write_text("".join(quoted))

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)


class _Dialogue:
    """Question after question."""

    def __init__(self, asked: Setup, given: Mapping[str, str], draft: _Draft, out: Out, ask: Ask) -> None:
        self._asked = asked
        self._given = given
        self.draft = draft
        self._out = out
        self._ask = ask

    def all(self, catalogue: Catalogue, box: Box, settings: Settings) -> dict[str, str]:
        """Every answer, by key. Raises WrongAnswer for a given one that fits nothing."""
        before = said_before(settings) | self.draft.answers
        answers = {question.key: self._answer(question) for question in setup_questions.first(before)}
        fit = Fit(box, catalogue, answers["language"])
        size = self._answer(setup_questions.level(fit, before.get("level", "")))
        chosen = next(level for level in LEVELS if level.name == size)
        default = before.get("voice") or ("lj" if "tts" in chosen.models else "hearth")
        answers["level"] = size
        answers["voice"] = self._answer(setup_questions.voice(catalogue, answers["language"], default))
        answers["home"] = self._answer(self._home(before.get("home", NONE)))
        answers["updates"] = self._answer(setup_questions.updates(before.get("updates", "no")))
        unknown = sorted(set(self._given) - set(answers))
        if unknown:
            known = f"known: {', '.join(answers)}"
            raise WrongAnswer(f"{self._asked.answers}: nothing asks for {', '.join(unknown)}; {known}")
        return answers

    def _home(self, default: str) -> Question:
        """Somebody who sits here is shown what announces itself; nothing is taken up unasked."""
        alone = self._asked.yes or "home" in self._given or not sys.stdin.isatty()
        return setup_questions.home(default, {} if alone else found_here(self._out))

    def _answer(self, question: Question) -> str:
        if question.key in self._given:
            return question.taken(self._given[question.key])
        if self._asked.yes:
            return question.default
        for line in setup_questions.shown(question):
            self._out(line)
        while True:
            try:
                answer = question.taken(self._ask(f"[{question.default}] > "))
            except WrongAnswer as error:
                self._out(str(error))
                continue
            self.draft.keep(question.key, answer)
            return answer


def _answers_of(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror})") from error
    answers = parse(content, str(file)).data
    if answers is None:
        return {}
    if not isinstance(answers, Mapping) or not all(isinstance(v, str) for v in answers.values()):
        raise SettingsError(f"{file}: write one answer a line, like `language: en`")
    return {str(key): str(value) for key, value in answers.items()}


def said_before(settings: Settings) -> dict[str, str]:
    """The settings in force as answers."""
    said = {
        "language": settings.language,
        "time_format": settings.time_format,
        "wake_word": settings.wake.words[0].replace("_", " "),
        "rooms": ", ".join(settings.rooms),
        "updates": "yes" if settings.update.automatic else "no",
    }
    if settings != Settings():
        said["voice"] = settings.voice
        quiet = next(iter(settings.rooms.values())).quiet_hours
        said["quiet_hours"] = NONE if quiet is None else f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"
    return said


def changes(answers: Mapping[str, str], catalogue: Catalogue, box: Box) -> dict[str, Any]:
    """Answers → what changes in the settings."""
    fit = Fit(box, catalogue, answers["language"])
    chosen = next(level for level in LEVELS if level.name == answers["level"])
    models = fit.models(chosen)
    quiet: dict[str, str] | None = None
    if answers["quiet_hours"] != NONE:
        start, _, end = answers["quiet_hours"].partition("-")
        quiet = {"start": start, "end": end}
    return {
        "language": answers["language"],
        "time_format": answers["time_format"],
        "voice": answers["voice"],
        "wake": {"words": [answers["wake_word"].replace(" ", "_")]},
        "ears": {"wide": {"model": models["stt"]} if "stt" in models else None},
        "mind": {"llm": {"engine": "llama_cpp", "model": models["llm"]} if "llm" in models else None},
        "home": _home(answers["home"]),
        "update": {"automatic": True if answers.get("updates") == "yes" else None},
        "rooms": {room: {"quiet_hours": quiet} for room in answers["rooms"].split(", ")},
    }


def settings_text(before: str, rooms: Sequence[str], changed: Mapping[str, Any], name: str) -> str:
    """The owner's file with `changes` in it; of the rooms that were there only those that are named stay."""
    wanted: dict[str, Any] = dict.fromkeys(rooms) | {room: {} for room in changed["rooms"]}
    text = setup_file.changed(before, {"rooms": wanted}, name)
    return setup_file.changed(text, changed, name)


def _home(said: str) -> dict[str, Any]:
    if said == NONE:
        return {}
    if said.startswith("http"):
        return {"home_assistant": {"url": said, "token_file": "home-assistant.token"}}
    return {"file": said}


def _fetch(settings: Settings, catalogue: Catalogue, out: Out) -> None:
    """Hearing first, then the voice, then the language model."""
    models = Models(catalogue, settings.data_folder / "models")
    for model in named_in(settings, catalogue):
        if not models.installed(model):
            models.pull([model.id], out)


def found_here(out: Out) -> dict[str, str]:
    """Home Assistants of this home's network, address → name; none where it cannot be asked."""
    out("looking for a Home Assistant in this home…")
    try:
        return {each.url: each.name for each in asyncio.run(find_home_assistants())}
    except WireError as error:
        out(str(error))
        return {}


def typed(prompt: str) -> str:
    """A line from the terminal. AssistantError at its end, with what to do instead."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise AssistantError("the answers ended; what was said is kept. Go on: assistant setup (or --yes)")
    return line
