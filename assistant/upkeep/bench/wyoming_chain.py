"""Wyoming servers one after the other, as Home Assistant drives them: silence, words, answer, its sound.

Its wait for silence is Home Assistant's default (homeassistant/components/assist_pipeline/vad.py: 0.7 s).
House commands cost nothing between the servers here; for a question the language model is ours, with a short
prompt that is kept: no tools, no things, no dialogue. The voice gets a reply as it is written once that
has more than 60 characters (assist_pipeline/pipeline.py: STREAM_RESPONSE_CHARS), a shorter one when whole.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Self

import numpy as np
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeStopped

from assistant.errors import EngineError
from assistant.house.hosted import HostedLlm
from assistant.house.staff import hosted
from assistant.journal import Journal
from assistant.messages import EAR_RATE_HZ, ChatMessage, Prompt, TextDelta
from assistant.tasks import together
from assistant.think.prompt import RULES
from assistant.upkeep.bench.log import WorkLog
from assistant.upkeep.bench.random_models import RandomModels
from assistant.upkeep.bench.real_grade import SPEAKER, of_chance
from assistant.upkeep.bench.said import Said
from assistant.upkeep.bench.satellite import AUDIBLE
from assistant.upkeep.bench.watched import Script, WatchedLlm
from assistant.upkeep.demo import speak

SILENCE_S = 0.7
STREAMED_FROM = 60
"""Characters."""
CHUNK_S = 0.03
DONE = "The kitchen light is on."
"""What a house command is answered with: as long as our own answer to the same."""


class Chain:
    """Both servers and, between them, the language model."""

    def __init__(self, stt_port: int, tts_port: int, llm: WatchedLlm, script: Script) -> None:
        self._ports = stt_port, tts_port
        self._llm = llm
        self._script = script

    @classmethod
    @asynccontextmanager
    async def started(cls, models: RandomModels, stt_port: int, tts_port: int) -> AsyncGenerator[Self, None]:
        """With a language model of its own, the same as ours."""
        chosen, script = of_chance(models).kit.llm, Script()
        assert chosen is not None
        async with AsyncExitStack() as stack:
            engine = hosted(HostedLlm, "llm", chosen, Journal(asyncio.get_running_loop().time))
            stack.push_async_callback(engine.close)
            await engine.start()
            yield cls(
                stt_port, tts_port, WatchedLlm(engine, WorkLog(), script, kept=True, whole=False), script
            )

    async def say(self, said: Said) -> float:
        """Say it; milliseconds from the last sample that was said to the first audible one of the answer."""
        self._script.said = said
        pcm = speak(said.words, SPEAKER)
        ended_s = await self._hear(pcm)
        reply = self._answer(said) if said.kind == "question" else _at_once(DONE)
        voice = AsyncTcpClient("127.0.0.1", self._ports[1])
        async with aclosing(reply), voice as client, together() as group:
            group.create_task(_ask(client, reply))
            first_s = await _first_sound_s(client)
        return (first_s - ended_s) * 1000

    async def _hear(self, pcm: bytes) -> float:
        """Stream it at the speed of life and wait for the words; loop time of its last sample."""
        loop = asyncio.get_running_loop()
        form = {"rate": EAR_RATE_HZ, "width": 2, "channels": 1}
        step = 2 * round(CHUNK_S * EAR_RATE_HZ)
        sound = pcm + bytes(2 * round(SILENCE_S * EAR_RATE_HZ))
        async with AsyncTcpClient("127.0.0.1", self._ports[0]) as client:
            await client.write_event(Transcribe(language="en").event())
            await client.write_event(AudioStart(**form).event())
            began_s = loop.time()
            for at in range(0, len(sound), step):
                piece = sound[at : at + step]
                said_s = began_s + (at + len(piece)) / 2 / EAR_RATE_HZ
                await asyncio.sleep(said_s - loop.time())
                await client.write_event(AudioChunk(audio=piece, **form).event())
            await client.write_event(AudioStop().event())
            while not Transcript.is_type((await _next(client)).type):
                pass
        return began_s + len(pcm) / 2 / EAR_RATE_HZ

    async def _answer(self, said: Said) -> AsyncGenerator[str, None]:
        prompt = Prompt((ChatMessage("system", RULES), ChatMessage("user", said.words)))
        async with aclosing(self._llm.converse(prompt)) as items:
            async for item in items:
                if isinstance(item, TextDelta):
                    yield item.text


async def _at_once(text: str) -> AsyncGenerator[str, None]:
    yield text


async def _ask(client: AsyncTcpClient, reply: AsyncGenerator[str, None]) -> None:
    """Give the voice the reply: in parts as it is written, if it is a long one."""
    text, streams = "", False
    async for part in reply:
        text += part
        if streams:
            await client.write_event(SynthesizeChunk(text=part).event())
        elif len(text) > STREAMED_FROM:
            streams = True
            await client.write_event(SynthesizeStart().event())
            await client.write_event(SynthesizeChunk(text=text).event())
    await client.write_event((SynthesizeStop() if streams else Synthesize(text=text)).event())


async def _first_sound_s(client: AsyncTcpClient) -> float:
    """Loop time of the first audible chunk; EngineError: there was none. All of it is read."""
    first_s: float | None = None
    while True:
        event = await _next(client)
        if AudioChunk.is_type(event.type) and first_s is None:
            pcm = np.frombuffer(AudioChunk.from_event(event).audio, "<i2")
            if int(np.abs(pcm.astype(np.int32)).max(initial=0)) > AUDIBLE:
                first_s = asyncio.get_running_loop().time()
        if SynthesizeStopped.is_type(event.type) or (AudioStop.is_type(event.type)):
            break
    if first_s is None:
        raise EngineError("the Wyoming voice gave no sound")
    return first_s


async def _next(client: AsyncTcpClient) -> Event:
    event = await client.read_event()
    if event is None:
        raise EngineError("a Wyoming server hung up")
    return event
