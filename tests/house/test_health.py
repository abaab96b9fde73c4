"""A server that goes is passed over before anybody talks; one that is back is asked again at once."""

import asyncio

import pytest

from assistant.errors import EngineError
from assistant.house.health import AGAIN_S, LOOK_S, Health, health_of
from assistant.house.kit import Chosen
from assistant.house.spare import FIRST_WORD_S, SparedLlm
from assistant.journal import Journal
from assistant.messages import Prompt, TextDelta
from tests.house.test_hedging import DOWN, Engine
from tests.think.chat_server import running
from tests.think.virtual import run
from tests.wyoming_server import serving


class Server:
    """There or not, at what times."""

    def __init__(self, *gone_s: tuple[float, float]) -> None:
        self.gone_s = gone_s
        self.looks = 0

    async def look(self) -> None:
        self.looks += 1
        now_s = asyncio.get_running_loop().time()
        if any(start <= now_s < end for start, end in self.gone_s):
            raise DOWN


def answers(server: Server, first: Engine, second: Engine, *at_s: float) -> tuple[list[str], list[float]]:
    """Who answered at these times, and how long it took."""

    async def ask() -> tuple[list[str], list[float]]:
        loop, health = asyncio.get_running_loop(), Health(server.look)
        watching = asyncio.create_task(health.watch())
        llm, said, took_s = SparedLlm(first, second, Journal(lambda: 0.0), health=health), [], []
        for due_s in at_s:
            await asyncio.sleep(due_s - loop.time())
            items = [item async for item in llm.converse(Prompt(()))]
            took_s.append(loop.time() - due_s)
            said.append("".join(item.text for item in items if isinstance(item, TextDelta)))
        watching.cancel()
        return said, took_s

    return run(ask())


def test_the_first_turn_after_an_outage_began_or_ended_waits_for_nothing() -> None:
    server = Server((100.0, 300.0))
    hangs, second = Engine("server", 1000.0, "server"), Engine("local", "local")
    assert answers(server, hangs, second, 100.0 + LOOK_S + 1, 250.0) == (["local"] * 2, [0.0] * 2)
    assert hangs.asked == []
    first = Engine("server", "server")
    assert answers(Server((100.0, 300.0)), first, second, 50.0, 200.0, 300.0 + AGAIN_S) == (
        ["server", "local", "server"],
        [0.0] * 3,
    )


def test_one_that_failed_is_asked_again_as_soon_as_it_was_seen_to_be_back() -> None:
    first, second = Engine("server", 100.0, "server"), Engine("local", "local")
    server = Server((20.0, 40.0))
    said, took_s = answers(server, first, second, 10.0, 25.0)
    assert (said, took_s) == (["local"] * 2, [FIRST_WORD_S, 0.0])
    first.script = ("server",)
    said, _ = answers(server, first, second, 41.0 + AGAIN_S)
    assert said == ["server"]


def test_a_server_that_answers_is_looked_at_rarely() -> None:
    server = Server()
    answers(server, Engine("server", "server"), Engine("local", "local"), 10 * LOOK_S - 1)
    assert server.looks == 10


async def test_servers_of_both_kinds_are_seen_to_be_there_and_gone() -> None:
    with serving() as wyoming:
        asked = [("wyoming", {"address": wyoming.address}), ("openai", {"base_url": running().url})]
        for engine, options in asked:
            health = health_of(Chosen(engine, options))
            assert health is not None
            await health.look()
            assert health.answers is True, health.told
    for engine, options in [
        ("wyoming", {"address": "127.0.0.1:9"}),
        ("openai", {"base_url": "http://127.0.0.1:9/v1"}),
    ]:
        health = health_of(Chosen(engine, options))
        assert health is not None
        await health.look()
        assert health.answers is False
        assert health.told


@pytest.mark.parametrize(
    "chosen",
    [
        None,
        Chosen("faster_whisper", {"model": "x"}),
        Chosen("openai", {"base_url": "https://example.com/v1", "allow_internet": True}),
    ],
)
def test_what_is_here_or_on_the_internet_is_not_looked_at(chosen: Chosen | None) -> None:
    assert health_of(chosen) is None


assert issubclass(type(DOWN), EngineError)
