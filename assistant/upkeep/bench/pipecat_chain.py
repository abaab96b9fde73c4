"""A Pipecat pipeline around our own engines: its program in the peers' environment asks them over its pipes.

It gets the wide ear, the language model and the voice, each a process of its own as in a house and with the
same options: the window cut to the speech, the prompt kept. House commands cost it nothing, and of a question
the language model reads a short prompt that is kept, without the house: no tools, no things, no dialogue.
"""

import asyncio
import base64
import json
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Self

import numpy as np

from assistant.errors import EngineError
from assistant.house.hosted import HostedEngine, HostedLlm, HostedStt, HostedTts
from assistant.house.staff import hosted
from assistant.journal import Journal
from assistant.messages import EAR_RATE_HZ, ChatMessage, JsonValue, Prompt, SpeechChunk, TextDelta
from assistant.ports import Llm, Stt, Tts
from assistant.strict_json import read_json
from assistant.tasks import together
from assistant.think.prompt import RULES
from assistant.upkeep.bench.costed import Box, CostedEar, CostedLlm, CostedVoice
from assistant.upkeep.bench.log import WorkLog
from assistant.upkeep.bench.profiles import Profile
from assistant.upkeep.bench.real_grade import SPEAKER, WIDE, Real
from assistant.upkeep.bench.said import QUESTIONS, Said
from assistant.upkeep.bench.satellite import AUDIBLE
from assistant.upkeep.bench.scripted_grade import WARM_UP
from assistant.upkeep.bench.watched import Script, WatchedEar, WatchedLlm, WatchedVoice
from assistant.upkeep.bench.wyoming_chain import DONE
from assistant.upkeep.demo import room_tone, speak

CHUNK_S = 0.02
OUT_RATE_HZ = 22_050
LONGEST_LINE = 8 * 1024 * 1024
READY_S, ANSWER_S = 120.0, 60.0
QUIET_S = 1.2
"""So long after the last sound the answer is over."""
EAR_CHUNK = 1024


class Engines:
    """Ear, mind and voice of one pipeline; what they hear and answer is the script's."""

    def __init__(self, ear: Stt, mind: Llm, voice: Tts, script: Script, rate_hz: int = OUT_RATE_HZ) -> None:
        """`rate_hz`: the voice's."""
        self.script = script
        self.rate_hz = rate_hz
        self._ear = ear
        self._mind = mind
        self._voice = voice

    @classmethod
    def costed(cls, profile: Profile) -> Self:
        """Engines that only take the time that a profile says, on cores that they share."""
        box, script = Box(profile), Script()
        replies = {said.words: said.reply for said in (WARM_UP, *QUESTIONS)}
        ear = WatchedEar(CostedEar(box, knows=None), "wide ear", box.log, script)
        return cls(ear, CostedLlm(box, replies), CostedVoice(box), script, EAR_RATE_HZ)

    @classmethod
    @asynccontextmanager
    async def started(cls, real: Real) -> AsyncGenerator[Self, None]:
        """The same engines as a house of these has, in processes of their own."""
        script, log, kit = Script(), WorkLog(), real.kit
        wide = next(chosen for chosen in kit.ears if chosen.engine == WIDE)
        assert kit.llm is not None
        journal = Journal(asyncio.get_running_loop().time)
        ear = hosted(HostedStt, "stt", wide, journal, short_windows=True)
        mind = hosted(HostedLlm, "llm", kit.llm, journal)
        voice = hosted(HostedTts, "tts", kit.voice, journal)
        engines: tuple[HostedEngine, ...] = (ear, mind, voice)
        async with AsyncExitStack() as stack:
            for engine in engines:
                stack.push_async_callback(engine.close)
                await engine.start()
            yield cls(
                WatchedEar(ear, "wide ear", log, script),
                WatchedLlm(mind, log, script, kept=True, whole=False),
                WatchedVoice(voice, log, whole=False),
                script,
            )

    def parts(self, call: dict[str, JsonValue]) -> AsyncGenerator[dict[str, JsonValue], None]:
        """The answer to a line of the program. EngineError: it asks for what there is not."""
        match call:
            case {"call": "transcribe", "pcm": str(pcm)}:
                return self._words(base64.b64decode(pcm))
            case {"call": "converse"}:
                return self._reply()
            case {"call": "synthesize", "text": str(text)}:
                return self._sound(text)
        raise EngineError(f"Pipecat asks for {call.get('call')!r}, which is no engine")

    async def _words(self, pcm: bytes) -> AsyncGenerator[dict[str, JsonValue], None]:
        async with aclosing(self._ear.transcribe(_speech(pcm))) as transcripts:
            async for transcript in transcripts:
                if transcript.final:
                    yield {"text": transcript.text}

    async def _reply(self) -> AsyncGenerator[dict[str, JsonValue], None]:
        said = self.script.said
        if said is None or said.kind != "question":
            yield {"text": DONE}
            return
        prompt = Prompt((ChatMessage("system", RULES), ChatMessage("user", said.words)))
        async with aclosing(self._mind.converse(prompt)) as items:
            async for item in items:
                if isinstance(item, TextDelta):
                    yield {"text": item.text}

    async def _sound(self, text: str) -> AsyncGenerator[dict[str, JsonValue], None]:
        async with aclosing(self._voice.synthesize(text)) as sounds:
            async for sound in sounds:
                yield {"pcm": base64.b64encode(sound.pcm).decode()}


