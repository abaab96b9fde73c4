"""What is said when something is due, or was while nobody could hear it."""

from typing import Final

from assistant.memory.entries import Kind, Ring
from assistant.skills.clock import Hours
from assistant.skills.timer_names import called
from assistant.skills.when_words import time_of_day
from assistant.skills.wording import sentence, time_left

NO_CLOCK: Final = "I don't know what time it is, so your alarms wait until my clock is set."


def ring_sentence(ring: Ring, hours: Hours = "12") -> str:
    """One sentence or two; a COMMAND's are said only where it is missed."""
    if ring.kind is Kind.CLOCK:
        return NO_CLOCK
    ago = f"{time_left(ring.late_s)} ago"
    if ring.kind is Kind.REMINDER:
        if ring.missed:
            return sentence(f"reminder from {ago}: {ring.text}") + " I couldn't tell you then."
        return sentence(f"reminder: {ring.text}")
    if ring.kind is Kind.COMMAND and ring.begun:
        return f"You wanted this {ago}: {ring.text}. I was cut off, so I may have already done it."
    if ring.kind is Kind.COMMAND:
        return f"You wanted this {ago}: {ring.text}. I couldn't do it then, so it is not done."
    if ring.kind is Kind.ALARM:
        name = f"{ring.name} alarm" if ring.name else "alarm"
        clock = "" if ring.due is None else time_of_day(ring.due.time(), hours)
        if ring.missed:
            return f"Your {name}{f' for {clock}' if clock else ''} was due {ago}. I couldn't ring then."
        return sentence(f"your {name}{f': it is {clock}' if clock else ''}")
    name = called(ring.name, ring.length_s)
    return f"Your {name} ended {ago}. I couldn't ring then." if ring.missed else f"Your {name} is done."
