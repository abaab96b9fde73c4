"""What setup asks: each question with its choices, its default and what a wrong answer is told."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from assistant.catalogue import Catalogue
from assistant.hear.wake.models import OPEN_WORDS
from assistant.upkeep.fit import LEVELS, Fit, Level
from assistant.upkeep.setup_question import Question, WrongAnswer

LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
}
NONE: Final = "none"
KEEP: Final = "keep"
"""A level: ears and mind stay as the owner wrote them."""
MOST_ROOMS: Final = 50
_TIME: Final = r"(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?"
_HOURS: Final = re.compile(rf"(?:from\s+)?{_TIME}\s*(?:-|\u2013|to|until)\s*{_TIME}")


def language(default: str) -> Question:
    """What everything else is said in."""
    return Question("language", "Which language is spoken here?", default, LANGUAGES, codes=True)


def talking(default: Mapping[str, str]) -> list[Question]:
    """What is asked of every box, after the place and before voices and levels."""
    words = {word.replace("_", " "): "" for word in OPEN_WORDS}
    return [
        Question(
            "wake_word", "What do you call it by, to wake it?", default.get("wake_word", "hey jarvis"), words
        ),
        Question(
            "rooms",
            "In which room is this box? (Several microphones on it: their rooms, with commas)",
            default.get("rooms", "living room"),
            check=_rooms,
        ),
        Question(
            "quiet_hours",
            f"When should it speak softly, so that nobody wakes up? (like 22:30-07:00, or {NONE})",
            default.get("quiet_hours", "22:30-07:00"),
            check=_hours,
        ),
    ]


def privacy(default: Mapping[str, str]) -> list[Question]:
    """What is kept, and who may look."""
    return [
        Question(
            "remember",
            "May it remember what was said a moment ago?",
            default.get("remember", "yes"),
            {
                "yes": 'for "again", "undo that" and notes you ask for; never sound, never outside this box',
                "no": "nothing longer than the talk lasts; it then keeps no notes either",
            },
        ),
        Question(
            "page",
            "Who may open its page in a browser?",
            default.get("page", "here"),
            {
                "here": "this box alone",
                "home": "phones and computers at home, each with a code that you read out",
                "nobody": "there is no page",
            },
        ),
    ]


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


def fitting(level: str) -> str:
    """The voice of whoever named none: a natural one where the level brings what speaks it."""
    speaks = level == KEEP or any(each.name == level and "tts" in each.models for each in LEVELS)
    return "lj" if speaks else "hearth"


def level(fit: Fit, default: str) -> Question:
    """How much to install; what is too much for the box says why."""
    choices = {}
    for each in LEVELS:
        why = fit.fits(each)
        deaf = fit.language != "en" and "stt" not in each.models
        told = "typed words only: without a download it hears English" if deaf else each.told
        choices[each.name] = f"{told}; {why or expected(fit, each)}"
    if default == KEEP:
        choices[KEEP] = "as it is now, with what you wrote into the settings yourself"
    proposed = fit.proposed().name
    known = default if default in choices else proposed
    return Question("level", f"How much should it know? (good for this box: {proposed})", known, choices)


def expected(fit: Fit, level: Level) -> str:
    """Download and speed of a level on this box."""
    reply = fit.reply_s(level)
    size = f"{fit.download_mb(level):,} MB to download, " if fit.download_mb(level) else ""
    told = f"{size}about {fit.command_s(level):.1f} s to a command"
    return told if reply is None else f"{told}, {reply:.1f} s to the first words of a conversation"


def home(default: str = NONE, found: Mapping[str, str] | None = None) -> Question:
    """Where the devices are. `found`: Home Assistants that announce themselves, address → name."""
    return Question(
        "home",
        f"Which lamps and devices should it switch? (Home Assistant's address, a YAML file, or {NONE})",
        default,
        check=_home,
        found=found or {},
    )


def device(key: str, found: Mapping[str, str], default: str) -> Question:
    """Which microphone or loudspeaker; without any here, its name as it is typed."""
    text = {"microphone": "Which microphone should it listen with?", "speaker": "Which loudspeaker?"}[key]
    if not found:
        return Question(key, text, default)
    return Question(key, text, default if default in found else next(iter(found)), found)


def room_name(said: str) -> str:
    """A room's name as it is kept. Raises WrongAnswer."""
    room = " ".join(said.lower().split())
    if not re.fullmatch(r"[^\W_][\w '-]{0,40}", room):
        raise WrongAnswer(f'rooms: "{said[:60]}" - name them like this: kitchen, living room')
    return room


def _rooms(said: str) -> str:
    rooms = [room_name(room) for room in said.split(",") if room.strip()]
    if not 1 <= len(rooms) <= MOST_ROOMS:
        raise WrongAnswer(f"rooms: name 1 to {MOST_ROOMS}, with commas: kitchen, living room")
    if len(set(rooms)) < len(rooms):
        raise WrongAnswer("rooms: one of them is named twice")
    return ", ".join(rooms)


def _hours(said: str) -> str:
    if said.casefold() in (NONE, "no"):
        return NONE
    found = _HOURS.fullmatch(said.casefold())
    times = [] if found is None else [_clock_time(*found.groups()[:3]), _clock_time(*found.groups()[3:])]
    if len(times) != 2 or "" in times:
        raise WrongAnswer(f'quiet_hours: "{said[:60]}" - write them like 22:30-07:00, or {NONE}')
    if times[0] == times[1]:
        raise WrongAnswer(f"quiet_hours: they end when they begin; write them like 22:30-07:00, or {NONE}")
    return "-".join(times)


def _clock_time(hour: str, minute: str | None, half: str | None) -> str:
    """`22:30` of `10:30 pm`; empty where there is no such time."""
    hours, minutes = int(hour), int(minute or 0)
    if half is not None:
        if not 1 <= hours <= 12:
            return ""
        hours = hours % 12 + (12 if half == "pm" else 0)
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else ""


def _home(said: str) -> str:
    if said.casefold() in (NONE, "no"):
        return NONE
    if said.endswith((".yaml", ".yml")):
        file = Path(said).expanduser().absolute()
        if not file.is_file():
            raise WrongAnswer(f"home: there is no file {file}; check its name, or type {NONE}")
        return str(file)
    told = f'home: "{said[:60]}" - an address like http://192.168.1.5:8123, a .yaml file, or {NONE}'
    try:
        parts = urlsplit(said if "://" in said else f"http://{said}")
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        named = "." in (parts.hostname or "") or parts.port is not None or "://" in said
    except ValueError:
        good = named = False
    if not (good and named) or any(sign.isspace() for sign in said):
        raise WrongAnswer(told)
    return parts.geturl().rstrip("/")


def home_token(home: str, refuses: Callable[[str, str], str], *, is_there: bool) -> Question:
    """The key to a Home Assistant; a home without one has none."""

    def check(token: str) -> str:
        if why := refuses(home, token.strip()):
            raise WrongAnswer(f"home_token: {why}; copy it anew, or press Enter to leave it out for now")
        return token.strip()

    needless = is_there or not home.startswith("http")
    text = (
        "Home Assistant's key for the house? (there: your name, Security, Long-lived access tokens, Create; "
        "Enter: leave Home Assistant out for now)"
    )
    return Question("home_token", text, "", check=check, settled=needless, secret=True)
