"""What the page needs of the hub it belongs to, and what one part of the page offers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from assistant.house.house import House
from assistant.settings import Settings
from assistant.upkeep.pin import Pin
from assistant.upkeep.waterfall import Waterfalls
from assistant.web.guard import Answer

Offer: TypeAlias = tuple[Literal["GET", "POST"], str, Answer]
"""A route for those who are inside."""


class Hall(Protocol):
    """The hub as the page sees it."""

    waterfalls: Waterfalls
    """Where the time of the last turns went."""

    async def house(self) -> House:
        """The house, once it is open. Raises WireError where that takes too long."""

    def settings(self) -> Settings:
        """Those in force."""

    def settings_file(self) -> Path:
        """Where the owner's file is, or would be."""

    def settings_text(self) -> str:
        """The owner's file, empty where there is none."""

    async def change_settings(self, text: str) -> None:
        """Check, keep and apply a new text. SettingsError: nothing was changed."""

    def trouble(self) -> str:
        """Why the owner's settings are not in force; empty: they are."""

    def pin(self) -> Pin:
        """The owner's PIN."""


class Part(Protocol):
    """A view of the page with its routes."""

    def offers(self) -> Sequence[Offer]: ...
