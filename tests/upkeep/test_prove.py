"""`assistant prove`: what tries to leave is seen, whoever tries it; the house tries nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.upkeep.prove import Attempt, attempts, watch
from tests.test_cli import Shell

LINES = (
    '100 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.9")}, 16) = -1',
    '100 connect(4, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    "101 connect(5, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), "
    'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 ENETUNREACH',
    "101 connect(5, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), "
    'inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    '102 connect(6, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) = 0',
    '102 connect(6, {sa_family=AF_UNIX, sun_path="/run/user/1000/pulse/native"}, 42) = 0',
    '103 sendto(7, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.168.1.1")}, 16',
    '103 sendto(7, "x", 1, 0, NULL, 0) = 1',
)


def cannot() -> bool:
    """No network namespace may be made here."""
    return (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode != 0
    )


alone = pytest.mark.skipif(cannot(), reason="this machine allows no network namespace")
traced = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def test_every_way_out_is_seen_and_every_way_inside_is_not() -> None:
    assert list(attempts(LINES)) == [
        Attempt("connect", "203.0.113.9 port 443"),
        Attempt("connect", "2001:db8::1 port 53"),
        Attempt("connect", "/run/systemd/resolve/io.systemd.Resolve"),
        Attempt("sendto", "192.168.1.1 port 53"),
    ]


@alone
@traced
@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket().connect_ex(('192.0.2.7', 443))",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).connect_ex(('192.0.2.7', 53))",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', "
        "'import socket; socket.socket().connect_ex((\"192.0.2.7\", 443))'])",
        "import threading, socket; t = threading.Thread(target=lambda: "
        "socket.socket().connect_ex(('192.0.2.7', 443))); t.start(); t.join()",
    ],
)
def test_an_attempt_of_a_process_a_child_or_a_thread_is_caught(code: str) -> None:
    seen = watch([sys.executable, "-c", code])
    assert seen.traced
    assert {attempt.where.split()[0] for attempt in seen.attempts} == {"192.0.2.7"}


@alone
def test_there_is_nobody_to_reach() -> None:
    code = "print(*sorted(line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line))"
    assert watch([sys.executable, "-c", code]).told.split() == ["lo"]


@alone
def test_turns_that_fail_prove_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("volume: 3\n")
    done = Shell(tmp_path)("prove", "--settings", str(bad))
    assert done.returncode == 1
    assert "nothing is proven" in done.stderr
    assert "volume" in done.stderr


def test_without_the_means_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(AssistantError, match="apt-get install util-linux"):
        watch(["true"])


@alone
@pytest.mark.slow
def test_the_house_answers_without_a_network_and_tries_nothing(tmp_path: Path) -> None:
    done = Shell(tmp_path)("prove", within_s=280)
    assert done.returncode == 0, done.stderr
    assert "the house needs none" in done.stdout
    if shutil.which("strace") is not None:
        assert "nothing tried to leave" in done.stdout
