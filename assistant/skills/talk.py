"""About the talk itself: stop, say it again, what can you do."""

from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeAlias

from assistant.messages import Device, Turn
from assistant.skills.help_topics import about
from assistant.skills.skill import Outcome, Word, tool

Stop: TypeAlias = Callable[[str], bool]
"""Silence what rings, plays or is said in a room; whether there was anything."""
LastReply: TypeAlias = Callable[[str], str]
"""What was last said in a room; empty when nothing was."""
Abilities: TypeAlias = Callable[[], Sequence[str]]
"""What the house can do, as words after "I can"."""
MOST_WORDS: Final = 25
"""Of help, without its example."""
_DEVICES: Final = "control "


class Talk:
    """`abilities` is the toolbox's own, asked when help is; `tools` and `devices` are for help on a topic."""

    def __init__(
        self,
        stop: Stop,
        last_reply: LastReply,
        abilities: Abilities,
        tools: Callable[[], Collection[str]] = tuple,
        devices: Callable[[], Sequence[Device]] = tuple,
    ) -> None:
        self._stop = stop
        self._last_reply = last_reply
        self._abilities = abilities
        self._tools = tools
        self._devices = devices

    @tool(writes=True, risk=0)
    async def stop(self, turn: Turn) -> Outcome:
        """Be quiet: stop what rings, plays or is being said."""
        stopped = self._stop(turn.room)
        # Silence is the answer; a word would be one more thing to stop.
        return Outcome("", {"stopped": stopped}, changed=stopped)

    @tool(writes=False, risk=0)
    async def repeat(self, turn: Turn) -> Outcome:
        """Say the last answer again."""
        return Outcome(self._last_reply(turn.room) or "I haven't said anything yet.")

    @tool(writes=False, risk=0)
    async def help(self, turn: Turn, topic: Word | None = None) -> Outcome:
        """Tell what this house can do, at all or with one topic (lights, timers, notes)."""
        if topic is not None:
            said = about(topic, self._tools(), self._devices())
            return Outcome(
                said or f"This house has nothing for {topic}.", {"topic": topic}, ok=said is not None
            )
        can = list(self._abilities())
        if not can:
            return Outcome("Nothing is set up that I could do for you.")
        example = " Try: set a timer for ten minutes." if "set timers" in can else ""
        return Outcome(f"I can {_short(can)}.{example}", {"can": [*can]})


def _short(can: Sequence[str]) -> str:
    """The home's devices first, then what takes the fewest words, as long as an ear can follow."""
    order = sorted(can, key=lambda words: (not words.startswith(_DEVICES), len(words.split())))
    named: list[str] = []
    for words in order:
        if len(" ".join([*named, words]).split()) + 4 <= MOST_WORDS:
            named.append(words)
    if len(named) < len(can):
        return f"{', '.join(named)}, and more"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])}, and {named[-1]}"
