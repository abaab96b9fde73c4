"""A real Home Assistant from the package registry, in an environment of its own, started on this box.

The environment is built once, in the user's cache folder; a start takes about 20 s (the first one more).
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests import peers

VERSION = "2024.3.3"
PACKAGES = (
    f"homeassistant=={VERSION}", "josepy<2", "aiohttp_cors==0.7.0", "hassil==1.6.1",
    "home-assistant-intents==2024.3.12",
)  # fmt: skip
START_S = 300.0
CONFIGURATION = """
homeassistant: {{name: Test home, unit_system: metric, time_zone: Europe/Berlin, country: DE,
                 latitude: 52.5, longitude: 13.4, elevation: 30}}
http: {{server_host: 127.0.0.1, server_port: {port}}}
api:
config:
websocket_api:
onboarding:
conversation:
search:
demo:
input_boolean: {{night: {{name: Night mode}}}}
script:
  bedtime:
    alias: Bedtime
    sequence: [{{service: input_boolean.turn_on, target: {{entity_id: input_boolean.night}}}}]
  leave:
    alias: Leave home
    sequence: [{{service: lock.unlock, target: {{entity_id: lock.front_door}}}}]
scene:
  - name: Movie night
    entities: {{light.bed_light: "off", light.ceiling_lights: {{state: "on", brightness: 51}}}}
"""


def environment() -> Path:
    """The interpreter of an environment that has Home Assistant; skips where it cannot be had."""
    if sys.version_info >= (3, 13):
        pytest.skip(f"Home Assistant {VERSION} needs Python 3.11 or 3.12")
    return peers.environment(f"home-assistant-{VERSION}", *PACKAGES)


@dataclass
class RealHomeAssistant:
    """One that runs, and what its owner does in its settings."""

    url: str
    token: str

    def command(self, kind: str, **fields: Any) -> Any:
        """One request over a connection of its own."""
        with connect(self.url.replace("http", "ws", 1) + "/api/websocket", proxy=None) as socket_:
            socket_.recv()
            socket_.send(json.dumps({"type": "auth", "access_token": self.token}))
            assert json.loads(socket_.recv())["type"] == "auth_ok"
            socket_.send(json.dumps({"id": 1, "type": kind, **fields}))
            answer = json.loads(socket_.recv())
        assert answer["success"], answer
        return answer["result"]

    def service(self, domain: str, service: str, entity_id: str, **data: Any) -> None:
        """Somebody else uses a device."""
        target = {"entity_id": entity_id}
        self.command("call_service", domain=domain, service=service, service_data=data, target=target)

    def expose(self, entity_id: str, *, exposed: bool = True) -> None:
        self.command(
            "homeassistant/expose_entity", assistants=["conversation"], entity_ids=[entity_id],
            should_expose=exposed,
        )  # fmt: skip

    def set_up(self, integration: str) -> None:
        """Add an integration that asks nothing."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60) as client:
            flow = client.post("/api/config/config_entries/flow", json={"handler": integration}).json()
            client.post(f"/api/config/config_entries/flow/{flow['flow_id']}", json={}).raise_for_status()


@contextmanager
def started(folder: Path, more: str = "") -> Iterator[RealHomeAssistant]:
    """Run one in `folder`, with an owner who is through with its first questions.

    `more`: lines of its configuration.
    """
    python = environment()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "configuration.yaml").write_text(CONFIGURATION.format(port=port) + more)
    with (folder / "out.txt").open("w") as out:
        command = [str(python), "-m", "homeassistant", "-c", str(folder)]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{port}"
            yield RealHomeAssistant(url, _onboarded(url, process, folder / "out.txt"))
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()


def _onboarded(url: str, process: subprocess.Popen[bytes], out: Path) -> str:
    """Wait until it answers, make the owner, and return a token."""
    until = time.monotonic() + START_S
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        while True:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"Home Assistant did not start: {out.read_text()[-2000:]}")
            with suppress(httpx.HTTPError):
                if client.get("/api/onboarding").status_code == 200:
                    break
            time.sleep(0.5)
        owner = {"client_id": f"{url}/", "name": "T", "username": "t", "password": "t", "language": "en"}
        code = client.post("/api/onboarding/users", json=owner).raise_for_status().json()["auth_code"]
        form = {"grant_type": "authorization_code", "code": code, "client_id": f"{url}/"}
        token = str(client.post("/auth/token", data=form).raise_for_status().json()["access_token"])
        _wait_for_demo(client, token, until)
        return token


def _wait_for_demo(client: httpx.Client, token: str, until: float) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for entity in (
        "light.bed_light",
        "media_player.bedroom",
        "weather.demo_weather_south",
        "lock.front_door",
    ):
        while client.get(f"/api/states/{entity}", headers=headers).status_code != 200:
            assert time.monotonic() < until, f"{entity} does not come"
            time.sleep(0.5)
