"""An ESPHome voice device, byte by byte: the server's side of both framings, and what its firmware does.

Framing and handshake are written from the protocol, not taken from the library under test; the messages are
its protobuf classes.
"""

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aioesphomeapi import api_pb2
from aioesphomeapi.core import MESSAGE_TYPE_TO_PROTO
from aioesphomeapi.model import VoiceAssistantEventType as Event
from aioesphomeapi.model import VoiceAssistantFeature as Can
from cryptography.exceptions import InvalidTag
from noise.connection import NoiseConnection

pb: Any = api_pb2
"""Its classes are made when it is imported."""
KINDS = {proto: number for number, proto in MESSAGE_TYPE_TO_PROTO.items()}
PLAYER, MUTE = 11, 12
VOICE_PE = Can.VOICE_ASSISTANT | Can.API_AUDIO | Can.TIMERS | Can.ANNOUNCE | Can.START_CONVERSATION
KEY = base64.b64encode(bytes(range(32))).decode()


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(0x80 | (value & 0x7F))
        value >>= 7
    return bytes((*out, value))


class Plain:
    """0x00, length, kind, body."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def greet(self) -> None:
        pass

    async def read(self) -> tuple[int, bytes]:
        if await self._reader.readexactly(1) != b"\x00":
            self._writer.write(b"\x00Bad indicator byte")
            raise ConnectionError("not plain")
        length, kind = await self._number(), await self._number()
        return kind, await self._reader.readexactly(length)

    async def _number(self) -> int:
        value = shift = 0
        while True:
            (byte,) = await self._reader.readexactly(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def write(self, kind: int, body: bytes) -> None:
        self._writer.write(b"\x00" + varint(len(body)) + varint(kind) + body)


class Noise:
    """0x01, length (2 bytes), and inside, encrypted: kind, length (2 bytes each), body."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str) -> None:
        self._reader, self._writer = reader, writer
        self._proto = NoiseConnection.from_name(b"Noise_NNpsk0_25519_ChaChaPoly_SHA256")
        self._proto.set_as_responder()
        self._proto.set_psks(base64.b64decode(key))

    async def greet(self) -> None:
        hello = await self._frame()
        self._proto.set_prologue(b"NoiseAPIInit" + len(hello).to_bytes(2, "big") + hello)
        self._proto.start_handshake()
        self._send(b"\x01" + b"fake\x00" + b"aabbccddeeff\x00")
        first = await self._frame()
        try:
            self._proto.read_message(first[1:])
        except InvalidTag:
            self._send(b"\x01Handshake MAC failure")
            raise ConnectionError("wrong key") from None
        self._send(b"\x00" + bytes(self._proto.write_message()))

    async def _frame(self) -> bytes:
        head = await self._reader.readexactly(3)
        if head[0] != 1:
            self._send(b"\x01Bad indicator byte")
            raise ConnectionError("not encrypted")
        return await self._reader.readexactly((head[1] << 8) | head[2])

    def _send(self, frame: bytes) -> None:
        self._writer.write(b"\x01" + len(frame).to_bytes(2, "big") + frame)

    async def read(self) -> tuple[int, bytes]:
        inside = bytes(self._proto.decrypt(await self._frame()))
        return int.from_bytes(inside[:2], "big"), inside[4:]

    def write(self, kind: int, body: bytes) -> None:
        inside = kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body
        self._send(bytes(self._proto.encrypt(inside)))