def command(python: Path, ends: str, rate_hz: int) -> list[str]:
    """What runs the program; `ends`: `smart` or `sure`, as it says itself."""
    # Without -P the folder of the bench, where a file is called as one of Python's own, would come first.
    return [str(python), "-P", str(Path(__file__).with_name("pipecat_program.py")), ends, str(rate_hz)]


class PipecatChain:
    """The program, what it is told, and when which sound leaves it."""

    def __init__(self, program: Process, engines: Engines, group: asyncio.TaskGroup) -> None:
        self._program = program
        self._engines = engines
        self._group = group
        self._ready = asyncio.Event()
        self._first_s: float | None = None
        """Loop time of the first audible sample since someone spoke; `_last_s`: of the last such block."""
        self._last_s: float | None = None

    @classmethod
    @asynccontextmanager
    async def started(cls, command: Sequence[str], engines: Engines) -> AsyncGenerator[Self, None]:
        """`command` runs the program. EngineError, TimeoutError: it does not run."""
        async with AsyncExitStack() as stack:
            program = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LONGEST_LINE
            )
            stack.push_async_callback(_end, program)
            group = await stack.enter_async_context(together())
            chain = cls(program, engines, group)
            reading = group.create_task(chain._read())
            async with asyncio.timeout(READY_S):
                await chain._ready.wait()
            yield chain
            reading.cancel()

    async def say(self, said: Said) -> float | None:
        """Say it; milliseconds from the last sample that was said to the first audible one of the answer.

        None: there was no answer, or one before all was said.
        """
        self._engines.script.said = said
        self._first_s = self._last_s = None
        loop = asyncio.get_running_loop()
        lead, words = room_tone(0.3), speak(said.words, SPEAKER)
        began_s = loop.time()
        ended_s = began_s + (len(lead) + len(words)) / 2 / EAR_RATE_HZ
        first_s = await self._listen(lead + words, began_s, ended_s)
        return None if first_s is None or first_s < ended_s else (first_s - ended_s) * 1000

    async def _listen(self, sound: bytes, began_s: float, ended_s: float) -> float | None:
        """Give it sound at the speed of life, then the room's, until its answer is over; its first sound."""
        loop, step = asyncio.get_running_loop(), 2 * round(CHUNK_S * EAR_RATE_HZ)
        tone = room_tone(CHUNK_S)
        at = 0
        while not self._over(loop.time(), ended_s):
            piece = sound[at : at + step]
            at += step
            await asyncio.sleep(began_s + at / 2 / EAR_RATE_HZ - loop.time())
            self._tell({"mic": base64.b64encode(piece + tone[len(piece) :]).decode()})
        return self._first_s

    def _over(self, now_s: float, ended_s: float) -> bool:
        if now_s < ended_s + QUIET_S:
            return False
        if self._last_s is None:
            return now_s > ended_s + ANSWER_S
        return now_s > self._last_s + QUIET_S

    def _note(self, pcm: bytes) -> None:
        loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)) > AUDIBLE)
        if len(loud):
            now_s = asyncio.get_running_loop().time()
            self._last_s = now_s
            if self._first_s is None:
                self._first_s = now_s + float(loud[0]) / self._engines.rate_hz

    async def _read(self) -> None:
        assert self._program.stdout is not None
        while line := await self._program.stdout.readline():
            told = read_json(line)
            if isinstance(sound := told.get("sound"), str):
                self._note(base64.b64decode(sound))
            elif "ready" in told:
                self._ready.set()
            else:
                self._group.create_task(self._serve(told))
        raise EngineError("the Pipecat program ended")

    async def _serve(self, call: dict[str, JsonValue]) -> None:
        async with aclosing(self._engines.parts(call)) as parts:
            async for part in parts:
                self._tell({"id": call.get("id"), **part})
        self._tell({"id": call.get("id"), "end": True})

    def _tell(self, fields: dict[str, JsonValue]) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(fields).encode() + b"\n")


async def _speech(pcm: bytes) -> AsyncIterator[SpeechChunk]:
    for at in range(0, len(pcm), EAR_CHUNK):
        yield SpeechChunk(pcm[at : at + EAR_CHUNK], at // 2, voiced=True)


async def _end(program: Process) -> None:
    if program.stdin is not None:
        program.stdin.close()
    try:
        async with asyncio.timeout(10):
            await program.wait()
    except TimeoutError:
        program.kill()
        await program.wait()
