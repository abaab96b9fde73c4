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
    """The language model and, behind it, its spares."""
    spare_ears: Sequence[Stt] = ()
    """Behind the last of the ears, in the order they are asked."""
    spare_voices: Sequence[Tts] = ()
    turn: TurnJudge | None = None
    """Whether a speaker is done, by the sound."""
    room_voices: Mapping[str, Tts] = field(default_factory=dict)
    """By the voice's name."""
    health: Mapping[str, Sequence[Health | None]] = field(default_factory=dict)
    """Of the `ear`, the `voice` and the `mind`, and of the spares of each, in their order but for the last:
    None for one that is not on another box."""

    @property
    def all(self) -> Sequence[HostedEngine]:
        """Those that the house runs itself."""
        spares = (*self.spare_ears, *self.spare_voices, self.turn)
        every: Sequence[object] = (*self.ears, self.voice, *self.minds, *spares, *self.room_voices.values())
        return [engine for engine in every if isinstance(engine, HostedEngine)]

    @classmethod
    async def start(
        cls, kit: Kit, phrases: Phrases, journal: Journal, stack: AsyncExitStack, *, hears: bool
    ) -> Self:
        """All at once; what did start is closed with `stack`. Raises what an engine says against it."""
        voices = [hosted(HostedTts, "tts", one, journal) for one in _voices(kit)]
        spare_ears = [ear_of(one, phrases, journal) for one in _spare_ears(kit)] if hears else []
        ears = [ear_of(chosen, phrases, journal) for chosen in kit.ears] if hears else []
        by_grammar = [
            ear for ear, chosen in zip(ears, kit.ears, strict=False) if chosen.engine == GRAMMAR_EAR
        ]
        minds = [hosted(HostedLlm, "llm", one, journal) for one in _minds(kit)]
        turn = hosted(HostedTurn, "turn", kit.turn, journal) if hears and kit.turn else None
        own = {name: hosted(HostedTts, "tts", one, journal) for name, one in kit.room_voices.items()}
        await started(stack, [*voices, *ears, *minds, *own.values(), *spare_ears, *filter(None, [turn])])
        health = _looked_after(kit, stack)
        return cls(voices[0], ears, by_grammar, minds, spare_ears, voices[1:], turn, own, health)


def _voices(kit: Kit) -> Sequence[Chosen]:
    """In the order they are asked."""
    return [one for one in (kit.voice_elsewhere, *kit.voices_elsewhere, kit.voice) if one]


def _spare_ears(kit: Kit) -> Sequence[Chosen]:
    return [one for one in (*kit.ears_elsewhere, kit.ear_fallback) if one]


def _minds(kit: Kit) -> Sequence[Chosen]:
    return [one for one in (kit.llm, *kit.llms_elsewhere, kit.llm_fallback) if one]


def _looked_after(kit: Kit, stack: AsyncExitStack) -> Mapping[str, Sequence[Health | None]]:
    """Looking stops with `stack`."""
    chains = {"ear": [*kit.ears[-1:], *_spare_ears(kit)], "voice": _voices(kit), "mind": _minds(kit)}
    found = {part: [health_of(chosen) for chosen in chain[:-1]] for part, chain in chains.items()}
    for health in (each for healths in found.values() for each in healths if each is not None):
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


def ear_of(chosen: Chosen, phrases: Phrases, journal: Journal) -> HostedStt:
    """An ear, not started; one that hears by a grammar gets that of the phrases."""
    if chosen.engine != GRAMMAR_EAR:
        return hosted(HostedStt, "stt", chosen, journal)
    return hosted(HostedStt, "stt", chosen, journal, **grammar_of(phrases))


async def started(stack: AsyncExitStack, hosted: Sequence[HostedEngine]) -> None:
    """All at once; what did start is closed when another one can't."""
    for engine in hosted:
        stack.push_async_callback(engine.close)
    async with together() as group:
        for engine in hosted:
            group.create_task(engine.start())
