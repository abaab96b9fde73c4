"""One turn with the LLM so far: what was said, done and left untold, and what it may still cost."""

from dataclasses import dataclass, field, replace

from assistant.messages import ChatMessage, JsonValue, ToolCall, ToolResult
from assistant.think.prompt import Surroundings
from assistant.think.retrieve import stem, tokens

NOT_DONE = "Sorry, I haven't done that."
NOT_SURE = "I can't say that for sure."
NO_ANSWER = "Sorry, I don't have an answer to that."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one turn may cost."""

    rounds: int = 4
    """Times the LLM is asked."""
    tokens: int = 400
    """Generated in all rounds together."""
    seconds: float = 60.0
    """Waiting for the LLM, its slowest prefill included; speaking and tools don't count."""
    calls: int = 8
    sentences: int = 12
    silence_s: float = 1.5
    """Before anything is said; then a filler is."""
    risk: int = 2
    """Tools of a higher risk class are not offered: security and money never hang on an LLM's choice."""
    early: bool = True
    """The first clause of a spoken answer is told while the rest is written."""


@dataclass(slots=True)
class Exchange:
    """One turn so far."""

    words: str
    around: Surroundings
    only_reads: bool
    tokens: int
    seconds: float
    since: list[ChatMessage] = field(default_factory=list)
    """Calls and results of this turn, as the LLM reads them."""
    told: list[str] = field(default_factory=list)
    done: list[ToolCall] = field(default_factory=list)
    """Writes that took effect."""
    untold: dict[str, ToolResult] = field(default_factory=dict)
    """By tool: results that changed nothing and that the LLM has not put into words."""
    held: bool = False
    """A claim was held back."""
    offered: frozenset[str] = frozenset()
    """Tools the last prompt told of."""
    asked_for: frozenset[str] = frozenset()
    """Tools that the person's own words speak of."""
    tainted: bool = False
    """Text that nobody in the room said has come in: from now on only `asked_for` may change anything."""
    wished: ToolCall | None = None
    """A write of the LLM's own that the person's words don't speak of: a question, at most."""
    calls: int = 0
    asked_back: bool = False
    """A tool put a question; the turn ends with it."""

    @property
    def full(self) -> bool:
        """Spent, or saying the same again."""
        return self.tokens <= 0 or (len(self.told) >= 3 and len(set(self.told[-3:])) == 1)

    def speaks_of(self, call: ToolCall) -> bool:
        """Whether the person's own words speak of such a tool, or name what it is to do something with."""
        if call.name in self.asked_for:
            return True
        said = {stem(word) for word in tokens(self.words)}
        texts = " ".join(map(str, call.arguments.values()))
        return not said.isdisjoint(map(stem, tokens(texts)))

    def spelled_out(self, call: ToolCall) -> ToolCall:
        """The call with each group of devices replaced by its members."""
        targets = call.arguments.get("targets")
        if not isinstance(targets, list) or not self.around.groups:
            return call
        members: list[JsonValue] = []
        for target in targets:
            members += self.around.groups.get(target, (target,)) if isinstance(target, str) else [target]
        return replace(call, arguments={**call.arguments, "targets": list(dict.fromkeys(map(str, members)))})

    @property
    def chats(self) -> bool:
        """Something was asked that no tool of the house speaks of, and nothing was said to it yet."""
        return self.only_reads and not (self.asked_for or self.wished or self.told or self.untold)

    def last_word(self) -> str:
        """What honesty adds: a result nobody told, a claim held back, or that there is no answer."""
        for result in reversed(self.untold.values()):
            if result.say:
                return result.say
        if self.held and not self.done:
            return NOT_SURE if self.only_reads else NOT_DONE
        return "" if self.told else NO_ANSWER
