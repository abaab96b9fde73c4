"""A skill is a class of @tool methods: type hints become the schema, the docstring the description.

```python
class Kettle:
    @tool(writes=True, risk=1)
    async def kettle_boil(self, turn: Turn, cups: Annotated[int, Field(ge=1, le=6)] = 2) -> Outcome:
        \"\"\"Boil water.\"\"\"
```
`turn` is handed in, every other argument comes from the intents or the LLM and is checked at the door.
"""

import functools
import inspect
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Protocol, TypeVar, get_type_hints, runtime_checkable

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from assistant.messages import JsonValue, ToolSpec

_MARK: Final = "_tool_mark"
_UNSAID: Final = frozenset({"title", "minLength", "maxLength", "minItems", "maxItems"})
"""Held at the door, but no use to a mind."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a skill did, as a sentence made from the state it read back."""

    say: str
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    ok: bool = True
    changed: bool = False
    """A write took effect."""
    asks: bool = False
    """`say` is a question."""
    undo: Sequence[tuple[str, Mapping[str, JsonValue]]] = ()
    """Tools with arguments that take the change back, in order; empty: it cannot be."""
    led: str = ""
    """As `say`, in words that begin with what `Leads.lead` told; empty: as `say`."""


Method = TypeVar("Method", bound=Callable[..., Coroutine[Any, Any, Outcome]])
Run = Callable[..., Coroutine[Any, Any, Outcome]]


def listed(value: object) -> object:
    """A single name may come without its list."""
    return [value] if isinstance(value, str) else value


Word = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[list[Word], Field(min_length=1, max_length=50), BeforeValidator(listed)]
"""One or more names."""


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str
    writes: bool
    risk: int


def tool(*, name: str = "", writes: bool, risk: int) -> Callable[[Method], Method]:
    """Make a method a tool: `async def (self, turn, …) -> Outcome`, named as the method or by `name`."""

    def mark(method: Method) -> Method:
        setattr(method, _MARK, _Mark(name or method.__name__, writes, risk))
        return method

    return mark


@dataclass(frozen=True, slots=True)
class Weight:
    """The risk of one very call, and the question to ask where policy asks first."""

    risk: int
    question: str = ""


@runtime_checkable
class Weighs(Protocol):
    """A skill whose risk depends on the arguments (a lamp or a lock)."""

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """The weight of a call with checked arguments; None: as the tool says."""


@runtime_checkable
class Helps(Protocol):
    """A skill that help can name."""

    def abilities(self) -> Sequence[str]:
        """What it can do here, each as words after "I can": `set timers`."""


@runtime_checkable
class Offers(Protocol):
    """A skill some of whose tools are of no use in some houses."""

    def offers(self, tool: str) -> bool:
        """Whether a mind should hear of the tool."""


@runtime_checkable
class Leads(Protocol):
    """A skill that knows what the answer to a write begins with, whatever comes of it."""

    def lead(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """The subject of what will be told of a call with checked arguments, without a claim: `The kitchen
        light`; empty: nothing is known, or nothing is won by it.
        """


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool ready to be called."""

    spec: ToolSpec
    skill: object
    run: Run
    arguments: type[BaseModel]

    def checked(self, given: Mapping[str, JsonValue]) -> dict[str, Any]:
        """The arguments as the method takes them, without absent and null ones. Raises ValidationError."""
        model = self.arguments.model_validate(
            {key: value for key, value in given.items() if value is not None}
        )
        return {
            name: getattr(model, name)
            for name in self.arguments.model_fields
            if name in model.model_fields_set
        }


def tools_of(skill: object) -> list[Tool]:
    """The tools of a skill, in the order they are written."""
    marked = {
        mark.name: (method, mark)
        for kind in reversed(type(skill).__mro__)
        for method in vars(kind).values()
        if isinstance(mark := getattr(method, _MARK, None), _Mark)
    }
    return [_tool(skill, method, mark) for method, mark in marked.values()]


def _tool(skill: object, method: Callable[..., Any], mark: _Mark) -> Tool:
    spec, arguments = _shape(method, mark)
    return Tool(spec, skill, getattr(skill, method.__name__), arguments)


@functools.cache
def _shape(method: Callable[..., Any], mark: _Mark) -> tuple[ToolSpec, type[BaseModel]]:
    """What a tool is told by and checked with: the same for every house."""
    hints = get_type_hints(method, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(method).parameters.values())[2:]:
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (hints[parameter.name], default)
    arguments = create_model(mark.name, __config__=ConfigDict(extra="forbid"), **fields)
    description = inspect.cleandoc(method.__doc__ or "")
    schema = _plain(arguments.model_json_schema())
    return ToolSpec(mark.name, description, schema, mark.writes, mark.risk), arguments


def _plain(schema: Any) -> Any:
    """JSON schema as a prompt wants it: no titles, sizes or nulls (an optional argument is left out)."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema:
        kinds = [kind for kind in schema["anyOf"] if kind != {"type": "null"}]
        if len(kinds) == 1:
            schema = {**schema, **kinds[0]}
            del schema["anyOf"]
    plain = {}
    for key, value in schema.items():
        if key == "properties":
            plain[key] = {name: _plain(inner) for name, inner in value.items()}
        elif key not in _UNSAID and not (key == "default" and value is None):
            plain[key] = _plain(value)
    return plain
