"""A Pipecat voice pipeline whose engines are asked over its pipes. Runs in the peers' environment.

    python pipecat_program.py smart|sure RATE_HZ

On standard input and output, a JSON object a line; sound is base64 of mono s16le.

| from the bench | to the bench |
|---|---|
| `{"mic": SOUND}` 20 ms at 16 kHz | `{"ready": true}` |
| `{"id", "text"}`, `{"id", "pcm"}`: a part | `{"call", "id", …}`: transcribe, converse or synthesize |
| `{"id", "end": true}` | `{"sound": SOUND}`: leaves the speaker now, at RATE_HZ |

Everything that is not set here is Pipecat's default: 0.2 s of silence by its Silero VAD, then Smart Turn v3
says whether the turn is over, and 3 s of silence end it anyway. `sure`: as if Smart Turn, which takes its
time all the same, always knew that it is; no synthetic voice keeps it waiting then.
"""

# mypy: disable-error-code="import-not-found,misc,unused-ignore"
import asyncio
import base64
import itertools
import json
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    CancelFrame,
    Frame,
    InputAudioRawFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    OutputAudioRawFrame,
    StartFrame,
    TranscriptionFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import LLMService
from pipecat.services.stt_latency import WHISPER_TTFS_P99
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.services.tts_service import TTSService
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.turns.user_stop import TurnAnalyzerUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.utils.time import time_now_iso8601
from pipecat.workers.runner import WorkerRunner

EAR_RATE_HZ, OUT_RATE_HZ = 16_000, int(sys.argv[2]) if sys.argv[2:] else 22_050
"""The ears', and the voice's."""
RATES = {"audio_in_sample_rate": EAR_RATE_HZ, "audio_out_sample_rate": OUT_RATE_HZ}
LONGEST_LINE = 8 * 1024 * 1024


class Pipes:
    """Lines to and from the bench."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Queue[dict[str, Any]]] = {}
        self.mic: asyncio.Queue[bytes] = asyncio.Queue(500)

    async def read(self) -> None:
        """Hand out what the bench sends, until it ends."""
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        while line := await reader.readline():
            told = json.loads(line)
            if "mic" in told:
                await self.mic.put(base64.b64decode(told["mic"]))
            elif told["id"] in self._answers:
                await self._answers[told["id"]].put(told)

    def tell(self, **fields: Any) -> None:
        """One line."""
        sys.stdout.write(json.dumps(fields) + "\n")
        sys.stdout.flush()

    async def ask(self, call: str, **fields: Any) -> AsyncGenerator[dict[str, Any], None]:
        """The parts of an engine's answer, as they come."""
        number = next(self._ids)
        answers = self._answers[number] = asyncio.Queue()
        try:
            self.tell(call=call, id=number, **fields)
            while not (part := await answers.get()).get("end"):
                yield part
        finally:
            del self._answers[number]


class Microphone(BaseInputTransport):
    """What the bench says."""

    def __init__(self, params: TransportParams, pipes: Pipes) -> None:
        super().__init__(params)
        self._pipes = pipes
        self._listening: asyncio.Task[None] | None = None

    async def start(self, frame: StartFrame) -> None:
        """Listen from now on."""
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._listening = self.create_task(self._listen())
        self._pipes.tell(ready=True)

    async def cancel(self, frame: CancelFrame) -> None:
        """Listen no more."""
        await super().cancel(frame)
        if self._listening is not None:
            await self.cancel_task(self._listening)

    async def _listen(self) -> None:
        while True:
            pcm = await self._pipes.mic.get()
            await self.push_audio_frame(InputAudioRawFrame(pcm, EAR_RATE_HZ, 1))


