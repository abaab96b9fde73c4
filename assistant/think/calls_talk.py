"""What the phrases of talk, clock, notes, sums, announcements and quiet mean → arguments."""

from collections.abc import Mapping
from typing import Final

from assistant.messages import JsonValue
from assistant.think import when
from assistant.think.numbers import NUMBER_WORDS
from assistant.think.said import Arguments, Build, NotMeant, Said

MOST_SUM_WORDS: Final = 40
MOST_TEXT_WORDS: Final = 60
_PLACE_WORDS: Final = frozenset({"in", "to", "on", "upstairs", "downstairs"})
_NUMBERS: Final = NUMBER_WORDS | frozenset(
    {"million", "billion", "a", "an", "third", "thirds", "quarters", "fourth", "fourths", "halves", "dozen"}
)
_SIGNS: Final = frozenset(
    {
        "plus",
        "minus",
        "times",
        "over",
        "divided",
        "multiplied",
        "squared",
        "cubed",
        "percent",
        "root",
        "power",
    }
    | {
        "half",
        "quarter",
        "third",
        "double",
        "twice",
        "sum",
        "product",
        "modulo",
        "factorial",
        "less",
        "thirds",
    }
    | {"fifth", "tenth", "quarters", "into", "triple", "difference", "added", "x"}
)
_BETWEEN: Final = frozenset(
    {"of", "by", "to", "the", "and", "square", "cube", "off", "from", "between", "with", "fifths", "tenths"}
    | {"first", "second", "sixth", "seventh", "eighth", "ninth", "hundredth", "negative", "brackets"}
)
_LAST: Final = frozenset({"squared", "cubed", "percent", "power", "factorial"})
_NOT_KEPT: Final = frozenset({"to", "me", "when", "what", "who", "where", "how", "why", "my", "your"})
_OWN: Final = frozenset({"the", "my", "our"})
_STATED: Final = frozenset({"is", "are", "was"})
"""A note without "that" says how something is: "remember the key is under the mat"."""


def _said_words(said: Said, name: str, most: int = MOST_TEXT_WORDS) -> str:
    found = said.all(name)
    words = str(found[0].value).strip() if found else ""
    if not words or len(words.split()) > most:
        raise NotMeant
    return words


def _calculate(said: Said) -> Arguments:
    """Only what has numbers and a sign, and no other word."""
    words = set((text := _said_words(said, "sum", MOST_SUM_WORDS)).split())
    if not words <= _NUMBERS | _SIGNS | _BETWEEN or not words & _SIGNS or not words & _NUMBERS:
        raise NotMeant
    if words <= _NUMBERS or text.split()[-1] not in _NUMBERS | _LAST:
        raise NotMeant
    return {"expression": text}


def _convert(said: Said) -> Arguments:
    amount = str(said.all("amount")[0].value) if said.all("amount") else "one"
    if not set(amount.split()) <= _NUMBERS | {"and", "of"}:
        raise NotMeant
    units = (
        [str(slot.value) for slot in said.all("unit")],
        [str(slot.value) for slot in said.all("into")],
    )
    if len(units[0]) != 1 or len(units[1]) != 1:
        raise NotMeant
    return {"amount": amount, "unit": units[0][0], "into": units[1][0]}


def _time_now(said: Said) -> Arguments:
    return said.optional("place")


def _date_find(said: Said) -> Arguments:
    told = said.optional("tell")
    value = {name: str(said.all(name)[0].value) for name in _DAY_SLOTS if said.all(name)}
    match value:
        case {"near": near}:
            when = near
        case {"weekday": weekday}:
            when = f"{value['which']} {weekday}" if "which" in value else weekday
        case {"month": month, "day": day}:
            when = f"{month} {day}"
        case {"in_days": days}:
            when = f"in {days} days"
        case {"in_weeks": weeks}:
            when = f"in {weeks} weeks"
        case _:
            raise NotMeant
    return {"when": when, **told}


