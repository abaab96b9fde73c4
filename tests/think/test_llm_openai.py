"""The client of OpenAI-compatible servers against a real server on this box that misbehaves in every way."""

import ipaddress
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import EngineError, EngineTimeout
from assistant.lan import at_home
from assistant.messages import (
    ChatMessage,
    JsonValue,
    LlmItem,
    LlmUsage,
    PrefillProgress,
    Prompt,
    TextDelta,
    ToolCall,
    ToolSpec,
)
from assistant.think.llm.llm_address import find
from assistant.think.llm.openai import OpenAi
from tests.think.chat_server import Server, running

TIMER = ToolSpec("timer_set", "Set a timer.", {"type": "object", "properties": {}}, writes=True, risk=1)
PROMPT = Prompt((ChatMessage("system", "Rules."), ChatMessage("user", "hi")), (TIMER,), max_tokens=20)


@pytest.fixture
def server() -> Server:
    return running()


def ask(
    server: Server, model: str, cancelled: Callable[[], bool] = lambda: False, **options: JsonValue
) -> list[LlmItem]:
    engine = OpenAi({"base_url": server.url, "model": model, **options})
    engine.load()
    return list(engine.converse(PROMPT, cancelled))


def text(items: list[LlmItem]) -> str:
    return "".join(item.text for item in items if isinstance(item, TextDelta))


def test_streams_text_and_reports_usage(server: Server) -> None:
    items = ask(server, "plain")
    assert [item for item in items if isinstance(item, TextDelta)] == [
        TextDelta("Hello"),
        TextDelta(" there."),
    ]
    assert items[-1] == LlmUsage(prefilled_tokens=20, reused_tokens=70, generated_tokens=4)
    path, _, body = server.asked[-1]
    assert path == "/v1/chat/completions"
    assert body["messages"] == [{"role": "system", "content": "Rules."}, {"role": "user", "content": "hi"}]
    assert body["tools"][0]["function"]["name"] == "timer_set"
    assert (body["stream"], body["max_tokens"]) == (True, 20)
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


@pytest.mark.parametrize(
    ("kind", "said"),
    [("torn", "Café"), ("think", "Yes."), ("odd", "Ok."), ("no done", "Hi."), ("bad call", "Hm.")],
)
def test_says_what_may_be_said(server: Server, kind: str, said: str) -> None:
    items = ask(server, kind)
    assert text(items) == said
    assert not [item for item in items if isinstance(item, ToolCall)]


def test_puts_a_tool_call_together(server: Server) -> None:
    found = [item for item in ask(server, "call") if isinstance(item, ToolCall)]
    assert found == [ToolCall("c0", "timer_set", {"duration_s": 600})]


def test_unknown_tools_are_never_called(server: Server) -> None:
    found = [item for item in ask(server, "calls") if isinstance(item, ToolCall)]
    assert [item.name for item in found] == ["timer_set"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("500", "answers 500"),
        ("moved", "answers 302"),
        ("no json", "no JSON"),
        ("no object", "no object"),
        ("error", "out of memory"),
        ("hangs up", "hung up"),
        ("no newline", "without end"),
    ],
)
def test_a_failing_server_is_an_engine_error(server: Server, kind: str, told: str) -> None:
    with pytest.raises(EngineError, match=told):
        ask(server, kind)


def test_an_endless_reply_is_cut_off(server: Server) -> None:
    items = ask(server, "endless")
    assert 20 <= len(text(items).split()) <= 20 + 17
    assert isinstance(items[-1], LlmUsage)


@pytest.mark.parametrize("kind", ["silent", "pings"])
def test_a_silent_server_is_a_timeout(server: Server, kind: str) -> None:
    with pytest.raises(EngineTimeout):
        ask(server, kind, patience_s=0.3)


def test_cancel_stops_waiting_for_a_silent_server(server: Server) -> None:
    looks = iter([False] * 3 + [True] * 1000)
    assert ask(server, "silent", cancelled=lambda: next(looks)) == []


