"""Reading a reply: every way of cutting it into pieces gives the same text and calls."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.messages import TextDelta, ToolCall
from assistant.think.llm.llm_calls import CALL_LIMIT, ReplyReader

TOOLS = frozenset({"timer_set", "light_set"})


def read(
    pieces: list[str], call_format: str = "hermes", *, thinking: bool = False
) -> tuple[str, list[tuple[str, object]]]:
    reader = ReplyReader(TOOLS, call_format, thinking=thinking)
    items = [item for piece in pieces for item in reader.feed(piece)] + reader.finish()
    text = "".join(item.text for item in items if isinstance(item, TextDelta))
    return text, [(item.name, dict(item.arguments)) for item in items if isinstance(item, ToolCall)]


CALL = '<tool_call>\n{"name": "timer_set", "arguments": {"duration_s": 5}}\n</tool_call>'
SET = ("timer_set", {"duration_s": 5})


@pytest.mark.parametrize(
    ("reply", "text", "calls"),
    [
        ("Hello.", "Hello.", []),
        (CALL, "", [SET]),
        (f"One moment. {CALL}{CALL} Done", "One moment.  Done", [SET, SET]),
        ("<think>no</think>\n\nYes.", "Yes.", []),
        ("<think>for ever", "", []),
        ("a < b and <b>", "a < b and <b>", []),
        ("ends in <tool", "ends in <tool", []),
        (CALL.replace("</tool_call>", ""), "", [SET]),
        ('<tool_call>{"name": "rm", "arguments": {}}</tool_call>ok', "ok", []),
        ("<tool_call>nonsense</tool_call>ok", "ok", []),
        ('<tool_call>{"name": "timer_set", "arguments": "[1]"}</tool_call>', "", []),
        ('<tool_call>{"name": "timer_set", "arguments": "{\\"duration_s\\": 5}"}</tool_call>', "", [SET]),
        ('<tool_call>{"name": "timer_set", "arguments": {"duration_s": NaN}}</tool_call>', "", []),
        ("<tool_call>" + "[" * 3000 + "</tool_call>ok", "ok", []),
        ("<tool_call>" + " " * CALL_LIMIT * 3 + CALL[11:] + "ok", "ok", []),
        (
            '<tool_call><function=light_set><parameter=targets>\n["lamp"]\n</parameter>'
            "<parameter=color>red</parameter></function></tool_call>",
            "",
            [("light_set", {"targets": ["lamp"], "color": "red"})],
        ),
        ('<tool_call>[{"name": "timer_set", "arguments": {"duration_s": 5}}]</tool_call>', "", [SET]),
    ],
)
def test_reads_the_same_whole_and_letter_by_letter(
    reply: str, text: str, calls: list[tuple[str, object]]
) -> None:
    assert read([reply]) == (text, calls)
    assert read(list(reply)) == (text, calls)


def test_thinking_opened_by_the_prompt_is_dropped_too() -> None:
    assert read(["so the user", " wants</thi", "nk>Yes."], thinking=True) == ("Yes.", [])


def test_a_bare_json_reply_is_a_call_in_llamas_form_only() -> None:
    bare = json.dumps({"name": "timer_set", "parameters": {"duration_s": 5}})
    assert read([bare], "llama3") == ("", [SET])
    assert read(list("<|python_tag|>" + bare), "llama3") == ("", [SET])
    assert read([bare], "hermes") == (bare, [])
    assert read(["Use {braces}"], "llama3") == ("Use {braces}", [])


def test_a_list_of_calls_in_phis_form() -> None:
    reply = '<|tool_call|>[{"name": "timer_set", "arguments": {"duration_s": 5}}]<|/tool_call|>'
    assert read(list(reply), "phi4") == ("", [SET])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([CALL, "<think>", "</think>", "Hi. ", "<", "<tool", "_call>", "{", "\n", "é"])),
    st.integers(1, 7),
)
def test_cutting_never_matters(parts: list[str], size: int) -> None:
    reply = "".join(parts)
    pieces = [reply[at : at + size] for at in range(0, len(reply), size)]
    assert read(pieces) == read([reply])


@pytest.mark.parametrize(
    "reply",
    [
        "<tool_call>" + "[" * 100_000 + "</tool_call>",
        '<tool_call>{"name": "timer_set", "arguments": '
        + '{"a": ' * 50_000
        + "1"
        + "}" * 50_000
        + "}</tool_call>",
        "<tool_call>" + "x" * 1_000_000,
        "<think>" + "hmm " * 250_000,
        "<tool_call></tool_call>" * 20_000,
        "<tool_call>" * 20_000,
        '<tool_call>{"name": "timer_set", "arguments": {"duration_s": NaN}}</tool_call>',
        '<tool_call>{"name": "timer_set", "arguments": [1, 2]}</tool_call>',
        '<tool_call>{"name": {"name": "timer_set"}, "arguments": {}}</tool_call>',
        "<function=timer_set><parameter=duration_s>",
    ],
)
@pytest.mark.parametrize("size", [7, 4096])
def test_bombs_are_neither_said_nor_called(reply: str, size: int) -> None:
    reader = ReplyReader(TOOLS)
    items: list[object] = []
    for at in range(0, min(len(reply), 40_000 if size == 7 else len(reply)), size):
        items += reader.feed(reply[at : at + size])
    items += reader.finish()
    assert not [item for item in items if isinstance(item, ToolCall)]
    assert "<tool_call>" not in "".join(item.text for item in items if isinstance(item, TextDelta))
