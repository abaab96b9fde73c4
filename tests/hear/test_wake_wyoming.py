"""Wake words from a server on another box: found there, and here while it is gone."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from wyoming.event import Event

from assistant.catalogue import load_catalogue
from assistant.errors import EngineError
from assistant.hear.wake import wyoming
from assistant.hear.wake.wyoming import WyomingWake
from assistant.house.kit import kit_of
from assistant.settings import Settings
from assistant.wyoming_call import describe
from assistant.wyoming_wire import EventReader, encode_event
from tests import peers
from tests.voices import heard, say, silence

STEP = 1024
UP_S = 60.0


@contextmanager
def listening() -> Iterator[tuple[socket.socket, str]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        yield server, f"127.0.0.1:{server.getsockname()[1]}"


def connected(engine: WyomingWake) -> None:
    """Silence until the server is there."""
    for _ in range(2000):
        if engine.connected:
            return
        engine.process(bytes(STEP))
        time.sleep(0.002)
    pytest.fail("it never connected")


def until(engine: WyomingWake, least: float) -> float:
    """The first score of silence that is so high."""
    for _ in range(2000):
        if (score := engine.process(bytes(STEP))) >= least:
            return score
        time.sleep(0.002)
    pytest.fail("no word was told")


def events(peer: socket.socket, most: int) -> list[Event]:
    reader, found = EventReader(), list[Event]()
    while len(found) < most:
        found += reader.feed(peer.recv(4096))
    return found[:most]


def test_the_server_gets_all_sound_and_its_word_counts() -> None:
    with listening() as (server, address):
        engine = WyomingWake({"address": address, "word": "hey_jarvis"})
        connected(engine)
        peer, _ = server.accept()
        engine.process(b"\x01\x00" * 512)
        detect, start, *chunks = events(peer, 4)
        assert detect.data == {"names": ["hey_jarvis"]}
        assert start.type == "audio-start"
        assert [each.type for each in chunks] == ["audio-chunk"] * 2
        peer.sendall(encode_event(Event("detection", {"name": "alexa"})))
        peer.sendall(encode_event(Event("detection", {"name": "hey_jarvis"})))
        assert until(engine, 0.5) == 1.0
        assert engine.process(bytes(STEP)) == 0.0
        peer.close()


@pytest.mark.parametrize("last", [b"", b"nonsense\n", b'{"type":"detection","payload_length":4000000000}\n'])
def test_without_its_server_the_word_is_heard_here_and_the_server_taken_back(last: bytes) -> None:
    now_s = 0.0
    pcm = heard(say("hey jarvis"), before=2.5)
    with listening() as (server, address):
        options = {"address": address, "word": "hey_jarvis", "model": "hey_jarvis"}
        engine = WyomingWake(options, lambda: now_s)
        connected(engine)
        peer, _ = server.accept()
        peer.sendall(last)
        peer.close()
        for _ in range(2000):
            if not engine.connected:
                break
            engine.process(bytes(STEP))
            time.sleep(0.002)
        assert max(engine.process(pcm[at : at + STEP]) for at in range(0, len(pcm), STEP)) > 0.9
        assert not engine.connected
        now_s += wyoming.RETRY_S
        connected(engine)


def test_a_server_that_takes_nothing_is_given_up() -> None:
    with listening() as (_, address):
        engine = WyomingWake({"address": address, "word": "hey_jarvis"}, lambda: 0.0)
        connected(engine)
        for _ in range(20_000):
            if not engine.connected:
                break
            engine.process(bytes(8 * STEP))
        assert not engine.connected


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(EngineError, match="no address"):
        WyomingWake({"address": "nowhere", "word": "hey_jarvis"})


def test_the_kit_has_the_server_first_and_a_built_in_model_behind_it() -> None:
    (plan,) = kit_of(Settings.model_validate({"wake": {"address": "box:10400"}}), load_catalogue()).wake
    assert plan.first.engine == "wyoming"
    assert plan.first.options == {"address": "box:10400", "word": "hey_jarvis", "model": "hey_jarvis"}
    assert plan.confirmer is None
    assert 0.9 < plan.threshold <= 1.0


@contextmanager
def real_server(folder: Path) -> Iterator[str]:
    python = peers.environment("wyoming-openwakeword", "wyoming-openwakeword==1.8.2", "numpy<2")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [str(python), "-m", "wyoming_openwakeword", "--uri", f"tcp://{address}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--preload-model", "hey_jarvis"], stdout=log, stderr=log, start_new_session=True
        )
    try:
        limit = time.monotonic() + UP_S
        while True:
            try:
                describe(address, connect_s=1, patience_s=5)
                break
            except EngineError as error:
                if process.poll() is not None or time.monotonic() > limit:
                    pytest.skip(
                        f"wyoming-openwakeword does not run here ({error}): "
                        f"{(folder / 'log').read_text()[-300:]}"
                    )
                time.sleep(0.2)
        yield address
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.slow
def test_wyoming_openwakeword_hears_the_word_and_nothing_else(tmp_path: Path) -> None:
    with real_server(tmp_path) as address:
        engine = WyomingWake({"address": address, "word": "hey_jarvis"})
        connected(engine)
        for pcm, most in ((silence(4.0), 0.0), (heard(say("hey jarvis"), before=2.5, after=3.0), 1.0)):
            best = 0.0
            for at in range(0, len(pcm), STEP):
                best = max(best, engine.process(pcm[at : at + STEP]))
                time.sleep(0.03)
            assert best == most
