"""What the service manager is told (sd_notify): that the hub is ready, and that its loop is alive."""

import asyncio
import os
import socket


def tell_systemd(state: str) -> None:
    """Send a state to the service manager, where there is one."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            notify.send(state.encode())


async def keep_watch() -> None:
    """Ping at half the time the service manager allows. It says that the loop turns, no more."""
    allowed_us = os.environ.get("WATCHDOG_USEC", "")
    if not allowed_us.isdecimal() or not os.environ.get("NOTIFY_SOCKET"):
        return
    while True:
        tell_systemd("WATCHDOG=1")
        await asyncio.sleep(int(allowed_us) / 2e6)
