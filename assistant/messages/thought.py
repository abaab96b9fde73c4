"""The turn, the mind and the home. Sectioned by edge."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"

# ── the turn ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange in one room. Effects and sound wait for `committed`."""

    id: int
    room: str
    revision: int = 0
    committed: asyncio.Event = field(default_factory=asyncio.Event, compare=False)
    acted: asyncio.Event = field(default_factory=asyncio.Event, compare=False)
    """Set once a tool has begun to change something: nobody may be asked to say it all again."""
    highest_risk: int = 4
    """What is beyond it is refused, whatever the room allows: nobody knows who asked."""
    leads: bool = False
    """Its answer is spoken, and may begin before its end is known (`Sentence.begins`)."""
    _held: "list[Callable[[], None]]" = field(default_factory=list, compare=False, repr=False)

    def revised(self, revision: int) -> "Turn":
        """The same turn on other words, not committed."""
        return replace(self, revision=revision, committed=asyncio.Event(), acted=asyncio.Event(), _held=[])

    def commit(self) -> None:
        """The words are final and count: what was held for that is done now, before any waiter goes on."""
        held = tuple(self._held)
        self._held.clear()
        self.committed.set()
        for do in held:
            do()

    def when_committed(self, do: Callable[[], None]) -> None:
        """Do it now, or, in the order asked, when the turn is committed; never if it is discarded."""
        if self.committed.is_set():
            do()
        else:
            self._held.append(do)


# ── inside think ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool by name with typed arguments, from the intents or the LLM alike."""

    id: str
    name: str
    arguments: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool did, after reading the state back."""

    call_id: str
    ok: bool
    say: str
    """The sentence that tells it; built from the state read back. Empty: nothing to say."""
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    changed: bool = False
    """A write took effect: only then may anyone say so."""
    asks: bool = False
    """`say` is a question; one answer may follow without the wake word."""
    undo: tuple[ToolCall, ...] = ()
    """What takes the change back, in order; empty: nothing can."""
    led: str = ""
    """As `say`, in words that begin with the subject; empty: `say` does, or nothing better is known."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the LLM and the intents see it."""

    name: str
    description: str
    parameters: Mapping[str, JsonValue]
    """JSON schema of the arguments."""
    writes: bool
    risk: int
    """0 answer, 1 reversible, 2 lasting or for others, 3 security, 4 money and configuration."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One entry of the dialogue; a tool's answer has role `tool` and the call's id and name."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything the LLM reads: the stable part first, so that its cache lives."""

    messages: tuple[ChatMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    """Told in every prompt of this house, at its head."""
    max_tokens: int = 200
    """0: nothing is answered; what comes before the words, whatever they are, is read ahead."""
    temperature: float = 0.2
    found_tools: tuple[ToolSpec, ...] = ()
    """Those that fit the words: told after them, unless they are named at the head."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Argument, or tool.argument, → the only texts it may be; empty: any."""
    named_tools: tuple[ToolSpec, ...] = ()
    """Told at the head by name alone: what they take, the grammar of a call says."""

    @property
    def every_tool(self) -> tuple[ToolSpec, ...]:
        """All that may be called, each once."""
        return tuple(
            {tool.name: tool for tool in (*self.tools, *self.named_tools, *self.found_tools)}.values()
        )


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the LLM's answer."""

    text: str


@dataclass(frozen=True, slots=True)
class PrefillProgress:
    """The LLM is still reading its prompt: alive, nothing to say yet."""

    done_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class LlmUsage:
    """What a reply cost; the last item of a call."""

    prefilled_tokens: int
    reused_tokens: int
    generated_tokens: int


LlmItem: TypeAlias = TextDelta | ToolCall | PrefillProgress | LlmUsage

# ── skills ⇄ the home ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the home that has a name."""

    name: str
    """Canonical, lower case; `Device.area` names it."""
    aliases: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    """What the floor it lies on is called: `first floor`, `upstairs`."""


@dataclass(frozen=True, slots=True)
class Device:
    """Something in the home that has a state."""

    name: str
    """Canonical, lower case, unique in the home."""
    area: str
    kind: str
    """light, switch, fan, cover, lock, climate, media_player, vacuum, valve, todo, sensor, scene, script,
    weather or another word."""
    aliases: tuple[str, ...] = ()
    can: frozenset[str] = frozenset()
    """What it can do beyond on and off: `brightness`, `color`, `position`, `speed`, `modes`, …"""
    secure: bool = False
    """Moving it is a matter of security (a lock, a garage door)."""
    device_class: str = ""
    """What sort of its kind it is, in Home Assistant's words: `garage`, `curtain`, `temperature`."""
    floor: str = ""
    """The floor its area lies on, by its first name."""


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What a device reports of itself."""

    value: str
    """on, off, open, closed, opening, closing, locked, unlocked, playing, paused, cleaning or a reading."""
    available: bool = True
    attributes: Mapping[str, JsonValue] = field(default_factory=dict)
    """`brightness_percent`, `color`, `position_percent`, `speed_percent`, `volume_percent`, `unit`, …"""
