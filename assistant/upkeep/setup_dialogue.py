"""Question after question: asked, answered, taken back, kept where somebody interrupts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from assistant.catalogue import Catalogue
from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.upkeep import setup_place_questions, setup_questions, setup_updates
from assistant.upkeep.fit import Box, Fit
from assistant.upkeep.setup_changes import DEFAULT_DEVICE, said_before
from assistant.upkeep.setup_question import Question, WrongAnswer, shown
from assistant.upkeep.setup_questions import NONE
from assistant.yaml_text import parse

Out = Callable[[str], None]
Ask = Callable[[str], str]
BACK: Final = "back"
LISTEN: Final = ("hear", "play", "listen")
HEARD: Final = "type “hear 2” to listen to the second one"
HOW: Final = (
    "Press Enter to take what stands in brackets. Type a number or a word to choose, "
    f"“{BACK}” for the question before, Ctrl-C to stop: what was said is kept."
)


class Draft:
    """The answers given so far, kept while setup runs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.answers: dict[str, str] = {}
        if file.exists():
            kept = parse(file.read_bytes(), str(file)).data
            self.answers = {str(k): str(v) for k, v in kept.items()} if isinstance(kept, Mapping) else {}

    def keep(self, key: str, answer: str) -> None:
        """For a run that is interrupted."""
        self.answers[key] = answer
        self._file.parent.mkdir(parents=True, exist_ok=True)
        quoted = (f"{k}: '{v.replace(chr(39), 2 * chr(39))}'\n" for k, v in self.answers.items())
        self._file.write_text("".join(quoted))

    def forget(self) -> None:
        """They are in the settings."""
        self._file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Known:
    """What the questions are made of."""

    catalogue: Catalogue
    box: Box
    settings: Settings
    devices: Callable[[], Mapping[str, Mapping[str, str]]] = lambda: {}
    """`microphone` and `speaker` → name → what is told of it; empty where there is no sound device."""
    homes: Callable[[], Mapping[str, str]] = dict
    """Home Assistants that announce themselves, address → name."""
    hear: Callable[[str, str | None, Out], None] | None = None
    """Plays a voice, through a loudspeaker by name or the box's own choice; None: nothing sounds here."""
    refuses: Callable[[str, str], str] = lambda url, token: ""
    """Why a Home Assistant does not take a token; empty: it does, or cannot be asked now."""


class Dialogue:
    """The questions of one run. `answers` come in the order of the questions."""

    def __init__(self, known: Known, given: Mapping[str, str], draft: Draft, *, yes: bool) -> None:
        """`given`: answers of a file; `yes`: ask nothing."""
        self._known = known
        self._given = given
        self._draft = draft
        self._yes = yes
        self._before = said_before(known.settings) | draft.answers
        self._asked: list[str] = []
        self.answers: dict[str, str] = {}

    def run(self, out: Out, ask: Ask, ask_secret: Ask, source: str) -> dict[str, str]:
        """Every answer, by key. WrongAnswer for a given one that fits nothing; `source`: of the given."""
        if not self._yes:
            out(HOW)
        while (question := self._next()) is not None:
            self._answer(question, out, ask_secret if question.secret else ask)
        if unknown := sorted(set(self._given) - set(self.answers)):
            known = f"known: {', '.join(self.answers)}"
            raise WrongAnswer(f"{source}: nothing asks for {', '.join(unknown)}; {known}")
        return self.answers

    def _next(self) -> Question | None:
        return next((each for each in self._questions() if each.key not in self.answers), None)

    def _questions(self) -> Iterator[Question]:
        """In their order; each may lean on the answers before it."""
        said, before, known = self.answers, self._before, self._known
        yield setup_questions.language(before["language"])
        yield setup_place_questions.country(before.get("country", ""))
        yield from setup_place_questions.place(said["country"], before)
        yield from setup_questions.talking(before)
        yield from self._sound()
        fit = Fit(known.box, known.catalogue, said["language"])
        yield setup_questions.level(fit, before.get("level", ""))
        kept = before.get("voice") if before.get("level", said["level"]) == said["level"] else None
        default = kept or setup_questions.fitting(said["level"])
        voices = setup_questions.voice(known.catalogue, said["language"], default)
        later = "to hear them later: Setup on the page"
        yield replace(voices, text=f"{voices.text} ({later if known.hear is None else HEARD})")
        alone = self._yes or "home" in self._given or "home" in said
        yield setup_questions.home(before.get("home", NONE), {} if alone else known.homes())
        there = known.settings.home.home_assistant
        has_key = there is not None and there.url == said["home"] and there.token_file.is_file()
        yield setup_questions.home_token(said["home"], known.refuses, is_there=has_key)
        yield from setup_questions.privacy(before)
        yield from setup_updates.questions(said.get("updates", ""), before)

    def _sound(self) -> Iterator[Question]:
        """Which devices, where there is a choice, or an answers file speaks of them."""
        devices = self._known.devices()
        for key in ("microphone", "speaker"):
            found = devices.get(key, {})
            if len(found) > 1 or key in self._given:
                yield setup_questions.device(key, found, self._before[key])

    def _answer(self, question: Question, out: Out, ask: Ask) -> None:
        """Take it from the file, or from who sits here; “back” takes the answer before away."""
        if question.key in self._given:
            self.answers[question.key] = question.taken(self._given[question.key])
            return
        if self._yes or question.settled:
            self.answers[question.key] = question.default
            return
        for line in shown(question):
            out(line)
        while True:
            shown_as = question.called(question.default)
            said = ask(f"[{shown_as}] > " if shown_as else "> ")
            if said.strip().casefold() == BACK:
                self._back(out)
                return
            try:
                if question.key == "voice" and self._heard(question, said, out):
                    continue
                answer = question.taken(said)
            except WrongAnswer as error:
                out(str(error))
                continue
            break
        self.answers[question.key] = answer
        self._asked.append(question.key)
        if not question.secret:
            self._draft.keep(question.key, answer)

    def _heard(self, question: Question, said: str, out: Out) -> bool:
        """“hear 2” plays that voice, and asks again. Raises WrongAnswer."""
        word, _, which = said.strip().partition(" ")
        if word.casefold() not in LISTEN or self._known.hear is None:
            return False
        speaker = self.answers.get("speaker", self._before["speaker"])
        self._known.hear(question.taken(which), None if speaker == DEFAULT_DEVICE else speaker, out)
        return True

    def _back(self, out: Out) -> None:
        if not self._asked:
            out("this is the first question")
            return
        last = self._asked.pop()
        keys = list(self.answers)
        for key in keys[keys.index(last) :]:
            self._before[key] = self.answers.pop(key)


def answers_of(file: Path | None) -> dict[str, str]:
    """The answers of a file, key by key. SettingsError where it cannot be read, or is no such file."""
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