def test_shows_life_while_waiting(server: Server) -> None:
    engine = OpenAi({"base_url": server.url, "model": "silent"})
    engine.load()
    stream = engine.converse(PROMPT, lambda: False)
    assert next(stream) == PrefillProgress(0, 0)
    stream.close()  # type: ignore[attr-defined]


def test_nobody_there_is_an_engine_error(server: Server) -> None:
    engine = OpenAi({"base_url": "http://127.0.0.1:9/v1", "model": "x"})
    engine.load()
    with pytest.raises(EngineError, match=r"127\.0\.0\.1:9"):
        list(engine.converse(PROMPT, lambda: False))


def test_the_key_comes_from_its_file_and_is_sent(server: Server, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("sesame\n")
    ask(server, "plain", key_file=str(key))
    assert server.asked[-1][1]["Authorization"] == "Bearer sesame"
    key.write_text("two words")
    with pytest.raises(EngineError, match="one key"):
        ask(server, "plain", key_file=str(key))
    with pytest.raises(EngineError, match="cannot be read"):
        ask(server, "plain", key_file=str(tmp_path / "none"))


def test_calls_and_results_go_back_in_the_servers_form(server: Server) -> None:
    engine = OpenAi({"base_url": server.url + "/", "model": "plain"})
    engine.load()
    made = ToolCall("c0", "timer_set", {"duration_s": 600})
    messages = (
        ChatMessage("user", "tea"),
        ChatMessage("assistant", "", (made,)),
        ChatMessage("tool", "10 minutes.", call_id="c0", name="timer_set"),
    )
    list(engine.converse(Prompt(messages), lambda: False))
    path, _, body = server.asked[-1]
    assert path == "/v1/chat/completions"
    assert body["messages"][1]["tool_calls"][0]["function"] == {
        "name": "timer_set",
        "arguments": '{"duration_s": 600}',
    }
    assert body["messages"][2] == {
        "role": "tool",
        "content": "10 minutes.",
        "tool_call_id": "c0",
        "name": "timer_set",
    }


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "192.168.1.5", "10.9.8.7", "::1", "fd00::5", "fe80::1", "100.64.1.1"]
)
def test_home_addresses(address: str) -> None:
    assert at_home(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "172.32.0.1", "224.0.0.1"]
)
def test_addresses_outside_are_refused_unless_allowed(address: str) -> None:
    assert not at_home(ipaddress.ip_address(address))
    url = f"https://[{address}]/v1" if ":" in address else f"https://{address}/v1"
    with pytest.raises(EngineError, match="allow_internet"):
        OpenAi({"base_url": url, "model": "x"}).load()
    OpenAi({"base_url": url, "model": "x", "allow_internet": True}).load()


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://u:p@127.0.0.1/", "http://127.0.0.1:99999"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(EngineError):
        find(url, allow_internet=True)


@pytest.mark.parametrize("options", [{}, {"base_url": "http://127.0.0.1", "model": "x", "modle": "y"}])
def test_bad_options_are_an_engine_error(options: dict[str, JsonValue]) -> None:
    with pytest.raises(EngineError, match="options"):
        OpenAi(options)


def test_tools_name_what_this_house_has(server: Server) -> None:
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"targets": {"type": "array", "items": {"type": "string"}}, "room": {"type": "string"}},
    }
    light = ToolSpec("light_set", "Set lights.", schema, writes=True, risk=1)
    names = {"targets": ("lamp", "fan"), "light_set.targets": ("lamp",), "room": ("kitchen",)}
    engine = OpenAi({"base_url": server.url, "model": "plain"})
    list(
        engine.converse(
            Prompt(PROMPT.messages, (TIMER,), 20, found_tools=(light,), names=names), lambda: False
        )
    )
    tools = server.asked[-1][2]["tools"]
    assert [tool["function"]["name"] for tool in tools] == ["timer_set", "light_set"]
    properties = tools[1]["function"]["parameters"]["properties"]
    assert properties["targets"]["items"] == {"type": "string", "enum": ["lamp"]}
    assert properties["room"] == {"type": "string", "enum": ["kitchen"]}
