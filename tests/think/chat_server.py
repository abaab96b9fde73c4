"""A server that speaks OpenAI's chat completions on this box, and misbehaves on demand."""

import contextlib
import functools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def event(**delta: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": delta}]}).encode() + b"\n\n"


def call(index: int, **function: object) -> bytes:
    return event(tool_calls=[{"index": index, "id": f"c{index}", "function": function}])


DONE = b"data: [DONE]\n\n"
USAGE = (
    b'data: {"choices": [], "usage": {"prompt_tokens": 90, "completion_tokens": 4,'
    b' "prompt_tokens_details": {"cached_tokens": 70}}}\n\n'
)
REPLIES: dict[str, list[bytes]] = {
    "plain": [
        b": hello\n\n",
        event(role="assistant"),
        event(content="Hello"),
        event(content=" there."),
        USAGE,
        DONE,
    ],
    "torn": [
        b"da",
        b'ta: {"choices": [{"delta": {"content": "Caf\xc3',
        b'\xa9"}}]}\r\n\r\ndata:',
        b" [DONE]\n\n",
    ],
    "think": [event(content="<think>hmm"), event(content="</think>Yes."), DONE],
    "call": [
        call(0, name="timer_set", arguments=""),
        call(0, arguments='{"duration_s"'),
        call(0, arguments=": 600}"),
        DONE,
    ],
    "calls": [call(0, name="timer_set", arguments="{}"), call(1, name="nuke", arguments="{}"), DONE],
    "bad call": [call(0, name="timer_set", arguments='{"dur'), event(content="Hm."), DONE],
    "no json": [event(content="Hel"), b"data: {oops\n\n"],
    "no object": [b"data: [1]\n\n"],
    "odd": [
        b'data: {"choices": [7]}\n\n',
        b'data: {"choices": [{"delta": 1}]}\n\n',
        event(content="Ok."),
        DONE,
    ],
    "error": [b'data: {"error": {"message": "out of memory"}}\n\n'],
    "hangs up": [event(content="Hel")],
    "no done": [event(content="Hi."), b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n'],
}


class Handler(BaseHTTPRequestHandler):
    """The model's name says how to misbehave."""

    server: "Server"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        kind = self._kind(body)
        if kind == "500":
            self.send_error(500, "the model fell over")
            return
        if kind == "moved":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with contextlib.suppress(OSError):
            self._stream(kind)

    @staticmethod
    def _kind(body: dict[str, Any]) -> str:
        """What the model's name says, or a mark in the last message: "[call]", as the tiny GGUF reads it."""
        if body["model"] != "tiny":
            return str(body["model"])
        last = str(body["messages"][-1]["content"])
        return next((kind for kind in ("call", "endless", "silent", "think") if f"[{kind}]" in last), "plain")

    def _stream(self, kind: str) -> None:
        if kind == "silent":
            self.server.release.wait()
        while kind == "endless":
            self._send(event(content=" on"))
        while kind == "no newline":
            self._send(b"x" * 65536)
        while kind == "pings":
            self._send(b": ping\n\n")
            if self.server.release.wait(0.01):
                return
        for piece in REPLIES.get(kind, []):
            self._send(piece)

    def _send(self, piece: bytes) -> None:
        self.wfile.write(piece)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.release = threading.Event()

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what some tests want."""


@functools.cache
def running() -> Server:
    """One server for all tests of this process; its threads end with it."""
    server = Server()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
