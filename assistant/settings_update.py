"""The owner's settings of updates; each docstring is what the commented example says of the key."""

import ipaddress
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator

from assistant.lan import at_home
from assistant.settings_values import Section

Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class UpdateSettings(Section):
    automatic: bool = False
    """true: look for a newer Hearth once a week and install it when nobody talks and nothing is about to
    ring. This is the only thing that goes to the internet by itself."""
    index: Address | None = Field(default=None, examples=["https://example.org/hearth/index.json"])
    """Where the signed list of releases lies; `assistant update` tells what it says. There is no address
    until you name one: whoever makes your releases tells it."""
    key: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])
    """Who signs it, where that is not Hearth itself: an Ed25519 public key, 64 hexadecimal digits. A list it
    signed may name a new key, and is followed."""

    @model_validator(mode="after")
    def _is_web_address(self) -> Self:
        if self.index is None:
            return self
        parts = urlsplit(self.index)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
            raise ValueError("index must be a web address, e.g. https://example.org/hearth/index.json")
        if parts.scheme == "http" and not _is_at_home(parts.hostname):
            raise ValueError("index must start with https:// (http:// is for an address at home, in numbers)")
        return self


def _is_at_home(host: str) -> bool:
    try:
        return at_home(ipaddress.ip_address(host))
    except ValueError:
        return host == "localhost"
