"""A real Home Assistant with its Wyoming integration uses this house's wake words, ears and voice.

Its version from the package registry has no Wyoming conversation agent yet; what newer ones say to have a
sentence answered is in test_wyoming_door.py, from protocol facts.
"""

import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

import assistant
from tests.devices.real_home_assistant import RealHomeAssistant, started
from tests.voices import heard, say

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PATIENCE_S: Final = 60.0
STEP: Final = 2048
DEMO_HOME: Final = Path(assistant.__file__).parent / "devices" / "demo_home.yaml"
OURS: Final = {"stt_engine": "stt.hearth", "tts_engine": "tts.hearth", "wake_word_entity": "wake_word.hearth"}


@contextmanager
def a_house(folder: Path) -> Iterator[int]:
    """`assistant serve wyoming` with a demo home; its port."""
    folder.mkdir()
    (folder / "assistant.yaml").write_text(
        "wyoming: {address: 127.0.0.1, port: 0}\npage: {enabled: false}\nlanguage: en\n"
    )
    here = {f"HEARTH_{name}": str(folder / name.lower()) for name in ("DATA", "RUNTIME", "CONFIG")}
    log = folder / "log"
    with log.open("wb") as out:
        program = [sys.executable, "-u", "-m", "assistant", "serve", "--home", str(DEMO_HOME), "wyoming"]
        process = subprocess.Popen(
            program,
            env={**os.environ, **here, "HEARTH_SETTINGS": str(folder / "assistant.yaml")},
            stdout=out,
            stderr=out,
        )
    try:
        until = time.monotonic() + PATIENCE_S
        while not (found := re.search(r"127\.0\.0\.1 port (\d+)", log.read_text())):
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield int(found[1])
    finally:
        process.kill()
        process.wait()


@dataclass
class Home:
    """A Home Assistant that knows of the house."""

    real: RealHomeAssistant
    headers: dict[str, str] = field(default_factory=dict)

    def add(self, port: int) -> None:
        """As its owner does: Add integration, Wyoming Protocol, host and port."""
        with self.client() as client:
            flow = client.post("/api/config/config_entries/flow", json={"handler": "wyoming"}).json()
            place = {"host": "127.0.0.1", "port": port}
            done = client.post(f"/api/config/config_entries/flow/{flow['flow_id']}", json=place).json()
        assert done["type"] == "create_entry", done
        for entity in OURS.values():
            self.until_there(entity)

    def client(self) -> httpx.Client:
        shown = {"Authorization": f"Bearer {self.real.token}"}
        return httpx.Client(base_url=self.real.url, headers=shown, trust_env=False, timeout=60)

    def until_there(self, entity: str) -> None:
        until = time.monotonic() + PATIENCE_S
        with self.client() as client:
            while client.get(f"/api/states/{entity}").status_code != 200:
                assert time.monotonic() < until, f"{entity} does not come"
                time.sleep(0.2)

    def state(self, entity: str) -> str:
        with self.client() as client:
            return str(client.get(f"/api/states/{entity}").json()["state"])

    def run(self, pcm: bytes, start: str) -> dict[str, Any]:
        """One run of a pipeline of ours on this sound; the data of its events by type."""
        made = self.real.command(
            "assist_pipeline/pipeline/create",
            name=f"ours, {start}",
            language="en",
            conversation_engine="homeassistant",
            conversation_language="en",
            stt_language="en",
            tts_language="en",
            tts_voice=None,
            wake_word_id=None,
            **OURS,
        )
        with connect(self.real.url.replace("http", "ws", 1) + "/api/websocket", proxy=None) as line:
            line.recv()
            line.send(json.dumps({"type": "auth", "access_token": self.real.token}))
            line.recv()
            asked = {"start_stage": start, "end_stage": "tts", "input": {"sample_rate": 16_000}}
            run = {"id": 1, "type": "assist_pipeline/run", "pipeline": made["id"], "timeout": 60, **asked}
            line.send(json.dumps(run))
            return _events(line, pcm)


