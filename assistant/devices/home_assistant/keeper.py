"""Keeps a session with Home Assistant: connects, and connects again after a loss."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.devices.home_assistant.door import find
from assistant.devices.home_assistant.link import Link, Pace, linked
from assistant.devices.home_assistant.session import Session
from assistant.devices.home_assistant.token_file import read_token
from assistant.devices.home_assistant.trouble import Declined, LinkError, NoAnswer, TokenRefused
from assistant.errors import AssistantError, SettingsError
from assistant.tasks import together


@dataclass(frozen=True, slots=True)
class Where:
    """Which Home Assistant."""

    url: str
    token_file: Path
    allow_internet: bool = False


class Keeper:
    """At most one session at a time. `up(session)` and `down(reason)` are told once a change."""

    def __init__(
        self,
        where: Where,
        pace: Pace,
        open_session: Callable[[Link], Session],
        up: Callable[[Session], None],
        down: Callable[[str], None],
    ) -> None:
        self._where = where
        self._pace = pace
        self._open_session = open_session
        self._up = up
        self._down = down
        self._told_down: type[AssistantError] | None = None
        self._stopping = False

    def stop(self) -> None:
        """Connect no more; to be called before `run` is cancelled."""
        self._stopping = True

    async def run(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        wait_s = self._pace.first_wait_s
        while True:
            since_s = loop.time()
            error = await self._once()
            if self._stopping:
                # The link broke in the very moment of the cancellation, and its error came out instead.
                return
            self._tell_down(error)
            if loop.time() - since_s > self._pace.longest_wait_s:
                wait_s = self._pace.first_wait_s
            refused = isinstance(error, TokenRefused | SettingsError)
            longest_s = self._pace.refused_wait_s if refused else wait_s
            # Many houses after one power cut must not all knock at the same moment.
            await asyncio.sleep(longest_s * random.uniform(0.5, 1.0))
            wait_s = min(wait_s * 2, self._pace.longest_wait_s)

    async def _once(self) -> AssistantError:
        """One session, from the look-up to its end; why it ended."""
        try:
            token = await asyncio.to_thread(read_token, self._where.token_file)
            door = await asyncio.to_thread(find, self._where.url, allow_internet=self._where.allow_internet)
            async with linked(door, token, self._pace) as link, together() as group:
                group.create_task(link.read())
                group.create_task(self._serve(link))
        except (LinkError, Declined, NoAnswer, SettingsError) as error:
            return error
        except TimeoutError:
            return NoAnswer("Home Assistant sends no states")
        return LinkError("the link ended")

    async def _serve(self, link: Link) -> None:
        session = self._open_session(link)
        await session.load()
        self._told_down = None
        self._up(session)
        async with together() as group:
            group.create_task(link.ping())
            group.create_task(session.stay())

    def _tell_down(self, error: AssistantError) -> None:
        if self._told_down is not type(error):
            self._told_down = type(error)
            self._down(str(error))
