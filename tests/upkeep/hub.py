"""A model hub on 127.0.0.1 that can cut, lie, stall, ramble and lead astray."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "cd" * 20
"""Of every model here."""


@dataclass
class Hub:
    """What it serves and how badly; `asked` is the Range of each request, "" where none was sent."""

    files: dict[str, bytes]
    """By path: `/org/name/resolve/<commit>/<file>`."""
    cuts: list[int] = field(default_factory=list)
    """The next responses end after so many bytes."""
    refusals: list[int] = field(default_factory=list)
    """The next responses are just this status."""
    onward: dict[str, str] = field(default_factory=dict)
    """Path → where it redirects to."""
    hangs_at: int | None = None
    """The next responses stop there, and the line stays open until the hub ends."""
    ended: threading.Event = field(default_factory=threading.Event)
    ranges: bool = True
    lengths: bool = True
    wrong_part: bool = False
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    address: str = ""
    large: int = 1000
    """From so many bytes on a file is "LFS": the hub tells its SHA-256, else only git's digest."""
    told: dict[str, object] = field(default_factory=dict)
    """What the metadata say instead of the truth."""

    def metadata(self, path: str) -> tuple[int, bytes]:
        """What is known of a repository at a revision: `main` is COMMIT."""
        said = re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/([^?]+)\?blobs=true", path)
        root = f"/{said[1]}/resolve/{COMMIT}/" if said else ""
        here = {name.removeprefix(root): text for name, text in self.files.items() if name.startswith(root)}
        if said is None or not here or said[2] not in ("main", COMMIT):
            return 404, b"{}"
        files = []
        for name, content in here.items():
            git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            lfs = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            one = {"rfilename": name, "size": len(content), "blobId": git}
            files.append(one | ({"lfs": lfs} if len(content) >= self.large else {}))
        told = {"sha": COMMIT, "siblings": files, "cardData": {"license": "apache-2.0"}}
        return 200, json.dumps(told | self.told).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers for one hub."""

    hub: Hub

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        hub = self.hub
        hub.asked.append(self.headers.get("Range", ""))
        hub.headers.append(dict(self.headers))
        self.close_connection = True
        if hub.refusals:
            self._answer(hub.refusals.pop(0), b"", {})
        elif self.path in hub.onward:
            self._answer(302, b"", {"Location": hub.onward[self.path]})
        elif self.path.startswith("/api/models/"):
            self._answer(*hub.metadata(self.path), {})
        elif self.path not in hub.files:
            self._answer(404, b"", {})
        else:
            self._file(hub.files[self.path])

    def _file(self, content: bytes) -> None:
        said = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if said is None or not self.hub.ranges:
            self._answer(200, content, {})
            return
        start = int(said[1])
        if start >= len(content):
            self._answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            return
        told = start + 7 if self.hub.wrong_part else start
        where = f"bytes {told}-{len(content) - 1}/{len(content)}"
        self._answer(206, content[start:], {"Content-Range": where})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.hub.lengths:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.hub.hangs_at is not None and len(body) > self.hub.hangs_at:
            self.wfile.write(body[: self.hub.hangs_at])
            self.wfile.flush()
            self.hub.ended.wait(60)
            return
        cuts = self.hub.cuts
        self.wfile.write(body[: cuts.pop(0)] if cuts and body else body)


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Hub]:
    """The hub, for the block."""
    hub = Hub(files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HubHandler", (Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def entry(kind: str, engine: str, name: str, files: dict[str, bytes]) -> str:
    """A model of the catalogue whose files the hub has."""
    listed = "".join(
        f"      - {{name: {file}, size: {len(content)}, sha256: {hashlib.sha256(content).hexdigest()}}}\n"
        for file, content in files.items()
    )
    return (
        f"  - id: {name}\n    kind: {kind}\n    engine: {engine}\n    repository: house/{name}\n"
        f"    commit: {COMMIT}\n    licence: CC0\n    provenance: made here\n    languages: [en]\n"
        f"    ram_mb: 50\n    tier: small\n    files:\n{listed}"
    )


def served_as(name: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of such a model by their paths on the hub."""
    return {f"/house/{name}/resolve/{COMMIT}/{file}": content for file, content in files.items()}
