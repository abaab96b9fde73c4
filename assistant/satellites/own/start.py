"""`assistant satellite`: its parts put together, and what its commands ask of the one that runs."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import __version__, control, paths
from assistant.devices.sound_card import SoundCardMic, SoundCardOut
from assistant.errors import AudioError, WireError
from assistant.ports import Mic, SoundOut
from assistant.satellites.own.button import open_button, presses
from assistant.satellites.own.file_sound import FileMic, FileOut
from assistant.satellites.own.folder import SatelliteFolder
from assistant.satellites.own.light import Light, follow
from assistant.satellites.own.line import Line
from assistant.satellites.own.player import RATE_HZ
from assistant.satellites.own.program import Parts, Satellite, steady_s
from assistant.satellites.own.wake import cascade_of
from assistant.satellites.own_announce import suggested
from assistant.tasks import together

Out = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Starting:
    """How a satellite is started."""

    microphone: str | None = None
    """Part of a device's name, or the path of a recording (.wav)."""
    speaker: str | None = None
    """Part of a device's name, or the path of a file to fill (.pcm)."""
    words: tuple[str, ...] = ("hey_jarvis",)
    sensitivity: str = "normal"
    led: str | None = None
    """A name under /sys/class/leds."""
    button: str | None = None
    """An input device: a path under /dev/input."""


async def run(asked: Starting, out: Out, beside: Awaitable[None] | None = None) -> int:
    """Be the satellite of this board until told to stop; 130 after Ctrl-C, RESTART to be started again.

    `beside`: done meanwhile. AssistantError.
    """
    folder = SatelliteFolder()
    hub, own = folder.hub(), folder.identity()
    cascade = await asyncio.to_thread(cascade_of, asked.words, asked.sensitivity)

    def report(error: AudioError | None) -> None:
        out("sound: it works again" if error is None else f"sound: {error}")

    line = Line(hub, own, out, suggested)
    satellite = Satellite(Parts(_mic(asked, report), _speaker(asked, report), cascade, line), out)
    life = _life(satellite, asked)
    more = asyncio.ensure_future(beside) if beside is not None else None
    try:
        return await _until_stopped(satellite, life, out)
    finally:
        if more is not None:
            more.cancel()


def _life(satellite: Satellite, asked: Starting) -> Coroutine[Any, Any, None]:
    """The satellite, with its light and its button. SettingsError where one cannot be used."""
    light = None if asked.led is None else Light(asked.led)
    button = None if asked.button is None else Path(asked.button)
    if button is not None:
        os.close(open_button(button))

    async def press(path: Path) -> None:
        async with aclosing(presses(path)) as found:
            async for each in found:
                await satellite.pressed(each)

    async def live() -> None:
        async with together() as group:
            if light is not None:
                group.create_task(follow(light, satellite.shown, steady_s))
            if button is not None:
                group.create_task(press(button))
            await satellite.run()

    return live()


async def _until_stopped(satellite: Satellite, living: Coroutine[Any, Any, None], out: Out) -> int:
    loop = asyncio.get_running_loop()
    status = 0
    life = asyncio.ensure_future(living)

    def interrupt(code: int) -> None:
        nonlocal status
        status = code
        life.cancel()

    loop.add_signal_handler(signal.SIGTERM, interrupt, 0)
    loop.add_signal_handler(signal.SIGINT, interrupt, 130)

    async def handle(request: control.Line) -> AsyncGenerator[control.Line, None]:
        match request["do"]:
            case "mute" | "unmute":
                await satellite.mute(muted=request["do"] == "mute")
            case "stop":
                satellite.stop()
            case "status":
                pass
            case "idle":
                yield {"idle": _idle(satellite)}
            case "restart":
                if reason := satellite.why_not():
                    raise WireError(f"not now: {reason}")
                interrupt(control.RESTART)
            case _:
                raise WireError("the satellite does not know this request")
        yield {"line": satellite.state()}
        yield {"end": 0}

    paths.runtime_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    async with control.serving(handle, control.satellite_path()):
        with suppress(asyncio.CancelledError):
            await life
    out("nothing listens any more")
    return status


def _idle(satellite: Satellite) -> control.Line:
    """For who wants to start it anew."""
    service = "INVOCATION_ID" in os.environ
    why_not = satellite.why_not() or None
    return {"why_not": why_not, "version": __version__, "release": sys.prefix, "service": service}


def _mic(asked: Starting, report: Callable[[AudioError | None], None]) -> Mic:
    if asked.microphone is not None and asked.microphone.endswith(".wav"):
        return FileMic(Path(asked.microphone))
    return SoundCardMic(asked.microphone, report=report, waits=True)


def _speaker(asked: Starting, report: Callable[[AudioError | None], None]) -> SoundOut:
    if asked.speaker is not None and asked.speaker.endswith(".pcm"):
        return FileOut(Path(asked.speaker))
    return SoundCardOut(asked.speaker, rate_hz=RATE_HZ, report=report, waits=True)


async def tell(what: str, out: Out) -> int:
    """Have the running satellite do something: mute, unmute, stop or status. NoHub when none runs."""
    try:
        async for answer in control.request({"do": what}, control.satellite_path()):
            if "error" in answer:
                raise WireError(str(answer["error"]))
            if "line" in answer:
                out(str(answer["line"]))
    except control.NoHub:
        raise control.NoHub("no satellite is running here; start it with `assistant satellite`") from None
    return 0
