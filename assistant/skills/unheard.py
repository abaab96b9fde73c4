"""What is told later of something that rang and nobody heard."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from assistant.memory.entries import Kind, Ring
from assistant.skills.clock import Hours, date_words, time_words
from assistant.skills.reply_file import Replies
from assistant.skills.timer_names import called
from assistant.skills.wording import number, sentence

MOST_TOLD: Final = 3
"""The rest is only counted."""


def clause(ring: Ring, *, rang: bool) -> str:
    """`your pasta timer rang {at}`; `rang`: it did, and nobody answered; else the house was off."""
    match ring.kind:
        case Kind.REMINDER:
            did = "I reminded you" if rang else "I was to remind you"
            return f"{did} {{at}}: {ring.text or ring.name}"
        case Kind.COMMAND if ring.begun:
            return f"I was cut off while doing this {{at}}, so I may have already done it: {ring.text}"
        case Kind.COMMAND:
            why = "it did not work" if rang else "I was off"
            return f"I was to do this {{at}}, but {why}: {ring.text}"
        case Kind.ALARM:
            name = f"{ring.name} alarm" if ring.name else "alarm"
        case _:
            name = called(ring.name, ring.length_s)
    return f"your {name} {'rang' if rang else 'was due'} {{at}}"


def foreign_clause(ring: Ring, replies: Replies) -> str:
    """The same in another language."""
    key = "begun" if ring.begun else ring.kind.value
    form = replies.tools[f"unheard_{key}" if key != "clock" else "unheard_alarm"]
    name = f"{ring.name}: " if ring.name else ""
    return form.replace("{name}", name).replace("{text}", ring.text or ring.name)


def foreign_told(clauses: Sequence[tuple[str, datetime]], now: datetime, replies: Replies) -> str:
    """What was missed, in another language; the rest is only counted."""
    told = []
    for words, due in clauses[:MOST_TOLD]:
        form = replies.tools["unheard_today" if due.date() == now.date() else "unheard_on"]
        month = replies.months[due.month - 1]
        at = form.format(hour=due.hour, minute=f"{due:%M}", day=due.day, month=month)
        told.append(words.replace("{at}", at))
    more = f" (+{len(clauses) - MOST_TOLD})" if len(clauses) > MOST_TOLD else ""
    return replies.tools["unheard"].replace("{told}", "; ".join(told) + more)


def told_later(clauses: Sequence[tuple[str, datetime]], now: datetime, hours: Hours = "12") -> str:
    """`While you were away, your pasta timer rang at 6 PM.`; more than three are counted."""
    told = [words.replace("{at}", _at(due, now, hours)) for words, due in clauses[:MOST_TOLD]]
    rest = len(clauses) - MOST_TOLD
    if rest > 0:
        told.append(f"{number(rest)} more {'was' if rest == 1 else 'were'} due, too")
    first, *others = told
    return " ".join(
        [sentence(f"While you were away, {first}"), *(sentence(f"And {words}") for words in others)]
    )


def _at(due: datetime, now: datetime, hours: Hours) -> str:
    time = f"at {time_words(due, hours)}"
    days = (now.date() - due.date()).days
    if days == 0:
        return time
    return f"yesterday {time}" if days == 1 else f"on {date_words(due.date(), now.date())} {time}"
