"""The release index: bytes of anybody's → what the key's owner signed, or ReleaseError.

On the wire it is `{"payload": base64, "signature": base64, "more": [base64]}`; each signature (Ed25519) is
over the payload's very bytes, so nothing depends on how JSON is written. `more` may be left out: while a new
key takes over, the old one and the new one both sign, and a box believes whichever it knows.
"""

import base64
import binascii
import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assistant.errors import AssistantError, WireError
from assistant.model_entry import Id, Model, Sha256
from assistant.strict_json import read_json

KEYS: Final[tuple[str, ...]] = ()
"""Who may sign a release of Hearth: Ed25519 public keys, raw, in hexadecimal. Any one of them counts.

None yet: no release was published. Until then an owner's `update.key` says whose releases a box believes.
"""
MEANT: Final = b"hearth release index 1\n"
"""Signed along with the payload: a signature made for something else is none."""
MOST_SIGNATURES: Final = 10
LARGEST_INDEX: Final = 1_000_000
LARGEST_FILE: Final = 2_000_000_000
AHEAD: Final = timedelta(days=1)
"""How much the clocks of two boxes may differ."""

Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,180}$")]
"""One step, never a path."""
Key = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Extra = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,40}$")]


class ReleaseError(AssistantError):
    """An index or a release cannot be used; nothing here was changed."""


class _Signed(BaseModel):
    """What a later version adds is not known here, and does no harm: it was signed all the same."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class ReleaseFile(_Signed):
    """A file beside the index."""

    name: FileName
    size: int = Field(strict=True, ge=1, le=LARGEST_FILE)
    sha256: Sha256


class Release(_Signed):
    """One version: our own wheel, and every other package by its digest."""

    version: Version
    minimum_from: Version = "0.0.0"
    """The oldest version that can go straight to it."""
    wheel: ReleaseFile
    requirements: ReleaseFile
    """A requirements.txt with a hash for each package, but for ours."""
    extras: Annotated[dict[Extra, ReleaseFile], Field(max_length=20)] = Field(default_factory=dict)
    """The same for a box that has an extra of the package, e.g. `models`: its packages with all they need."""
    notes: Annotated[str, StringConstraints(max_length=4000)] = ""

    @property
    def size_bytes(self) -> int:
        """What is fetched from beside the index."""
        return self.wheel.size + self.requirements.size


class Successor(_Signed):
    """A model that takes the place of another one."""

    replaces: Id
    model: Model
    """Under an id of its own: what an id means never changes."""


class Index(_Signed):
    """What there is to have."""

    format: Literal[1]
    sequence: int = Field(strict=True, ge=1, le=2**53)
    """Rises with every index; a smaller one than was seen before is an old one played again."""
    issued: AwareDatetime
    expires: AwareDatetime
    releases: Annotated[tuple[Release, ...], Field(max_length=200)]
    models: Annotated[tuple[Successor, ...], Field(max_length=500)] = ()
    keys: Annotated[tuple[Key, ...], Field(max_length=10)] = ()
    """Who alone may sign from now on, as whoever signed this says; none named: who may now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest index that was believed here."""

    sequence: int = 0
    sha256: str = ""
    """Of its payload."""


def opened(content: bytes, keys: Sequence[str], now: datetime, seen: Seen) -> tuple[Index, Seen]:
    """The index inside, and what to remember of it. ReleaseError where anything about it is not right."""
    payload = _verified(content, keys)
    try:
        index = Index.model_validate_json(payload)
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise ReleaseError(
            f"the release index cannot be read (at {where}); a newer Hearth may be needed"
        ) from error
    digest = hashlib.sha256(payload).hexdigest()
    _check_time(index, now)
    if index.sequence < seen.sequence:
        raise ReleaseError(
            f"the release index is an old one (number {index.sequence}; {seen.sequence} was here before); "
            "somebody may be keeping updates away; check the address (update.index) and try again later"
        )
    if index.sequence == seen.sequence and digest != seen.sha256:
        raise ReleaseError(
            f"there are two release indexes with the number {index.sequence}; the first one counts"
        )
    return index, Seen(index.sequence, digest)


def _verified(content: bytes, keys: Sequence[str]) -> bytes:
    if len(content) > LARGEST_INDEX:
        raise ReleaseError(f"the release index is larger than {LARGEST_INDEX // 1000} kB; it is not used")
    try:
        envelope = read_json(content)
        payload = _bytes_of(envelope.get("payload"))
        signatures = [_bytes_of(envelope.get("signature")), *_list_of_bytes(envelope.get("more", []))]
    except (WireError, binascii.Error, ValueError) as error:
        raise ReleaseError(
            "what lies at the index's address is no release index, or it is cut; check update.index"
        ) from error
    for key, signature in itertools.product(keys, signatures):
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, MEANT + payload)
        except InvalidSignature:
            continue
        return payload
    raise ReleaseError(
        "the release index was not signed by the key this Hearth trusts; it is not used. Where the index is "
        "one of your own, name its key in the settings: update.key"
    )


def _list_of_bytes(value: object) -> list[bytes]:
    if not isinstance(value, list) or len(value) >= MOST_SIGNATURES:
        raise ValueError("no list of signatures")
    return [_bytes_of(each) for each in value]


def _bytes_of(value: object) -> bytes:
    if not isinstance(value, str):
        raise ValueError("not base64")  # noqa: TRY004 - one kind of error for bytes that are no index
    return base64.b64decode(value, validate=True)


def _check_time(index: Index, now: datetime) -> None:
    if index.issued > now + AHEAD:
        raise ReleaseError(
            f"the release index is of {index.issued:%Y-%m-%d}, but this box believes it is {now:%Y-%m-%d}; "
            "set the clock (timedatectl) and try again"
        )
    if index.expires <= now:
        raise ReleaseError(
            f"the release index ended on {index.expires:%Y-%m-%d}; either the clock of this box is wrong "
            f"({now:%Y-%m-%d}), or somebody is keeping newer ones away; try again later"
        )


def now() -> datetime:
    """The wall clock's time."""
    return datetime.now(UTC)


def parts(version: str) -> tuple[int, ...]:
    """A version as numbers, to compare."""
    return tuple(int(part) for part in version.split("."))


def newest(index: Index, here: str, failed: Sequence[str] = ()) -> Release | None:
    """The newest release that can be gone to from `here`; None: there is none. `failed` ones are left out."""
    wanted = [
        release
        for release in index.releases
        if parts(release.version) > parts(here) >= parts(release.minimum_from)
        and release.version not in failed
    ]
    return max(wanted, key=lambda release: parts(release.version), default=None)
