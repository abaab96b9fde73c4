"""Whether the sandbox that engines shall live in is really one: an engine that tries to get out of it."""

import contextlib
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from assistant.errors import EngineError
from assistant.house.hosted import HostedEngine
from assistant.house.worker import ENGINES_SOCKET, Launcher
from assistant.messages import JsonValue

NAME: Final = "assistant.house.sandbox:SandboxProbe"
NOWHERE: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses kept free for documents. Connecting a datagram socket sends nothing, it only looks for a way."""


def ways_out() -> list[str]:
    """What this process can reach and an engine must not."""
    out = []
    for family, address in NOWHERE:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            out.append("the network")
            break
    for place, name in ((Path("/dev/snd"), "sound devices"), (Path("/home"), "home folders")):
        with contextlib.suppress(OSError):
            if any(place.iterdir()):
                out.append(name)
    return out


class SandboxProbe:
    """Loads where it is shut in, refuses where it is not."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        pass

    @staticmethod
    def missing() -> str | None:
        """It needs nothing."""
        return None

    def load(self) -> None:
        """EngineError names what can be reached."""
        if out := ways_out():
            raise EngineError(f"engines can reach {', '.join(out)}")

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Nothing can be changed."""


def sandboxed() -> bool:
    """Whether engines are asked for from the service manager, which shuts them in."""
    return bool(os.environ.get(ENGINES_SOCKET))


async def tell_sandbox(out: Callable[[str], None]) -> None:
    """Try it out where engines are to be shut in, and say what came of it."""
    if not sandboxed():
        return
    reached = await tried_out()
    if reached is None:
        out("the engines' sandbox holds: one tried to get out and could not")
    else:
        out(f"THE SANDBOX OF THE ENGINES IS NOT ENFORCED: {reached}; `assistant doctor` tells more")


async def tried_out(launcher: Launcher = "unit") -> str | None:
    """Start the probe as engines are started; what it could reach, or why it did not start; None: nothing."""
    probe = HostedEngine("sandbox", NAME, {}, launcher=launcher)
    try:
        await probe.start()
    except EngineError as error:
        return str(error)
    finally:
        await probe.close()
    return None
