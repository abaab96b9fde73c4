"""Whatever fits the grammar of calls is a valid call of this house; no bad grammar reaches llama.cpp."""

import contextlib
import functools
import json
from collections.abc import Mapping
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from assistant.errors import EngineError
from assistant.messages import JsonValue, ToolSpec, Turn
from assistant.skills.skill import Outcome, tool, tools_of
from assistant.think.llm.llm_calls import ReplyReader
from assistant.think.llm.llm_gbnf import check
from assistant.think.llm.llm_grammar import ahead, call_grammar, whole_numbers
from tests.models import tiny_gguf

pytest.importorskip("llama_cpp", reason="needs the full profile (uv sync --extra full)")

from assistant.think.llm.llm_runtime import Runtime

Percent = Annotated[int, Field(ge=0, le=100)]


class Things:
    """Every kind of argument."""

    @tool(writes=True, risk=1)
    async def light_set(
        self, turn: Turn, targets: list[str], brightness: Percent | None = None, color: str | None = None
    ) -> Outcome:
        """Set lights."""
        return Outcome("")

    @tool(writes=True, risk=1)
    async def heat(
        self, turn: Turn, degrees: Annotated[float, Field(ge=5, le=30)], mode: Literal["day", "night"] = "day"
    ) -> Outcome:
        """Heat."""
        return Outcome("")

    @tool(writes=False, risk=0)
    async def ask(self, turn: Turn, again: bool = False, name: str | None = None) -> Outcome:
        """Ask."""
        return Outcome("")

    @tool(writes=False, risk=0)
    async def look(self, turn: Turn) -> Outcome:
        """Look."""
        return Outcome("")


SPECS = tuple(found.spec for found in tools_of(Things()))
NAMES = {"targets": ("kitchen light", "lamp")}


@functools.cache
def runtime() -> Runtime:
    return Runtime(tiny_gguf(), 512, 1)


def fits(text: str, names: Mapping[str, tuple[str, ...]] = NAMES, form: str = "hermes") -> bool:
    """Whether a call so written, and nothing more, is what the grammar allows; llama.cpp judges."""
    constraint = runtime().constraints.begin(call_grammar(SPECS, names, form))
    for token in runtime().tokens(text, special=False):
        if not constraint.allows(token):
            return False
        constraint.accept(token)
    end = next(n for n in range(100_000) if runtime().ends(n))
    return constraint.allows(end)


def written(name: str, /, **arguments: JsonValue) -> str:
    return json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False) + "\n</tool_call>"


@pytest.mark.parametrize(
    "text",
    [
        written("light_set", targets=["lamp"]),
        "\n" + written("light_set", targets=["lamp", "kitchen light"], brightness=100, color='red \\ " ü'),
        written("light_set", targets=["lamp"], color="red"),
        written("heat", degrees=21.5, mode="night"),
        written("heat", degrees=5),
        written("heat", degrees=30),
        written("ask"),
        written("ask", again=True),
        written("ask", name="x"),
        written("ask", again=False, name="x"),
        written("look"),
        '{"name": "look", "arguments":{}}</tool_call>',
    ],
)
def test_every_valid_call_fits(text: str) -> None:
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        written("launch_rocket"),
        written("light_set"),
        written("light_set", targets=[]),
        written("light_set", targets=["garage"]),
        written("light_set", targets=["lam"]),
        written("light_set", targets=["lamp"], brightness=101),
        written("light_set", targets=["lamp"], brightness=-1),
        written("light_set", targets=["lamp"], brightness="50"),
        written("light_set", targets=["lamp"], size=3),
        written("light_set", targets=["lamp"], color="x" * 200),
        written("light_set", targets=["lamp"] * 40),
        written("heat", degrees=30.5),
        written("heat", degrees=4.9),
        written("heat", degrees=21, mode="noon"),
        written("look", now=1),
        written("look") + written("look"),
        written("look")[:-3],
        '{"name": "look", "arguments": {}, "more": 1}\n</tool_call>',
    ],
)
def test_no_invalid_call_fits(text: str) -> None:
    assert not fits(text)


def test_a_name_may_be_free_for_one_tool() -> None:
    assert fits(written("light_set", targets=["attic"]), {**NAMES, "light_set.targets": ()})
    assert fits(written("ask", name="tea"), {"ask.name": ("tea",)})
    assert not fits(written("ask", name="egg"), {"ask.name": ("tea",)})


def test_the_other_forms_of_a_call() -> None:
    assert fits('[{"name": "look", "arguments": {}}]<|/tool_call|>', form="phi4")
    assert fits('{"name": "look", "parameters": {}}', form="llama3")
    assert not fits('{"name": "look", "arguments": {}}', form="llama3")


HOSTILE = st.text(min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        HOSTILE | st.sampled_from(['" | root', "a\nroot ::= x", "\\", '"', "\x00", "😀", "["]), min_size=1
    )
)
def test_no_name_breaks_out_of_its_quotes(hostile: list[str]) -> None:
    call_grammar(SPECS, {"targets": tuple(hostile)}, "hermes")
    first: list[JsonValue] = list(hostile[:3])
    assert fits(written("light_set", targets=first), {"targets": tuple(hostile)}) or _unsayable(hostile[:3])
    assert not fits(written("light_set", targets=["nothing of the kind " * 3]), {"targets": tuple(hostile)})