_DAY_SLOTS: Final = ("near", "weekday", "which", "month", "day", "in_days", "in_weeks")


def _leap_year(said: Said) -> Arguments:
    return said.optional("year")


def _note_add(said: Said) -> Arguments:
    text = _said_words(said, "fact" if said.all("fact") else "note")
    words = text.split()
    if said.all("fact") and (words[0] not in _OWN or _STATED.isdisjoint(words[2:-1])):
        raise NotMeant
    if len(text.split()) < 2 or text.split()[0] in _NOT_KEPT - {"my", "your"}:
        raise NotMeant
    return {"text": text}


def _note_find(said: Said) -> Arguments:
    """A question is one about the notes only where a note answers it; said outright, it always is."""
    if said.all("question"):
        words = _said_words(said, "question")
        if not said.scene.recalls(words):
            raise NotMeant
        return {"about": words}
    if said.all("about"):
        return {"about": _said_words(said, "about", 8)}
    return {}


def _note_forget(said: Said) -> Arguments:
    found: dict[str, JsonValue] = {**said.optional("last"), **said.optional("all")}
    if said.all("about"):
        found["about"] = _said_words(said, "about", 8)
    if not found:
        raise NotMeant
    return found


def _help(said: Said) -> Arguments:
    if not said.all("topic"):
        return {}
    return {"topic": str(said.all("topic")[0].value)}


def _quiet(said: Said) -> Arguments:
    found: dict[str, JsonValue] = {"on": bool(said.all("wanted")[0].value), **said.optional("everywhere")}
    if any(said.all(name) for name in ("hours", "minutes", "seconds", "extra_s")):
        found["duration_s"] = said.duration_s()
    if said.all("until_hour"):
        hour = said.total("until_hour")
        half = str(said.all("half_day")[0].value) if said.all("half_day") else ""
        found["until"] = _clock_time(hour, said.total("until_minute"), half)
    return found


def _clock_time(hour: int, minute: int, half_day: str) -> str:
    """`07:00`, or `7:00` where nobody said which half of the day."""
    if half_day:
        return f"{hour % 12 + (12 if half_day == 'pm' else 0):02}:{minute:02}"
    return f"{hour}:{minute:02}" if hour <= 12 else f"{hour:02}:{minute:02}"


def _room_ask(said: Said) -> Arguments:
    if said.all("usual_inquiry"):
        return {"question": str(said.all("usual_inquiry")[0].value), **said.optional("room")}
    first = said.all("inquiry_word")[0].value
    question = f"{first} {_said_words(said, 'inquiry')}".replace(" '", "'")  # "what's"
    return {"question": question, **said.optional("room")}


def _talk_move(said: Said) -> Arguments:
    return said.optional("room")


def _announce(said: Said) -> Arguments:
    if not said.all("room") and _said_words(said, "announcement").split()[0] in _PLACE_WORDS:
        raise NotMeant  # a place that this house does not have
    words = _said_words(said, "announcement").split()
    if (time := when.head(words, said.scene.now())) is not None and words[time[1] : time[1] + 1] == ["that"]:
        raise NotMeant  # "at six that dinner is ready" is for later
    return {"text": _said_words(said, "announcement"), **said.optional("room")}


def _mute(said: Said) -> Arguments:
    return said.optional("everywhere")


def _nothing(said: Said) -> Arguments:
    return {}


BUILDERS: Final[Mapping[str, Build]] = {
    "time_now": _time_now,
    "date_find": _date_find,
    "leap_year": _leap_year,
    "calculate": _calculate,
    "convert": _convert,
    "note_add": _note_add,
    "note_find": _note_find,
    "note_forget": _note_forget,
    "help": _help,
    "emergency": _nothing,
    "do_not_disturb": _quiet,
    "quiet_query": _nothing,
    "announce": _announce,
    "room_ask": _room_ask,
    "talk_move": _talk_move,
    "mute": _mute,
}
