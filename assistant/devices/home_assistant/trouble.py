"""What goes wrong between the house and Home Assistant."""

from assistant.errors import WireError


class LinkError(WireError):
    """The connection cannot be made, broke, or said what is no Home Assistant's word."""


class TokenRefused(LinkError):
    """Home Assistant does not take the token: trying again soon would only get this box banned."""


class Declined(WireError):
    """Home Assistant answered a request with an error; the link is well."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class NoAnswer(WireError):
    """A request was sent and nothing came back in time; it may be done all the same."""