def _unsayable(names: list[str]) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in "".join(names))


@settings(max_examples=60, deadline=None)
@given(st.integers(-100_000, 100_000), st.integers(0, 100_000), st.data())
def test_whole_numbers_are_exactly_those_of_the_range(low: int, size: int, data: st.DataObject) -> None:
    grammar = f'root ::= ({" | ".join(whole_numbers(low, low + size))}) "."\n'
    check(grammar)
    inside = data.draw(st.integers(low, low + size))
    for number, right in ((inside, True), (low - 1, False), (low + size + 1, False)):
        constraint = runtime().constraints.begin(grammar)
        taken = []
        for token in runtime().tokens(f"{number}.", special=False):
            taken.append(constraint.allows(token))
            if not taken[-1]:
                break
            constraint.accept(token)
        assert all(taken) is right, number


CRASHES = {
    "left recursion": 'root ::= root "a"',
    "hidden left recursion": 'root ::= a "x"\na ::= b\nb ::= root | "y"',
    "right recursion without end": 'root ::= "a" root',
    "recursion behind nothing": 'root ::= "a"? root',
    "undefined": "root ::= nothing",
    "no root": 'rule ::= "a"',
    "empty": "",
    "no rule": '"a"',
    "open text": 'root ::= "a',
    "open class": "root ::= [a",
    "open bracket": 'root ::= ("a"',
    "closed too often": 'root ::= "a")',
    "empty rule": "root ::= \n",
    "empty alternative": 'root ::= "a" | ',
    "star on nothing": "root ::= *",
    "star without end": 'root ::= "a"*',
    "nested stars": 'root ::= ("a"{0,300}){0,300}',
    "huge repeat": 'root ::= "a"{0,99999999}',
    "upside down": 'root ::= "a"{5,2}',
    "range upside down": "root ::= [z-a]",
    "deep": f'root ::= {"(" * 5000}"a"{")" * 5000}',
    "long chain": "\n".join(f"r{n} ::= r{n + 1}" for n in range(5000)).replace("r0", "root", 1),
    "no character": 'root ::= "\\ud800"',
    "beyond unicode": 'root ::= "\\U00110000"',
    "bad escape": 'root ::= "\\q"',
    "raw byte": 'root ::= "\u00e9"',
    "same rule twice": 'root ::= "a"\nroot ::= "b"',
    "too long": 'root ::= "' + "a" * 300_000 + '"',
}


@pytest.mark.parametrize("kind", CRASHES)
def test_what_could_end_the_process_is_refused(kind: str) -> None:
    with pytest.raises(EngineError, match="rammar"):
        check(CRASHES[kind])
    with pytest.raises(EngineError):
        runtime().constraints.begin(CRASHES[kind])


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab"[]()|?{},0123:=\\-^ \nx', max_size=60).map(lambda body: f'root ::= "a" {body}'))
def test_whatever_passes_llama_cpp_survives(grammar: str) -> None:
    try:
        check(grammar)
    except EngineError:
        return
    with contextlib.suppress(EngineError):
        runtime().constraints.begin(grammar)


def test_deep_schemas_and_many_tools_stay_within_bounds() -> None:
    many = [
        ToolSpec(f"tool_{n}", "", {"type": "object", "properties": {"x": {"type": "integer"}}}, True, 1)
        for n in range(200)
    ]
    assert len(call_grammar(many, {"x": tuple(f"name {n}" for n in range(5000))}, "hermes")) < 50_000
    nested: dict[str, JsonValue] = {"type": "string"}
    for _ in range(200):
        nested = {"type": "array", "items": nested}
    with pytest.raises(EngineError):
        call_grammar([ToolSpec("deep", "", {"properties": {"x": nested}}, True, 1)], {}, "hermes")
    with pytest.raises(EngineError):
        call_grammar([], {}, "hermes")


def test_what_can_only_follow_is_written_ahead() -> None:
    assert ahead("\n", SPECS, "hermes") == ""
    assert ahead('\n{"', SPECS, "hermes") == 'name": "'
    assert ahead('{"name": "light', SPECS, "hermes") == ""
    assert ahead('{"name": "light_set"', SPECS, "hermes") == ', "arguments": {"targets": '
    assert ahead('{"name": "look",', SPECS, "hermes") == ' "arguments": {'
    assert ahead('{"name": "light_set", "arguments": {"targets": ["', SPECS, "hermes") == ""
    assert ahead("{", SPECS, "llama3") == '"name": "'


def test_the_reader_reads_what_the_grammar_writes() -> None:
    reader = ReplyReader(frozenset({"light_set"}))
    found = reader.feed("<tool_call>" + written("light_set", targets=["lamp"], brightness=5))
    assert [call.name for call in found if hasattr(call, "name")] == ["light_set"]
