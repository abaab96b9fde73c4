"""Engines that a service manager starts for each connection (socket activation, the real program for it)."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import EngineGone
from assistant.house.hosted import HostedStt, HostedTts
from assistant.house.worker import ENGINES_SOCKET
from tests.house.hosting import heard, hosted, until

ACTIVATE = shutil.which("systemd-socket-activate") or "/lib/systemd/systemd-socket-activate"
pytestmark = pytest.mark.skipif(
    not Path(ACTIVATE).is_file(), reason="systemd-socket-activate is not installed (apt-get install systemd)"
)
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """What `assistant-engine.socket` does: a host on fd 0 for each connection."""
    place = tmp_path / "engines"
    monkeypatch.setenv(ENGINES_SOCKET, str(place))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    host = [sys.executable, "-m", "assistant.house.host", "0"]
    command = [ACTIVATE, "--accept", "--inetd", "-l", str(place), "-E", "PYTHONPATH", *host]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as manager:
        for _ in range(1000):
            if place.exists():
                break
            try:
                manager.wait(0.01)
            except subprocess.TimeoutExpired:
                continue
        yield manager
        manager.kill()


async def test_an_engine_in_a_unit_hears(listening: subprocess.Popen[bytes]) -> None:
    async with hosted(HostedStt, launcher="unit") as stt:
        assert await heard(stt, "turn on the light") == "turn on the light"


async def test_each_engine_has_a_host_of_its_own(listening: subprocess.Popen[bytes]) -> None:
    async with hosted(HostedStt, launcher="unit") as stt, hosted(HostedTts, launcher="unit") as tts:
        assert await heard(stt, "hello") == "hello"
        sounds = [sound async for sound in tts.synthesize("good evening")]
        assert sum(len(sound.pcm) for sound in sounds) > 0
        assert await heard(stt, "and again") == "and again"


async def test_an_engine_that_dies_in_its_unit_is_replaced(listening: subprocess.Popen[bytes]) -> None:
    fault = {"kind": "die", "at": "end", "when": "die"}
    async with hosted(HostedStt, {"fault": fault}, launcher="unit") as stt:
        with pytest.raises(EngineGone, match="journalctl"):
            await heard(stt, "die now")
        await until(lambda: stt.status.state.value == "ready")
        assert await heard(stt, "hello") == "hello"


async def test_without_the_socket_the_fix_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENGINES_SOCKET, str(tmp_path / "nobody"))
    with pytest.raises(EngineGone, match=r"systemctl status assistant-engine\.socket"):
        async with hosted(HostedStt, launcher="unit"):
            pass
