"""Sums and units, told as an ear wants them."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from assistant.errors import ToolError
from assistant.messages import Turn
from assistant.skills.amounts import amount_of, shown
from assistant.skills.skill import Outcome, Word, tool
from assistant.skills.sums import MOST_CHARACTERS, value_of
from assistant.skills.units import Units, converted, plural
from assistant.skills.wording import sentence

Amount = Annotated[
    float,
    Field(ge=-1e15, le=1e15),
    BeforeValidator(lambda value: amount_of(value) if isinstance(value, str) else value),
]


class Calculator:
    """Works out sums and converts units; nothing here needs the home."""

    def __init__(self, units: Units | None = None) -> None:
        """`units`: whose pints, gallons and tons are meant."""
        self._units = units

    def abilities(self) -> Sequence[str]:
        return ["do sums and convert units"]

    @tool(writes=False, risk=0)
    async def calculate(
        self, turn: Turn, expression: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
    ) -> Outcome:
        """Work out a sum: numbers with + - * / ^ % ( ), sqrt; or in words."""
        value = value_of(expression)
        told = shown(value)
        return Outcome(sentence(f"that's {told}"), {"value": value if abs(value) < 1e15 else told})

    @tool(writes=False, risk=0)
    async def convert(self, turn: Turn, amount: Amount, unit: Word, into: Word) -> Outcome:
        """Convert an amount of one unit into another (grams, cups, miles, celsius, hours)."""
        value = await asyncio.to_thread(converted, amount, unit, into, self._units)
        if abs(value) > 1e15:
            raise ToolError("too large", spoken="That number is too large for me.")
        words = f"{shown(amount)} {plural(unit, amount)} {'is' if amount == 1 else 'are'}"
        say = sentence(f"{words} {shown(value)} {plural(into, value)}")
        return Outcome(say, {"value": value, "unit": into})
