"""What setup asks: each question with its choices, its default and what a wrong answer is told."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from assistant.catalogue import Catalogue
from assistant.errors import AssistantError
from assistant.hear.wake.models import OPEN_WORDS
from assistant.upkeep.fit import LEVELS, Fit, Level

LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
}
NONE: Final = "none"
_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*(?:-|to)\s*([01]?\d|2[0-3]):([0-5]\d)")


class WrongAnswer(AssistantError):
    """An answer that does not fit; the message says what would."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask."""

    key: str
    """Its name in an answers file."""
    text: str
    default: str
    choices: Mapping[str, str] = field(default_factory=dict)
    """Answer → what it means; empty: free text."""
    check: Callable[[str], str] = str.strip
    """Answer → as it is kept. Raises WrongAnswer."""
    found: Mapping[str, str] = field(default_factory=dict)
    """Free text: answers that were found here, by what they are called; a number chooses one."""

    def taken(self, said: str) -> str:
        """The answer as it is kept; empty means the default. Raises WrongAnswer."""
        said = said.strip()
        if not said:
            return self.default
        if not self.choices:
            near = dict(zip(map(str, range(1, len(self.found) + 1)), self.found, strict=True))
            return near.get(said) or self.check(said)
        numbered = dict(zip(map(str, range(1, len(self.choices) + 1)), self.choices, strict=True))
        wanted = numbered.get(said, said.casefold())
        found = [choice for choice in self.choices if choice.casefold() == wanted.casefold()]
        if not found:
            raise WrongAnswer(f'{self.key}: "{said}" is none of {", ".join(self.choices)}')
        return found[0]


def first(default: Mapping[str, str]) -> list[Question]:
    """What is asked of every box, before voices and levels."""
    words = {word.replace("_", " "): "" for word in OPEN_WORDS}
    return [
        Question("language", "Which language is spoken here?", default.get("language", "en"), LANGUAGES),
        Question("time_format", "How are times told?", default.get("time_format", "12"), TIME_FORMATS),
        Question("wake_word", "What wakes the house?", default.get("wake_word", "hey jarvis"), words),
        Question(
            "rooms",
            "Which rooms have a microphone on this box? (usually one; names with commas)",
            default.get("rooms", "living room"),
            check=_rooms,
        ),
        Question(
            "quiet_hours",
            f"When should it speak softly? (22:30-07:00, or {NONE})",
            default.get("quiet_hours", "22:30-07:00"),
            check=_hours,
        ),
    ]


TIME_FORMATS: Final = {"12": "7:30 PM", "24": "19:30"}


def voice(catalogue: Catalogue, language: str, default: str) -> Question:
    """Which voice; those that need a download say so."""
    known = {name: v for name, v in catalogue.voices.items() if v.language.startswith(language)}
    choices = {}
    for name, each in known.items():
        model = catalogue.models.get(each.model)
        size = "nothing to download" if model is None else f"{model.size_bytes / 1e6:.0f} MB"
        choices[name] = f"{size}{'; not for profit' if model and model.non_commercial else ''}"
    choices = choices or {"hearth": "English; there is no voice for this language yet"}
    fallback = default if default in choices else next(iter(choices))
    return Question("voice", "Which voice?", fallback, choices)


def level(fit: Fit, default: str) -> Question:
    """How much to install; what is too much for the box says why."""
    choices = {}
    for each in LEVELS:
        why = fit.fits(each)
        deaf = fit.language != "en" and "stt" not in each.models
        told = "typed words only: without a download it hears English" if deaf else each.told
        choices[each.name] = f"{told}; {why or expected(fit, each)}"
    proposed = fit.proposed().name
    known = default if default in choices else proposed
    return Question("level", f"How much should it know? (this box suits: {proposed})", known, choices)


def expected(fit: Fit, level: Level) -> str:
    """Download and speed of a level on this box."""
    reply = fit.reply_s(level)
    told = f"{fit.download_mb(level):,} MB to download, about {fit.command_s(level):.1f} s to a command"
    return told if reply is None else f"{told}, {reply:.1f} s to the first words of a conversation"


def home(default: str = NONE, found: Mapping[str, str] | None = None) -> Question:
    """Where the devices are. `found`: Home Assistants that announce themselves, address → name."""
    return Question(
        "home",
        f"Which devices should it control? A Home Assistant address, a YAML file, or {NONE}",
        default,
        check=_home,
        found=found or {},
    )


def updates(default: str) -> Question:
    """Whether to look for newer releases unasked."""
    choices = {
        "no": "nothing goes to the internet by itself; look by hand: assistant update",
        "yes": "once a week, when nobody talks; put back by itself if it does not work",
    }
    return Question("updates", "Should it keep itself up to date?", default, choices)


def room_name(said: str) -> str:
    """A room's name as it is kept. Raises WrongAnswer."""
    room = " ".join(said.lower().split())
    if not re.fullmatch(r"[^\W_][\w '-]{0,40}", room):
        raise WrongAnswer(f'rooms: "{said[:60]}" - name them like this: kitchen, living room')
    return room


def _rooms(said: str) -> str:
    rooms = [room_name(room) for room in said.split(",")]
    if len(set(rooms)) < len(rooms):
        raise WrongAnswer("rooms: one of them is named twice")
    return ", ".join(rooms)


def _hours(said: str) -> str:
    if said.casefold() == NONE:
        return NONE
    found = _HOURS.fullmatch(said)
    if found is None:
        raise WrongAnswer(f'quiet_hours: "{said}" - write them like 22:30-07:00, or {NONE}')
    return f"{int(found[1]):02}:{found[2]}-{int(found[3]):02}:{found[4]}"


def _home(said: str) -> str:
    if said.casefold() == NONE or said.startswith(("http://", "https://")):
        return said
    if said.endswith((".yaml", ".yml")):
        return said
    raise WrongAnswer(f'home: "{said}" - an address like http://192.168.1.5:8123, a .yaml file, or {NONE}')


def shown(question: Question) -> Sequence[str]:
    """The question as lines to read."""
    lines = [question.text]
    for number, (choice, told) in enumerate(question.choices.items(), 1):
        mark = "*" if choice == question.default else " "
        lines.append(f" {mark}{number}. {choice}{f': {told}' if told else ''}")
    for number, (address, called) in enumerate(question.found.items(), 1):
        lines.append(f"  {number}. {address}: {called}, found in this home")
    return lines
