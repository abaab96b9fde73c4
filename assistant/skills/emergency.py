"""A person in need: one fixed sentence, from no mind, that never claims a call was made."""

from typing import Final

from assistant.messages import Turn
from assistant.skills.skill import Outcome, tool

NUMBER: Final = "112"
"""The emergency number of the European Union and many other countries; mobile phones know it everywhere."""


class Emergency:
    """`number`: whom to phone where this house stands."""

    def __init__(self, number: str = NUMBER) -> None:
        self._number = number

    @tool(writes=False, risk=0)
    async def emergency(self, turn: Turn) -> Outcome:
        """Tell a person in danger whom to phone. Call it at any sign of an emergency."""
        call = f"phone {spelled(self._number)} now, or shout for help"
        return Outcome(f"I can't make phone calls. If you are in danger, {call}.", {"number": self._number})


def spelled(number: str) -> str:
    """`1 1 2`: digit by digit, as a voice should say it."""
    return " ".join(number)