class FakeDevice:
    """One device: a server for one hub at a time. What the hub says is in `said`, in order."""

    def __init__(self, *, key: str | None = None, can: int = VOICE_PE, formats: Any = None) -> None:
        self.key, self.can = key, can
        self.port = 0
        self.hellos = 0
        self.answers_pings = True
        self.active = ["okay_nabu"]
        self.volume, self.muted = 0.5, False
        self.formats = [("flac", 48_000, 1, 1, 2)] if formats is None else formats
        self.said: asyncio.Queue[Any] = asyncio.Queue()
        self.on_message: Callable[[Any], None] = lambda message: None
        self.subscribed = asyncio.Event()
        self.writer: asyncio.StreamWriter | None = None
        self._framing: Plain | Noise | None = None
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def pull_out(self) -> None:
        assert self._server is not None
        self._server.close()
        self.subscribed.clear()
        if self.writer is not None:
            self.writer.transport.abort()

    def say(self, *messages: Any) -> None:
        assert self._framing is not None
        for message in messages:
            self._framing.write(KINDS[type(message)], message.SerializeToString())

    async def heard(self, kind: Any) -> Any:
        """The next message of this type that the hub sends."""
        while not isinstance(message := await self.said.get(), kind):
            pass
        return message

    async def event(self, kind: Event) -> dict[str, str]:
        """The data of the next event of this type."""
        while True:
            message = await self.heard(pb.VoiceAssistantEventResponse)
            if message.event_type == kind:
                return {each.name: each.value for each in message.data}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hellos += 1
        framing = Plain(reader, writer) if self.key is None else Noise(reader, writer, self.key)
        try:
            await framing.greet()
            self.writer, self._framing = writer, framing
            while True:
                kind, body = await framing.read()
                message = MESSAGE_TYPE_TO_PROTO[kind]()
                message.MergeFromString(body)
                self._answer(message)
                self.on_message(message)
                self.said.put_nowait(message)
        except (ConnectionError, asyncio.IncompleteReadError, AssertionError):
            pass
        finally:
            writer.close()
            if self.writer is writer:
                self.subscribed.clear()

    def _answer(self, message: Any) -> None:
        match message:
            case pb.HelloRequest():
                hello = pb.HelloResponse(api_version_major=1, api_version_minor=12, name="fake")
                self.say(hello)
            case pb.PingRequest() if self.answers_pings:
                self.say(pb.PingResponse())
            case pb.DeviceInfoRequest():
                self.say(
                    pb.DeviceInfoResponse(
                        name="fake",
                        friendly_name="Kitchen Voice",
                        model="Fake PE",
                        esphome_version="2026.10.0",
                        mac_address="AA:BB:CC:DD:EE:FF",
                        voice_assistant_feature_flags=int(self.can),
                    )
                )
            case pb.ListEntitiesRequest():
                self._list()
            case pb.SubscribeStatesRequest():
                self.tell_state()
            case pb.SubscribeVoiceAssistantRequest(subscribe=True):
                self.subscribed.set()
            case _:
                self._obey(message)

    def _obey(self, message: Any) -> None:
        match message:
            case pb.VoiceAssistantConfigurationRequest():
                words = [
                    pb.VoiceAssistantWakeWord(id=each, wake_word=each.replace("_", " "))
                    for each in ("okay_nabu", "hey_jarvis")
                ]
                self.say(
                    pb.VoiceAssistantConfigurationResponse(
                        available_wake_words=words, active_wake_words=self.active, max_active_wake_words=1
                    )
                )
            case pb.VoiceAssistantSetConfiguration():
                self.active = list(message.active_wake_words)
            case pb.MediaPlayerCommandRequest() if message.has_volume:
                self.volume = message.volume
                self.tell_state()
            case pb.SwitchCommandRequest(key=key) if key == MUTE:
                self.muted = message.state
                self.tell_state()
            case _:
                pass

    def _list(self) -> None:
        if self.formats != []:
            formats = [
                pb.MediaPlayerSupportedFormat(
                    format=kind, sample_rate=rate, num_channels=channels, purpose=purpose, sample_bytes=width
                )
                for kind, rate, channels, purpose, width in self.formats
            ]
            self.say(
                pb.ListEntitiesMediaPlayerResponse(
                    object_id="player",
                    key=PLAYER,
                    name="Player",
                    supported_formats=formats,
                    feature_flags=0xFFFF,
                )
            )
        self.say(pb.ListEntitiesSwitchResponse(object_id="mute", key=MUTE, name="Mute"))
        self.say(pb.ListEntitiesDoneResponse())

    def tell_state(self, announcing: bool = False) -> None:
        state = pb.MEDIA_PLAYER_STATE_ANNOUNCING if announcing else pb.MEDIA_PLAYER_STATE_IDLE
        if self.formats != []:
            self.say(pb.MediaPlayerStateResponse(key=PLAYER, state=state, volume=self.volume))
        self.say(pb.SwitchStateResponse(key=MUTE, state=self.muted))

    # ── what it does by itself ───────────────────────────────────────────────────────────────────

    def wake(self, phrase: str = "okay nabu", flags: int = 0) -> None:
        self.say(
            pb.VoiceAssistantRequest(start=True, conversation_id="c", flags=flags, wake_word_phrase=phrase)
        )

    def stop(self) -> None:
        self.say(pb.VoiceAssistantRequest(start=False))

    def sound(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), 1024):
            self.say(pb.VoiceAssistantAudio(data=pcm[at : at + 1024]))


async def fetch(url: str, most: int = 50_000_000) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, as a player fetches it."""
    host, _, rest = url.removeprefix("http://").partition("/")
    name, _, port = host.rpartition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    try:
        writer.write(f"GET /{rest} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = b""
        if headers.get("transfer-encoding") == "chunked":
            with suppress(asyncio.IncompleteReadError):
                while len(body) < most and (size := int(await reader.readline(), 16)):
                    body += await reader.readexactly(size)
                    await reader.readexactly(2)
        else:
            body = await reader.read(most)
        return int(head[0].split()[1]), headers, body
    finally:
        writer.transport.abort()
