"""Home Assistant as the house's home: `ports.Home` over whatever session there is."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from assistant.devices.home_assistant.degrees import Degrees, Scale
from assistant.devices.home_assistant.directory import Directory
from assistant.devices.home_assistant.entities import Entity
from assistant.devices.home_assistant.keeper import Keeper, Where
from assistant.devices.home_assistant.link import Link, Pace
from assistant.devices.home_assistant.music import found
from assistant.devices.home_assistant.reported import reported
from assistant.devices.home_assistant.services import Service, services
from assistant.devices.home_assistant.session import Session, Told
from assistant.devices.home_assistant.trouble import Declined, LinkError, NoAnswer
from assistant.errors import ToolError
from assistant.journal import Journal
from assistant.messages import Area, Device, DeviceState, HomeLost, HomeReached, JsonValue
from assistant.ports import Home

ASKED_S: Final = 2.0
"""How long Home Assistant may take to say that it asked the device; the read-back waits on its own."""
AWAY: Final = "I can't reach Home Assistant right now, so nothing was done."
LOST: Final = "I lost Home Assistant while I asked, so I can't say whether that was done."
NOT_ALLOWED: Final = "Home Assistant doesn't let me do that."
_GONE: Final = DeviceState("unknown", available=False)


class _Reports:
    """Everyone who waits for a device's word."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def tell(self) -> None:
        """Something was reported."""
        for report in self._waiting:
            report.set()

    async def until(self, happened: Callable[[], bool], limit_s: float) -> None:
        """Wait until it happened, looked at after each report, or for the limit."""
        report = asyncio.Event()
        self._waiting.add(report)
        try:
            async with asyncio.timeout(limit_s):
                while not happened():
                    report.clear()
                    await report.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(report)


async def _ask(link: Link, entity: Entity, service: Service, limit_s: float) -> None:
    await link.ask(
        "call_service",
        limit_s=limit_s,
        domain=entity.domain,
        service=service.name,
        service_data=dict(service.data),
        target={"entity_id": entity.id},
    )


class HomeAssistant:
    """Implements `ports.Home`. While Home Assistant is away its devices are known, but not available.

    No write is kept for later: what cannot be asked now is a ToolError now.
    """

    def __init__(
        self,
        where: Where,
        journal: Journal,
        *,
        guarded: Sequence[str] = (),
        pace: Pace | None = None,
        scale: Scale | None = None,
    ) -> None:
        """`guarded`: entity ids or names whose moving is a matter of security. `scale`: of temperatures in
        this house; None: as Home Assistant tells them."""
        self.changed: Callable[[], None] = lambda: None
        """Called when a device or an area came, left, or is called otherwise."""
        self._journal = journal
        self._guarded = tuple(guarded)
        self._scale = scale
        self._pace = pace or Pace()
        self._reports = _Reports()
        told = Told(self._reports.tell, lambda: self.changed() if self._session is not None else None)
        self._keeper = Keeper(
            where,
            self._pace,
            lambda link: Session(link, self._pace, self._guarded, told),
            self._up,
            self._down,
        )
        self._session: Session | None = None
        self._last: Session | None = None
        self._tried = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    async def start(self, limit_s: float) -> None:
        """Begin to keep in touch; wait until the first attempt ended, at most `limit_s`."""
        self._keeping = asyncio.create_task(self._keeper.run(), name="home assistant")
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self._tried.wait()

    async def close(self) -> None:
        """End it."""
        if self._keeping is not None:
            self._keeper.stop()
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        self._session = None

    # ── ports.Home ───────────────────────────────────────────────────────────────────────────────

    def devices(self) -> Sequence[Device]:
        """Everything exposed: as it is now, or was when Home Assistant was last there."""
        return tuple(self._directory.devices.values())

    def areas(self) -> Sequence[Area]:
        """Home Assistant's areas, with the names of their floors."""
        return self._directory.areas

    def state(self, name: str) -> DeviceState:
        """The last report; not available while Home Assistant is away."""
        entity_id = self._known(name)
        entity = self._last.entities.find(entity_id) if self._last else None
        if entity is None or self._last is None:
            return _GONE
        beside, degrees = self._last.asides.known.get(entity_id), self._degrees(self._last)
        told = degrees.told(entity)
        if beside is not None and beside.forecast:
            beside = replace(beside, forecast=tuple(degrees.day(part, entity) for part in beside.forecast))
        state = reported(told) if beside is None else reported(told, beside)
        return state if self._session is not None else replace(state, available=False)

    async def act(self, name: str, action: str, arguments: Mapping[str, JsonValue]) -> None:
        """Ask through Home Assistant's services. ToolError: away, lost, refused, or not to be done.

        What Home Assistant does not answer within `ASKED_S` counts as asked.
        """
        entity_id = self._known(name)
        session = self._session
        entity = session.entities.find(entity_id) if session else None
        if session is None or entity is None:
            raise ToolError("Home Assistant is away", spoken=AWAY)
        loop = asyncio.get_running_loop()
        until_s = loop.time() + ASKED_S
        try:
            if action == "find":
                wanted = await found(session.link, name, entity, str(arguments.get("what", "")))
            else:
                degrees = self._degrees(session)
                wanted = services(name, degrees.told(entity), action, arguments)
                wanted = [degrees.asked(service) for service in wanted]
            if isinstance(color := arguments.get("color"), str):
                session.asides.asked_color(entity_id, color)
            for service in wanted:
                await _ask(session.link, entity, service, max(0.05, until_s - loop.time()))
        except NoAnswer:
            return
        except Declined as error:
            raise _declined(name, error) from error
        except LinkError as error:
            raise ToolError(f"{name}: {error}", spoken=LOST) from error

    async def settled(self, name: str, reached: Callable[[DeviceState], bool], limit_s: float) -> DeviceState:
        """The state once it satisfies `reached`, or as it is after `limit_s`."""
        await self._reports.until(lambda: reached(self.state(name)), limit_s)
        return self.state(name)

    # ── the session ──────────────────────────────────────────────────────────────────────────────

    @property
    def scale(self) -> str:
        """What temperatures are told and asked in; empty: it was never reached, and nobody said."""
        return self._scale or (self._last.scale if self._last else None) or ""

    def _degrees(self, session: Session) -> Degrees:
        return Degrees(session.scale, self._scale)

    @property
    def _directory(self) -> Directory:
        return self._last.directory if self._last else Directory()

    def _up(self, session: Session) -> None:
        before = self._directory.names()
        self._session = self._last = session
        self._journal.write("", 0, HomeReached(f"Home Assistant, {len(session.directory.devices)} devices"))
        self._tried.set()
        self._reports.tell()
        if session.directory.names() != before:
            self.changed()

    def _down(self, reason: str) -> None:
        self._session = None
        self._journal.write("", 0, HomeLost(reason))
        self._tried.set()
        self._reports.tell()

    def _known(self, name: str) -> str:
        entity_id = self._directory.entity_ids.get(name)
        if entity_id is None:
            raise ToolError(f"no device {name!r}", spoken=f"I don't know a device called {name}.")
        return entity_id


def _declined(name: str, error: Declined) -> ToolError:
    """What Home Assistant wrote is for the log; the room hears our own words."""
    if error.code == "unauthorized":
        return ToolError(f"{name}: {error}", spoken=NOT_ALLOWED)
    if error.code in ("not_found", "invalid_format", "not_supported"):
        return ToolError(f"{name}: {error}", spoken=f"The {name} can't do that.")
    return ToolError(f"{name}: {error}", spoken=f"The {name} reported a fault.")


_fits: type[Home] = HomeAssistant
