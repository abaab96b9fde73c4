"""Tiny releases of Hearth, really built and really signed: a wheel with a script that knows its version."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from make_release import payload_of, public_half, sealed

from assistant.upkeep.release_extras import extras_here

PROGRAM = """
import os, pathlib, sys

VERSION, FAULT = {version!r}, {fault!r}


def main():
    words = sys.argv[1:]
    if words[:2] == ["update", "self-check"]:
        sys.exit("the turn failed" if FAULT == "check" else 0)
    import pebble  # a release that lacks a package does not start
    print(VERSION, pebble.SIZE, flush=True)
    if words == ["run"]:
        if FAULT == "start":
            sys.exit(3)
        trial = pathlib.Path(os.environ["HEARTH_RELEASES"], "trial")
        here = str(pathlib.Path(sys.prefix).resolve())
        if trial.exists() and trial.read_text().split(" ", 1)[1].strip() == here:
            pathlib.Path(os.environ["HEARTH_DATA"], "listened").write_text(trial.read_text())
"""


def wheel_of(name: str, version: str, module: str, text: str, script: str = "") -> bytes:
    """A wheel with one module and, where named, a script."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{module}.py": text,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if script:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{script} = {module}:main\n"
    rows = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(content.encode())}")
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return stream.getvalue()


PEBBLE = wheel_of("pebble", "1.0", "pebble", "SIZE = 7\n")
PEBBLE_FILE = "pebble-1.0-py3-none-any.whl"


def requirements(pebble: bytes = PEBBLE) -> bytes:
    """The lock of every tiny release."""
    return f"pebble==1.0 --hash=sha256:{hashlib.sha256(pebble).hexdigest()}\n".encode()


def named(name: str, content: bytes) -> dict[str, Any]:
    """A file as the index names it."""
    return {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@dataclass
class Shop:
    """Who makes releases: a key, and what is on the shelf."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    files: dict[str, bytes] = field(default_factory=dict)
    """By path on the server."""
    releases: list[dict[str, Any]] = field(default_factory=list)
    sequence: int = 0

    @property
    def key(self) -> str:
        return public_half(self.private)

    def make(self, version: str, fault: str = "", **more: Any) -> None:
        """Put a release on the shelf, and an index that names all there are."""
        program = PROGRAM.format(version=version, fault=fault)
        wheel = wheel_of("hearth_assistant", version, "tiny_hearth", program, "assistant")
        name, lock = f"hearth_assistant-{version}-py3-none-any.whl", f"{version}-requirements.txt"
        self.files[f"/site/{name}"] = wheel
        self.files[f"/site/{lock}"] = requirements()
        lists = named(lock, requirements())
        told: dict[str, Any] = {"version": version, "wheel": named(name, wheel), "requirements": lists}
        told["extras"] = dict.fromkeys(extras_here(), lists)
        self.releases.append(told | more)
        self.publish()

    def publish(self, models: Sequence[dict[str, Any]] = (), **more: Any) -> bytes:
        """Sign an index of the releases as they are; it is what the server has from now on."""
        self.sequence += 1
        private = more.pop("signed_by", [self.private])
        payload = payload_of(self.releases, more.pop("sequence", self.sequence), models, **more)
        self.files["/site/index.json"] = sealed(payload, *private)
        return self.files["/site/index.json"]


def old_release(folder: Path, version: str = "0.1.0") -> Path:
    """What runs before the first update: not built by one."""
    program = folder / "bin" / "assistant"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    return folder


def long_ago(issued: datetime) -> dict[str, Any]:
    """Words for `publish`: an index of that day, good for a week."""
    return {"issued": issued, "days": 7}
