"""`assistant prove`: whole turns where nothing can leave the box, every network call watched."""

import ipaddress
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import AssistantError

Out = Callable[[str], None]
WITHIN_S: Final = 300
"""Longer than any box takes; a model may have to be loaded."""
WATCHED: Final = "connect,sendto,sendmsg,sendmmsg"
_NAMES: Final = ("nscd", "systemd/resolve", "avahi", "resolved")
"""Local services that ask the network on another's behalf."""
_INTERNET = re.compile(
    r'sa_family=AF_INET6?, sin6?_port=htons\((\d+)\).*?inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"'
)
_LOCAL = re.compile(r'sa_family=AF_UNIX, sun_path=@?"([^"]+)"')
_CALL = re.compile(r"^(\d+)\s+(\w+)\(")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something tried to reach beyond this box."""

    call: str
    where: str


@dataclass(frozen=True, slots=True)
class Watched:
    """One run."""

    status: int
    told: str
    attempts: tuple[Attempt, ...]
    traced: bool
    calls: int
    """System calls looked at."""
    took_s: float


def prove(settings: Path | None, out: Out) -> int:
    """Run the turns and tell what came of it; 0 when all were answered and nothing tried to leave."""
    out("answering typed and spoken turns in a network of its own, where there is nobody else…")
    turns = [sys.executable, "-P", "-m", "assistant.upkeep.proving", str(settings or "-")]
    seen = watch(turns)
    if seen.status != 0:
        raise AssistantError(f"the turns were not answered, so nothing is proven: {seen.told.strip()}")
    out(f"✓ {seen.told.strip()} in {seen.took_s:.0f} s, with no network at all: the house needs none")
    for attempt in dict.fromkeys(seen.attempts):
        out(f"✗ tried to leave: {attempt.call} to {attempt.where}")
    if seen.attempts:
        return 1
    if seen.traced:
        out(f"✓ nothing tried to leave: {seen.calls} network calls of every process were looked at")
    else:
        out("· nothing could leave; whether something tried is shown where strace is installed:")
        out("    sudo apt-get install strace")
    return 0


def watch(turns: Sequence[str]) -> Watched:
    """Run a command where only loopback is, traced where possible. AssistantError: this box can't."""
    if shutil.which("unshare") is None:
        raise AssistantError("the program unshare is missing: sudo apt-get install util-linux")
    alone = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--"]
    if (refused := subprocess.run([*alone, "true"], capture_output=True, text=True, check=False)).returncode:
        raise AssistantError(
            f"this box allows no network of one's own ({refused.stderr.strip()}); try: sudo assistant prove"
        )
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls"
        tracing = ["strace", "-f", "-qq", "-e", f"trace={WATCHED}", "-e", "signal=none", "-o", str(log), "--"]
        traced = shutil.which("strace") is not None and _works([*alone, *tracing, "true"])
        began_s = time.monotonic()
        try:
            done = subprocess.run(
                [*alone, *(tracing if traced else []), *turns],
                capture_output=True,
                text=True,
                check=False,
                timeout=WITHIN_S,
            )
        except subprocess.TimeoutExpired as error:
            raise AssistantError(f"the turns took longer than {WITHIN_S} s; is the box busy?") from error
        lines = log.read_text(errors="replace").splitlines() if traced else []
    took_s = time.monotonic() - began_s
    told = done.stdout if done.returncode == 0 else done.stderr
    calls = sum(_CALL.match(line) is not None for line in lines)
    return Watched(done.returncode, told, tuple(attempts(lines)), traced, calls, took_s)


def _works(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def attempts(lines: Sequence[str]) -> Iterator[Attempt]:
    """Lines of strace → what wanted to reach another box, or a local service that would for it."""
    for line in lines:
        call = _CALL.match(line)
        if call is None:
            continue
        for port, address in _INTERNET.findall(line):
            if not _stays(address):
                yield Attempt(call[2], f"{address} port {port}")
        for path in _LOCAL.findall(line):
            if any(name in path for name in _NAMES):
                yield Attempt(call[2], path)


def _stays(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)
