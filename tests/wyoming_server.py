"""A small real Wyoming server: the built-in ear and voice behind the package's own reader and writer."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from assistant.hear.stt.pocketsphinx import Pocketsphinx
from assistant.messages import SpeechChunk
from assistant.pcm import level_db
from assistant.speak.tts.espeak import Espeak

GRAMMAR = "#JSGF V1.0;\ngrammar house;\npublic <utterance> = turn (on | off) the kitchen light;\n"


def never() -> bool:
    return False


@dataclass
class Server:
    """Where it is, and what it was asked."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    """Types of events, in order."""
    said: list[Event] = field(default_factory=list)
    """`transcribe` and `synthesize` as they came."""
    script: Sequence[bytes] | None = None
    """What it writes when it was asked, in the place of answers."""
    hangs: bool = False
    """Once it has written its script it stays, and is silent."""
    gone: threading.Event = field(default_factory=threading.Event)
    """A client hung up."""
    _ear: Pocketsphinx | None = None
    _voice: Espeak | None = None

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.script is not None:
                await self._recite(reader, writer)
                return
            pcm = bytearray()
            while (event := await async_read_event(reader)) is not None:
                self.asked.append(event.type)
                await self._answer(event, pcm, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.gone.set()
            writer.close()

    async def _recite(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = b""
        while not any(word in heard for word in (b"audio-stop", b"synthesize", b"describe")):
            if not (data := await reader.read(4096)):
                return
            heard += data
        for piece in self.script or ():
            writer.write(piece)
            await writer.drain()
        while self.hangs and await reader.read(4096):
            pass

    async def _answer(self, event: Event, pcm: bytearray, writer: asyncio.StreamWriter) -> None:
        match event.type:
            case "describe":
                await async_write_event(_info(), writer)
            case "transcribe":
                self.said.append(event)
            case "audio-chunk":
                pcm += event.payload or b""
            case "audio-stop":
                text = await asyncio.to_thread(self._heard, bytes(pcm))
                pcm.clear()
                await async_write_event(Transcript(text).event(), writer)
            case "synthesize":
                self.said.append(event)
                await self._speak(event.data["text"], writer)

    def _heard(self, pcm: bytes) -> str:
        if self._ear is None:
            self._ear = Pocketsphinx({"grammar": GRAMMAR, "pronunciations": {}})
            self._ear.load()
        pieces = [pcm[at : at + 1024] for at in range(0, len(pcm) - 1023, 1024)]
        chunks = [SpeechChunk(piece, at * 512, _loud(piece)) for at, piece in enumerate(pieces)]
        *_, final = self._ear.transcribe(iter(chunks), never)
        return final.text if final.refused is None else ""

    async def _speak(self, text: str, writer: asyncio.StreamWriter) -> None:
        if self._voice is None:
            self._voice = Espeak({"voice": "en-us"})
            self._voice.load()
        sounds = await asyncio.to_thread(lambda: list(self._voice.synthesize(text, never)))  # type: ignore[union-attr]
        rate = sounds[0].rate_hz if sounds else 22_050
        await async_write_event(AudioStart(rate, 2, 1).event(), writer)
        for sound in sounds:
            await async_write_event(AudioChunk(sound.rate_hz, 2, 1, sound.pcm).event(), writer)
        await async_write_event(AudioStop().event(), writer)


def _loud(pcm: bytes) -> bool:
    return level_db(pcm) > -50


def _info() -> Event:
    about = Attribution("Hearth", "")
    model = AsrModel("tiny", about, True, "It hears one sentence.", "1", ["en"])
    return Info(asr=[AsrProgram("testing", about, True, "A server of the tests", "1", [model])]).event()


@contextmanager
def serving(script: Sequence[bytes] | None = None, *, hangs: bool = False) -> Iterator[Server]:
    """On a thread of its own, so that blocking clients can be on this one."""
    server, up = Server(script=script, hangs=hangs), threading.Event()
    stop: list[Callable[[], object]] = []

    async def run() -> None:
        over, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(over.set))
        listening = await asyncio.start_server(server.meet, "127.0.0.1", 0)
        server.address = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        up.set()
        await over.wait()
        listening.close()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    up.wait()
    try:
        yield server
    finally:
        stop[0]()
        thread.join()
