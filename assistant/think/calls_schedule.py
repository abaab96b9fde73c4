"""What the phrases of alarms, reminders and waiting commands mean → arguments."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from assistant.messages import JsonValue
from assistant.think import when, when_told
from assistant.think.said import Arguments, Build, NotMeant, Said, Unclear
from assistant.think.when import When

MOST_TEXT_WORDS: Final = 40
_OPENERS: Final = frozenset({"to", "about", "that", "of"})
_ASKS: Final = frozenset({"how", "what", "who", "where", "why", "which", "if", "whether", "when", "whose"})
_NO_ONE_TIME: Final = frozenset(
    {"when", "if", "once", "after", "before", "until", "unless", "while", "as", "every", "each", "whenever"}
    | {"twice", "hourly", "yesterday"}
)
"""Words of a condition, or of a rhythm that is not one of days: no question about the time mends those."""
_ALARM_WHEN: Final = "For what time?"
_ALARM_DAYS: Final = "On which days?"
_REMIND_WHEN: Final = "When should I remind you?"
_REMIND_WHAT: Final = "What should I remind you of?"


def _alarm_set(said: Said) -> Arguments:
    if not said.all("when"):
        raise Unclear(_ALARM_WHEN)
    found, name = _named_time(said)
    told = when_told.told(found, said.scene.now(), when_told.ALARM)
    if told is None:
        raise Unclear(_ALARM_DAYS if found.every else _ALARM_WHEN)
    if said.all("again") and not {"days", "every"} & set(told):
        raise Unclear(_ALARM_DAYS)
    if found.delay_s is not None:
        # An alarm rings on the minute; half of one early or late is no matter.
        due = said.scene.now() + timedelta(seconds=found.delay_s + 30)
        told = {"time": f"{due:%H:%M}", "date": f"{due:%Y-%m-%d}"}
    return {**told, **name}


def _named_time(said: Said) -> tuple[When, dict[str, JsonValue]]:
    """When, and what it is called; in "a weekday alarm" the name belongs to the time."""
    for slot in said.all("name"):
        words = [*str(slot.value).split(), *str(said.all("when")[0].value).split()]
        for whole in (words, ["every", *words]):
            if (found := when.read(whole, said.scene.now())) is not None:
                return found, {}
    return _time(said, "when"), said.optional("name")


def _alarm_cancel(said: Said) -> Arguments:
    whose = _which(said)
    if said.all("once") and "date" not in whose:
        raise NotMeant
    return {**whose, **said.optional("all")}


def _alarm_change(said: Said) -> Arguments:
    found = _time(said, "when")
    to = when_told.either(found)
    told = when_told.told(found, said.scene.now(), when_told.ALARM)
    if to is None or told is None:
        raise NotMeant
    whose = _which(said)
    if "date" in whose:
        raise NotMeant
    return {"to": to, **{key: told[key] for key in ("date", "days", "every") if key in told}, **whose}


def _which(said: Said) -> dict[str, JsonValue]:
    """An alarm by its time or, where the words say none, by its name."""
    if not (slots := said.all("which")):
        return {}
    words = [word.removesuffix("'s") for word in str(slots[0].value).split()]
    found = when.read(words, said.scene.now())
    if found is None:
        return {"name": said.a_name(" ".join(words))}
    if (time := when_told.either(found)) is not None:
        return {"time": time}
    if found.day is not None and not found.same_time:
        return {"date": found.day.isoformat()}
    return {"name": " ".join(words)}


def _time(said: Said, slot: str) -> When:
    found = when.read(str(said.all(slot)[0].value).split(), said.scene.now())
    if found is None:
        raise NotMeant
    return found


def _snooze(said: Said) -> Arguments:
    if not said.all("hours", "minutes", "seconds", "extra_s"):
        return {}
    return {"minutes": max(1, round(said.duration_s() / 60))}


# ── reminders ────────────────────────────────────────────────────────────────────────────────────


def _reminder_set(said: Said) -> Arguments:
    if not (slots := said.all("rest")):
        raise Unclear(_REMIND_WHAT)
    room, words = _room(said, str(slots[0].value).split())
    time, text = _time_and_text(words, said)
    to_all = any(slot.value == "everyone" for slot in said.all("whom"))
    if time is None:
        # Everyone is told something now, or a question is asked: no reminder.
        if to_all or not text or text[0] in _ASKS or _has_no_one_time(text, said):
            raise NotMeant
        raise Unclear(_REMIND_WHEN)
    if not text:
        raise Unclear(_REMIND_WHAT)
    ends = (text[0], text[-1])
    if len(text) > MOST_TEXT_WORDS or "at" in ends or text[0] == "and" or _has_another_time(text, said):
        raise NotMeant
    told = when_told.told(time, said.scene.now(), when_told.REMINDER)
    if told is None:
        raise Unclear(_REMIND_WHEN)
    whom: dict[str, JsonValue] = {"everyone": True} if to_all else {}
    if named := said.all("room"):
        room = said.names.area(str(named[0].value)) or str(named[0].value)
    if room is not None:
        whom["room"] = room
    return {"text": " ".join(text), **told, **whom}


def _has_another_time(text: list[str], said: Said) -> bool:
    """ "Call mum at five and dad", before "at six": more than one reminder."""
    joints = [at for at, word in enumerate(text) if word == "and" and at]
    return any(when.tail(text[:at], said.scene.now()) is not None for at in joints)


def _has_no_one_time(text: list[str], said: Said) -> bool:
    """A condition, a rhythm, or two times at the end."""
    if not _NO_ONE_TIME.isdisjoint(text):
        return True
    last = len(text) - 1 - text[::-1].index("and") if "and" in text else len(text)
    return when.read(text[last + 1 :], said.scene.now()) is not None


def _room(said: Said, words: list[str]) -> tuple[str | None, list[str]]:
    """`in the kitchen` at the beginning, and what follows it."""
    if words[:2] == ["in", "the"]:
        for end in range(min(len(words), 5), 2, -1):
            if (area := said.names.area(" ".join(words[2:end]))) is not None:
                return area, words[end:]
    return None, words


def _time_and_text(words: list[str], said: Said) -> tuple[When | None, list[str]]:
    """A time before the text, after it, or a part of it on either side."""
    now = said.scene.now()
    first = when.head(words, now)
    rest = words[first[1] :] if first else words
    opened = rest[:1] != [] and rest[0] in _OPENERS
    text = rest[1:] if opened else rest
    if not first and not opened and text[:1] and text[0] in _ASKS:
        # "remind me how to boil an egg" asks something.
        raise NotMeant
    last = when.tail(text, now)
    if last is None:
        return (first[0] if first else None), text
    both = first[0].with_(last[0]) if first else last[0]
    return (both, text[: last[1]]) if both is not None else (first[0] if first else None, text)


def _reminder_cancel(said: Said) -> Arguments:
    if slots := said.all("which"):
        words = str(slots[0].value).split()
        if len(words) > MOST_TEXT_WORDS:
            raise NotMeant
        return {"text": " ".join(words)}
    return said.optional("all")


def _command_cancel(said: Said) -> Arguments:
    if slots := said.all("which"):
        return {"command": str(slots[0].value)}
    return said.optional("all")


def _nothing(said: Said) -> Arguments:
    return {}


BUILDERS: Mapping[str, Build] = {
    "alarm_set": _alarm_set,
    "alarm_query": _nothing,
    "alarm_cancel": _alarm_cancel,
    "alarm_change": _alarm_change,
    "snooze": _snooze,
    "reminder_set": _reminder_set,
    "reminder_query": _nothing,
    "reminder_cancel": _reminder_cancel,
    "command_query": _nothing,
    "command_cancel": _command_cancel,
}
