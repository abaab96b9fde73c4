"""The control socket: one hub, JSON lines, hostile clients."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from assistant import control
from assistant.errors import AssistantError, WireError


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTH_RUNTIME", str(tmp_path / "run"))


async def _echo(request: control.Line) -> AsyncGenerator[control.Line, None]:
    if request["do"] == "fail":
        raise AssistantError("the kettle is empty; fill it")
    yield {"entry": request}
    yield {"end": 0}


async def _answers(message: control.Line) -> list[control.Line]:
    return [answer async for answer in control.request(message)]


async def test_a_request_is_answered_line_by_line() -> None:
    with control.only_hub():
        async with control.serving(_echo):
            assert control.hub_is_running()
            answers = await _answers({"do": "ask", "text": "häng die Wäsche auf"})
    assert answers == [{"entry": {"do": "ask", "text": "häng die Wäsche auf"}}, {"end": 0}]


async def test_a_failure_reaches_the_client_as_its_sentence() -> None:
    with control.only_hub():
        async with control.serving(_echo):
            assert await _answers({"do": "fail"}) == [{"error": "the kettle is empty; fill it", "end": 1}]


async def test_without_a_hub_the_error_names_the_command() -> None:
    assert not control.hub_is_running()
    with pytest.raises(control.NoHub, match="assistant run"):
        await _answers({"do": "ask"})


def test_a_second_hub_is_refused() -> None:
    with control.only_hub(), pytest.raises(control.HubRunning, match="already running"), control.only_hub():
        pass


def test_the_lock_is_free_again_after_the_hub() -> None:
    with control.only_hub():
        pass
    with control.only_hub():
        pass


@pytest.mark.parametrize(
    "line",
    [b"\n", b"not json\n", b"[]\n", b'{"do": 5}\n', b"[" * 50_000 + b"\n", b"\xff\xfe\n"],
    ids=["empty", "words", "list", "number", "deep", "bytes"],
)
async def test_garbage_is_refused_and_the_hub_goes_on(line: bytes) -> None:
    with control.only_hub():
        async with control.serving(_echo):
            reader, writer = await asyncio.open_unix_connection(control.socket_path())
            writer.write(line)
            answer = json.loads(await reader.readline())
            assert answer["end"] == 1
            writer.close()
            assert (await _answers({"do": "ask"}))[-1] == {"end": 0}


async def test_a_line_without_end_is_cut_off_and_the_hub_goes_on() -> None:
    with control.only_hub():
        async with control.serving(_echo):
            reader, writer = await asyncio.open_unix_connection(control.socket_path())
            writer.write(b"x" * (4 * control.LONGEST_LINE))
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()
            assert (await _answers({"do": "ask"}))[-1] == {"end": 0}


async def test_the_socket_is_only_for_its_owner() -> None:
    with control.only_hub():
        async with control.serving(_echo):
            assert control.socket_path().stat().st_mode & 0o077 == 0


async def test_a_hub_that_leaves_in_mid_answer_is_told() -> None:
    async def leaves(request: control.Line) -> AsyncGenerator[control.Line, None]:
        yield {"entry": request}

    with control.only_hub():
        async with control.serving(leaves):
            with pytest.raises((control.NoHub, WireError)):
                await _answers({"do": "ask"})
