"""Kit → the engines of a house, each started where it lives."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

from assistant.house import engines
from assistant.house.health import Health, health_of
from assistant.house.homes import Ear, grammar_of
from assistant.house.hosted import HostedEngine, HostedLlm, HostedStt, HostedTts, HostedTurn
from assistant.house.kit import Chosen, Kit
from assistant.house.sealing import FILES
from assistant.house.worker import ENGINES_SOCKET, Launcher
from assistant.journal import Journal
from assistant.messages import JsonValue
from assistant.ports import Llm, Stt, Tts, TurnJudge
from assistant.tasks import ended, together
from assistant.think.phrases import Phrases

GRAMMAR_EAR = "pocketsphinx"
"""The engine that hears only what its grammar says."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The running engines."""

    voice: Tts
    ears: Sequence[Stt]
    """In the order they are asked; empty where nothing is to be heard."""
    by_grammar: Sequence[Ear]
    """Those of them that hear only the phrases."""
    minds: Sequence[Llm]
    """The language model and, behind it, its spare."""
    spare_ear: Stt | None = None
    """Behind the last of the ears."""
    spare_voice: Tts | None = None
    turn: TurnJudge | None = None
    """Whether a speaker is done, by the sound."""
    room_voices: Mapping[str, Tts] = field(default_factory=dict)
    """By the voice's name."""
    health: Mapping[str, Health] = field(default_factory=dict)
    """Of the `ear`, the `voice` and the `mind`, where it is on another box and has a spare."""

    @property
    def all(self) -> Sequence[HostedEngine]:
        """Those that the house runs itself."""
        spares = (self.spare_ear, self.spare_voice, self.turn)
        every: Sequence[object] = (*self.ears, self.voice, *self.minds, *spares, *self.room_voices.values())
        return [engine for engine in every if isinstance(engine, HostedEngine)]

    @classmethod
    async def start(
        cls, kit: Kit, phrases: Phrases, journal: Journal, stack: AsyncExitStack, *, hears: bool
    ) -> Self:
        """All at once; what did start is closed with `stack`. Raises what an engine says against it."""
        voices = [hosted(HostedTts, "tts", one, journal) for one in (kit.voice_elsewhere, kit.voice) if one]
        spare_ear = _ear(kit.ear_fallback, phrases, journal) if hears and kit.ear_fallback else None
        ears = [_ear(chosen, phrases, journal) for chosen in kit.ears] if hears else []
        by_grammar = [
            ear for ear, chosen in zip(ears, kit.ears, strict=False) if chosen.engine == GRAMMAR_EAR
        ]
        minds = [hosted(HostedLlm, "llm", one, journal) for one in (kit.llm, kit.llm_fallback) if one]
        turn = hosted(HostedTurn, "turn", kit.turn, journal) if hears and kit.turn else None
        own = {name: hosted(HostedTts, "tts", one, journal) for name, one in kit.room_voices.items()}
        await _start(stack, [*voices, *ears, *minds, *own.values(), *filter(None, [spare_ear, turn])])
        spare_voice = voices[1] if voices[1:] else None
        health = _looked_after(kit, stack)
        return cls(voices[0], ears, by_grammar, minds, spare_ear, spare_voice, turn, own, health)


def _looked_after(kit: Kit, stack: AsyncExitStack) -> Mapping[str, Health]:
    """Looking stops with `stack`."""
    firsts = {
        "ear": kit.ears[-1] if kit.ears and kit.ear_fallback else None,
        "voice": kit.voice_elsewhere,
        "mind": kit.llm if kit.llm_fallback else None,
    }
    found = {part: health for part, chosen in firsts.items() if (health := health_of(chosen)) is not None}
    for health in found.values():
        stack.push_async_callback(ended, asyncio.create_task(health.watch()))
    return found


Hosted = TypeVar("Hosted", bound=HostedEngine)


class Staffing(Protocol):
    """Starts the engines of a kit; what did start is closed with `stack`."""

    async def __call__(
        self, kit: Kit, phrases: Phrases, journal: Journal, stack: AsyncExitStack, *, hears: bool
    ) -> Staff: ...


def hosted(
    make: Callable[..., Hosted], kind: engines.EngineKind, chosen: Chosen, journal: Journal, **more: JsonValue
) -> Hosted:
    """The engine that was chosen, not started; `more` are further options. SettingsError: there is none."""
    entry = engines.find(kind, chosen.engine)
    return make(
        entry.name,
        entry.engine,
        {**chosen.options, **more, FILES: [file.as_json() for file in chosen.files]},
        launcher=_launcher(chosen.launcher or entry.launcher),
        deadlines=entry.deadlines,
        journal=journal,
    )


def _launcher(usual: Launcher) -> Launcher:
    """Under the service manager engines of other processes live in units of its own."""
    return "unit" if usual == "spawn" and os.environ.get(ENGINES_SOCKET) else usual


def _ear(chosen: Chosen, phrases: Phrases, journal: Journal) -> HostedStt:
    if chosen.engine != GRAMMAR_EAR:
        return hosted(HostedStt, "stt", chosen, journal)
    return hosted(HostedStt, "stt", chosen, journal, **grammar_of(phrases))


async def _start(stack: AsyncExitStack, hosted: Sequence[HostedEngine]) -> None:
    """All at once; what did start is closed when another one can't."""
    for engine in hosted:
        stack.push_async_callback(engine.close)
    async with together() as group:
        for engine in hosted:
            group.create_task(engine.start())
