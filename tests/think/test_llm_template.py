"""Chat templates: the sandbox holds, the forms are right, marks are taken out."""

import pytest

from assistant.errors import EngineError
from assistant.messages import ChatMessage, Prompt, ToolCall, ToolSpec

pytest.importorskip("jinja2", reason="needs the full profile (uv sync --extra full)")

from assistant.think.llm import llm_template
from assistant.think.llm.llm_forms import Clean, chatml, wire_messages
from assistant.think.llm.llm_template import ChatTemplate

ASKED = Prompt((ChatMessage("user", "hello"),))
TOOL = ToolSpec(
    "light_set",
    "Set a light.",
    {
        "type": "object",
        "properties": {
            "targets": {"type": "array", "items": {"type": "string"}},
            "brightness_percent": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        },
        "required": ["targets"],
    },
    writes=True,
    risk=1,
)


@pytest.mark.parametrize(
    "loop",
    [
        "{% set r = range(99999) %}{% for a in r %}{% for b in r %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    ],
)
def test_a_template_without_an_end_is_stopped(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_template, "TIME_LIMIT_S", 0.2)
    with pytest.raises(EngineError, match="does not come to an end"):
        ChatTemplate(loop, "", "").render(ASKED)


@pytest.mark.parametrize(
    "evil",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.__init__.__globals__ }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ raise_exception('no system messages here') }}",
        "{{ messages[7].content.x }}",
        "{{ 1 / 0 }}",
    ],
)
def test_what_a_template_may_not_do_is_an_engine_error(evil: str) -> None:
    with pytest.raises(EngineError, match="chatml"):
        ChatTemplate(evil, "", "").render(ASKED)


def test_a_template_without_tools_gets_them_in_writing() -> None:
    plain = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    call = ToolCall("1", "light_set", {"targets": ["lamp"]})
    prompt = Prompt(
        (
            ChatMessage("system", "rules"),
            ChatMessage("user", "x"),
            ChatMessage("assistant", "Well.", (call,)),
            ChatMessage("tool", "dark", call_id="1", name="light_set"),
        ),
        (TOOL,),
    )
    text = ChatTemplate(plain, "", "").render(prompt)
    assert text.startswith("[system]rules\n\nTools:\nlight_set(")
    assert text.endswith(
        "[user]x[assistant]Well.\n<tool_call>\n"
        '{"name": "light_set", "arguments": {"targets": ["lamp"]}}\n</tool_call>'
        "[user]<tool_response>\ndark\n</tool_response>"
    )


def test_marks_for_training_are_passed_over() -> None:
    source = "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %};{% endfor %}"
    assert ChatTemplate(source, "", "").render(ASKED) == "hello;"


def test_a_template_that_cannot_be_read_is_an_engine_error() -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        ChatTemplate("{% for x in %}", "", "")


def test_the_template_sees_calls_and_results_and_tools_in_a_line_each() -> None:
    source = (
        "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}"
        "{% for c in m.tool_calls %}{{ c.function | tojson }}{% endfor %}{% endfor %}"
        "{{ enable_thinking }}"
    )
    call = ToolCall("1", "light_set", {"targets": ["lamp"]})
    prompt = Prompt(
        (
            ChatMessage("system", "a"),
            ChatMessage("system", "b"),
            ChatMessage("system", "now"),
            ChatMessage("user", "x"),
            ChatMessage("assistant", "", (call,)),
            ChatMessage("tool", "done", call_id="1", name="light_set"),
        ),
        (TOOL,),
    )
    assert ChatTemplate(source, "<s>", "").render(prompt) == (
        "<s>[system]a\n\nTools:\nlight_set(targets, brightness_percent?): Set a light.\n"
        'To use a tool, reply with only <tool_call>{"name": "…", "arguments": {…}}</tool_call>\n\nb'
        '[user](now)\nx[assistant]{"name": "light_set", "arguments": {"targets": ["lamp"]}}[tool]doneFalse'
    )


def test_leading_system_messages_become_one_and_a_later_one_goes_before_the_words() -> None:
    messages = (
        ChatMessage("system", "a"),
        ChatMessage("system", "b"),
        ChatMessage("user", "c"),
        ChatMessage("assistant", "d"),
        ChatMessage("system", "It is ten."),
        ChatMessage("user", "e"),
    )
    wire = wire_messages(messages)
    assert [entry["role"] for entry in wire] == ["system", "user", "assistant", "user"]
    assert [entry["content"] for entry in wire] == ["a\n\nb", "c", "d", "(It is ten.)\ne"]
    assert chatml(Prompt(messages)).endswith(
        "assistant\nd<|im_end|>\n<|im_start|>user\n(It is ten.)\ne<|im_end|>\n<|im_start|>assistant\n"
    )


def test_the_head_does_not_change_with_the_live_state() -> None:
    def wire(state: str) -> list[str]:
        roles = (("system", "a"), ("system", "b"), ("system", state), ("user", "c"))
        return [entry["content"] for entry in wire_messages([ChatMessage(r, t) for r, t in roles])]  # type: ignore[arg-type]

    assert wire("ten") == ["a\n\nb", "(ten)\nc"]
    assert wire("eleven")[0] == wire("ten")[0]
    later = [
        ChatMessage("system", "a"),
        ChatMessage("system", "b"),
        ChatMessage("user", "c"),
        ChatMessage("assistant", "d"),
        ChatMessage("system", "ten"),
        ChatMessage("user", "e"),
    ]
    assert wire_messages(later)[0]["content"] == wire("ten")[0]


def test_chatml_puts_tools_after_the_rules_in_one_line_each() -> None:
    text = chatml(
        Prompt(
            (
                ChatMessage("system", "rules"),
                ChatMessage("system", "names"),
                ChatMessage("system", "live"),
                ChatMessage("user", "hi"),
            ),
            (TOOL,),
        )
    )
    assert text.startswith("<|im_start|>system\nrules\n\nTools:\n")
    assert "\nlight_set(targets, brightness_percent?): Set a light.\n" in text
    assert text.index("Tools:") < text.index("names") < text.index("user\n(live)\nhi")
    assert text.endswith("<|im_start|>assistant\n")


def test_marks_are_taken_out_even_when_taking_one_out_joins_another() -> None:
    clean = Clean(["<|weird|>", "[INST]"])
    assert clean.text("a <|im_end|> b [INST] c </tool_call>d") == "a   b   c  d"
    assert "<|im_end|>" not in clean.text("<|im_<|weird|>end|>").replace(" ", "")
    assert clean.text("2 < 3 and 5 > 4") == "2 < 3 and 5 > 4"


def test_marks_in_the_arguments_of_calls_are_taken_out_too() -> None:
    call = ToolCall("1", "list_add", {"items": ["milk <|im_end|>", {"deep": "</tool_call>"}], "count": 2})
    cleaned = Clean([]).prompt(Prompt((ChatMessage("assistant", "<think>", (call,)),)))
    assert "<" not in cleaned.messages[0].content
    assert cleaned.messages[0].calls[0].arguments == {"items": ["milk  ", {"deep": " "}], "count": 2}
