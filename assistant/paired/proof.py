"""Six digits → two sides that know each other's key: SPAKE2, with both certificates bound into it.

Whoever stands between them has another certificate than one side sees, and each run tests one guess at most.
The satellite proves first. Pure arithmetic here (20 ms on a PC): call it on a thread.
"""

import hmac
from typing import Final

from spake2 import SPAKE2_A, SPAKE2_B, SPAKEError
from spake2.ed25519_basic import NotOnCurve

from assistant.errors import WireError
from assistant.paired.keys import digest

MESSAGE_BYTES: Final = 33


class Proving:
    """One side of one attempt. `meet` the other's message, then compare proofs."""

    def __init__(self, code: str, *, hub: bytes, satellite: bytes, is_hub: bool) -> None:
        """`hub`, `satellite`: certificates (DER), each side's own and the one it sees of the other."""
        side = SPAKE2_B if is_hub else SPAKE2_A
        self._is_hub = is_hub
        self._bound = digest(satellite) + digest(hub)
        self._spake = side(
            code.encode(),
            idA=b"Hearth satellite 1 " + digest(satellite),
            idB=b"Hearth hub 1 " + digest(hub),
        )
        self._key: bytes | None = None
        self.message: bytes = self._spake.start()
        """For the other side."""

    def meet(self, message: bytes) -> None:
        """Take the other side's message. WireError when it is none."""
        if len(message) != MESSAGE_BYTES:
            raise WireError("that is no step of a pairing")
        try:
            self._key = self._spake.finish(message)
        except (SPAKEError, NotOnCurve, ValueError, AssertionError) as error:
            raise WireError("that is no step of a pairing") from error

    def proof(self) -> bytes:
        """That this side knows the code."""
        return self._of(hub=self._is_hub)

    def holds(self, proof: bytes) -> bool:
        """Whether the other side knows the code, and sees the same certificates."""
        return hmac.compare_digest(proof, self._of(hub=not self._is_hub))

    def _of(self, *, hub: bool) -> bytes:
        assert self._key is not None, "meet comes first"
        role = b"the hub knows" if hub else b"the satellite knows"
        return hmac.digest(self._key, role + self._bound, "sha256")