def _events(line: ClientConnection, pcm: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while "run-end" not in found and "error" not in found:
        told = json.loads(line.recv(PATIENCE_S))
        if told["type"] != "event":
            assert told.get("success", True), told
            continue
        event = told["event"]
        found[event["type"]] = event["data"]
        if event["type"] == "run-start":
            handler = bytes([event["data"]["runner_data"]["stt_binary_handler_id"]])
            threading.Thread(target=_speak, args=(line, handler, pcm), daemon=True).start()
    assert "error" not in found, found["error"]
    return found


def _speak(line: ClientConnection, handler: bytes, pcm: bytes) -> None:
    """At the pace of life, as a microphone does; silence after it."""
    began_s, sent = time.monotonic(), 0
    while sent < len(pcm) + 10 * 32_000:
        piece = pcm[sent : sent + STEP]
        try:
            line.send(handler + piece + bytes(STEP - len(piece)))
        except ConnectionClosed:
            return
        sent += STEP
        time.sleep(max(0.0, began_s + sent / 32_000 - time.monotonic()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("home-assistant")
    with a_house(folder / "house") as port, started(folder, "media_source:\n") as running:
        found = Home(running)
        found.add(port)
        running.command(
            "config/entity_registry/update", entity_id="light.kitchen_lights", aliases=["kitchen light"]
        )
        yield found


def test_it_finds_our_wake_words_ears_and_voice(home: Home) -> None:
    engines = home.real.command("stt/engine/list", language="en")["providers"]
    assert {"stt.hearth"} <= {each["engine_id"] for each in engines if each["supported_languages"]}
    voices = home.real.command("tts/engine/list", language="en")["providers"]
    assert "tts.hearth" in {each["engine_id"] for each in voices if each["supported_languages"]}
    words = home.real.command("wake_word/info", entity_id="wake_word.hearth")["wake_words"]
    assert [each["name"] for each in words] == ["hey jarvis"]


def test_what_is_said_to_it_is_heard_by_our_ears_and_done(home: Home) -> None:
    home.real.service("light", "turn_off", "light.kitchen_lights")
    found = home.run(heard(say("turn on the kitchen light"), before=0.5), "stt")
    assert found["stt-end"]["stt_output"]["text"] == "turn on the kitchen light"
    assert found["intent-end"]["intent_output"]["response"]["response_type"] == "action_done"
    assert home.state("light.kitchen_lights") == "on"
    assert found["tts-start"]["engine"] == "tts.hearth"


def test_it_speaks_with_our_voice(home: Home) -> None:
    """As a WAV: what its pipelines turn into MP3 needs ffmpeg, which is not here."""
    wanted = {
        "engine_id": "tts.hearth",
        "message": "Dinner is ready.",
        "options": {"preferred_format": "wav"},
    }
    with home.client() as client:
        place = client.post("/api/tts_get_url", json=wanted).raise_for_status().json()["path"]
        sound = client.get(place).raise_for_status().content
    with wave.open(io.BytesIO(sound)) as spoken:
        pcm = np.frombuffer(spoken.readframes(spoken.getnframes()), "<i2")
        assert len(pcm) / spoken.getframerate() > 0.4
    assert np.abs(pcm).max() > 1000


def test_it_is_woken_by_our_wake_words_and_then_hears(home: Home) -> None:
    home.real.service("light", "turn_on", "light.kitchen_lights")
    pcm = heard(say("hey jarvis"), 1.2, say("turn off the kitchen light"), before=2.0)
    found = home.run(pcm, "wake_word")
    assert found["wake_word-end"]["wake_word_output"]["wake_word_id"] == "hey_jarvis"
    assert found["stt-end"]["stt_output"]["text"] == "turn off the kitchen light"
    assert home.state("light.kitchen_lights") == "off"
