"""The hub's side of a pairing: a code of six digits, valid for five minutes and six tries, for one room."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from assistant.errors import AssistantError, WireError
from assistant.paired.frames import Frame, Kind
from assistant.paired.link import PairedLink
from assistant.paired.proof import Proving
from assistant.satellites.own_known import KnownSatellites

VALID_S: Final = 300.0
TRIES: Final = 6
NOBODY: Final = "no pairing is under way here; start one with `assistant rooms pair ROOM` on the hub"


class PairingRefused(AssistantError):
    """A pairing that did not come about; the owner is told."""

    spoken = "Somebody tried to pair a satellite with a wrong code. I have refused it."


@dataclass(slots=True)
class Offer:
    """A code that waits for its satellite."""

    room: str
    until_s: float
    code: str = field(default_factory=lambda: f"{secrets.randbelow(10**6):06d}")
    left: int = TRIES
    done: "asyncio.Future[bytes]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future(), repr=False
    )
    """The satellite's certificate; PairingRefused."""

    def refuse(self, why: str) -> None:
        """It comes to nothing."""
        if not self.done.done():
            self.done.set_exception(PairingRefused(why))
            self.done.exception()  # who does not wait any more need not look


class PairingDesk:
    """At most one offer at a time, and one attempt on it at a time."""

    def __init__(
        self,
        certificate: bytes,
        known: KnownSatellites,
        clock: Callable[[], float],
        alarm: Callable[[PairingRefused], None],
    ) -> None:
        """`certificate`: the hub's. `alarm`: told when the tries are used up."""
        self._certificate = certificate
        self._known = known
        self._clock = clock
        self._alarm = alarm
        self._offer: Offer | None = None
        self._attempt = asyncio.Lock()

    def offer(self, room: str) -> Offer:
        """A code for a satellite of this room; an earlier one counts no more."""
        if self._offer is not None:
            self._offer.refuse("another pairing was begun")
        self._offer = Offer(room, self._clock() + VALID_S)
        return self._offer

    def end(self, offer: Offer) -> None:
        """Nobody waits for it any more."""
        if self._offer is offer:
            self._offer = None

    async def meet(self, link: PairedLink) -> bytes:
        """A stranger's attempt: its certificate once it is paired. WireError, told to the stranger too."""
        try:
            async with self._attempt:
                return await self._meet(link)
        except WireError as error:
            await link.send(Frame(Kind.REFUSED, {"reason": str(error)[:200]}))
            raise

    async def _meet(self, link: PairedLink) -> bytes:
        certificate = (await link.next(Kind.HELLO)).body
        step = (await link.next(Kind.PAKE)).body
        offer = self._open_offer()
        proving = await asyncio.to_thread(
            Proving, offer.code, hub=self._certificate, satellite=certificate, is_hub=True
        )
        await asyncio.to_thread(proving.meet, step)
        # Counted before the other side learns anything, so hanging up buys no further guess.
        offer.left -= 1
        try:
            await link.send(Frame(Kind.PAKE, body=proving.message))
            _check(proving, (await link.next(Kind.PROOF)).body)
        except WireError:
            self._failed(offer, link)
            raise
        self.end(offer)
        await asyncio.to_thread(self._known.add, offer.room, certificate)
        await link.send(Frame(Kind.PROOF, body=proving.proof()))
        await link.send(Frame(Kind.PAIRED, {"room": offer.room}))
        if not offer.done.done():
            offer.done.set_result(certificate)
        return certificate

    def _open_offer(self) -> Offer:
        offer = self._offer
        if offer is None or offer.done.done():
            raise WireError(NOBODY)
        if self._clock() > offer.until_s:
            self.end(offer)
            offer.refuse("nobody came within five minutes")
            raise WireError("the code has run out; ask for a new one")
        return offer

    def _failed(self, offer: Offer, link: PairedLink) -> None:
        if offer.left > 0:
            return
        self.end(offer)
        refused = f"{TRIES} wrong codes (the last from {link.address}); the code counts no more"
        offer.refuse(refused)
        self._alarm(PairingRefused(refused))


def _check(proving: Proving, proof: bytes) -> None:
    if not proving.holds(proof):
        raise WireError("wrong code, or somebody stands in between")
