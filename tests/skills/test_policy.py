"""What a room may have done, and how much of it in a minute."""

from assistant.journal import Journal
from assistant.messages import ToolCall, Turn
from assistant.skills.policy import MOST_WRITES, WINDOW_S, Pace, Policy
from assistant.skills.skill import Outcome, tool
from assistant.skills.toolbox import TOO_MANY, SkillToolbox


class Bell:
    """Rings, and tells how often."""

    def __init__(self) -> None:
        self.rung = 0

    @tool(writes=True, risk=1)
    async def bell_ring(self, turn: Turn) -> Outcome:
        """Ring."""
        self.rung += 1
        return Outcome("Ding.", changed=True)

    @tool(writes=False, risk=0)
    async def bell_query(self, turn: Turn) -> Outcome:
        """Tell how often it rang."""
        return Outcome(str(self.rung))


def _turn(room: str) -> Turn:
    turn = Turn(1, room)
    turn.committed.set()
    return turn


async def test_a_room_makes_so_many_writes_in_a_minute_and_reads_on() -> None:
    bell, now = Bell(), [0.0]
    toolbox = SkillToolbox((bell,), Policy(), Journal(lambda: 0.0), clock=lambda: now[0])
    ring, query = ToolCall("1", "bell_ring", {}), ToolCall("2", "bell_query", {})
    for _ in range(MOST_WRITES):
        assert (await toolbox.call(ring, _turn("kitchen"))).ok
    refused = await toolbox.call(ring, _turn("kitchen"))
    assert (refused.ok, refused.say, bell.rung) == (False, TOO_MANY, MOST_WRITES)
    assert (await toolbox.call(query, _turn("kitchen"))).ok
    assert (await toolbox.call(ring, _turn("bedroom"))).ok
    now[0] = WINDOW_S
    assert (await toolbox.call(ring, _turn("kitchen"))).ok


def test_a_clock_that_is_set_back_stops_no_room() -> None:
    now = [1000.0]
    pace = Pace(lambda: now[0])
    assert all(pace.allows("kitchen") for _ in range(MOST_WRITES))
    assert not pace.allows("kitchen")
    now[0] = 0.0
    assert pace.allows("kitchen")