class Loudspeaker(BaseOutputTransport):
    """Takes sound at the speed of life, as a sound card does."""

    def __init__(self, params: TransportParams, pipes: Pipes) -> None:
        super().__init__(params)
        self._pipes = pipes
        self._free_s = 0.0

    async def start(self, frame: StartFrame) -> None:
        """Ready for sound."""
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        """Its first sample leaves now, or when what went before is over."""
        loop = asyncio.get_running_loop()
        if (early_s := self._free_s - loop.time()) > 0:
            await asyncio.sleep(early_s)
        self._pipes.tell(sound=base64.b64encode(frame.audio).decode())
        self._free_s = max(loop.time(), self._free_s) + len(frame.audio) / 2 / OUT_RATE_HZ
        return True


class Ear(SegmentedSTTService):
    """Our wide ear."""

    def __init__(self, pipes: Pipes) -> None:
        super().__init__(ttfs_p99_latency=WHISPER_TTFS_P99)
        self._pipes = pipes

    @property
    def wants_wav_segments(self) -> bool:
        """Raw samples are wanted, as by Pipecat's own Whisper."""
        return False

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame, None]:
        """The words of a segment."""
        async for part in self._pipes.ask("transcribe", pcm=base64.b64encode(audio).decode()):
            yield TranscriptionFrame(part["text"], "", time_now_iso8601())


class Mind(LLMService):
    """Our language model."""

    def __init__(self, pipes: Pipes) -> None:
        super().__init__()
        self._pipes = pipes

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Answer a context, a word at a time."""
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        await self.push_frame(LLMFullResponseStartFrame())
        async for part in self._pipes.ask("converse", words=_last_words(frame.context)):
            await self.push_frame(LLMTextFrame(part["text"]))
        await self.push_frame(LLMFullResponseEndFrame())


class Voice(TTSService):
    """Our voice; switched as Pipecat's own Piper service is."""

    def __init__(self, pipes: Pipes) -> None:
        super().__init__(push_start_frame=True, push_stop_frames=True)
        self._pipes = pipes

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame, None]:
        """The sound of a sentence."""
        async for frame in self._stream_audio_frames_from_iterator(
            self._sound(text), in_sample_rate=OUT_RATE_HZ, context_id=context_id
        ):
            yield frame

    async def _sound(self, text: str) -> AsyncIterator[bytes]:
        async for part in self._pipes.ask("synthesize", text=text):
            yield base64.b64decode(part["pcm"])


def _last_words(context: LLMContext) -> str:
    said = [each["content"] for each in context.messages if each.get("role") == "user"]
    return said[-1] if said and isinstance(said[-1], str) else ""


class Sure(LocalSmartTurnAnalyzerV3):
    """Smart Turn as if it always knew; what is said to it here is always over."""

    def _predict_endpoint(self, audio_array: Any) -> dict[str, Any]:
        return {**super()._predict_endpoint(audio_array), "prediction": 1}


def _strategies(ends: str) -> UserTurnStrategies:
    if ends == "smart":
        return UserTurnStrategies()
    return UserTurnStrategies(stop=[TurnAnalyzerUserTurnStopStrategy(turn_analyzer=Sure())])


async def main(ends: str) -> None:
    """Run until standard input ends."""
    pipes = Pipes()
    params = TransportParams(audio_in_enabled=True, audio_out_enabled=True, **RATES)
    user = LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer(), user_turn_strategies=_strategies(ends))
    pair = LLMContextAggregatorPair(LLMContext(), user_params=user)
    before = [Microphone(params, pipes), Ear(pipes), pair.user()]
    after = [Mind(pipes), Voice(pipes), Loudspeaker(params, pipes), pair.assistant()]
    pipeline = Pipeline(before + after)
    runner, rates = WorkerRunner(handle_sigint=False), PipelineParams(**RATES)
    await runner.add_workers(PipelineWorker(pipeline, params=rates, idle_timeout_secs=None))
    running = asyncio.create_task(runner.run())
    reading = asyncio.create_task(pipes.read())
    await asyncio.wait((running, reading), return_when=asyncio.FIRST_COMPLETED)
    await runner.cancel()
    await running


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
