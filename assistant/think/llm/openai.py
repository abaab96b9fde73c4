"""Prompt → text and tool calls, from any server that speaks OpenAI's chat completions.

llama-server, vLLM and Ollama do. A pure client: it loads and keeps nothing. The server must be at home
unless the settings allow the internet by name.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import EngineError, EngineTimeout
from assistant.messages import JsonValue, LlmItem, LlmUsage, PrefillProgress, Prompt
from assistant.ports import Cancelled, LlmEngine
from assistant.think.llm.llm_address import UnknownServer, find
from assistant.think.llm.llm_calls import ReplyReader
from assistant.think.llm.llm_forms import wire_messages, wire_tools
from assistant.think.llm.llm_stream import CallParts, events

LOOK_S = 0.05
"""How often a silent server's client looks whether the call was cancelled."""
LIFE_S = 1.0
"""How often it shows that it is still waiting."""
SPARE_TOKENS = 16
"""Pieces past `max_tokens` before a server that ignores it is cut off."""


def _no_thinking() -> dict[str, Any]:
    return {"chat_template_kwargs": {"enable_thinking": False}}


class Options(BaseModel):
    """What the settings may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    """Up to and with the version: http://server:8080/v1"""
    model: str = Field(min_length=1)
    key_file: Path | None = None
    """A file that holds the key, and only it."""
    allow_internet: bool = False
    connect_s: float = Field(default=3.0, gt=0, le=60)
    patience_s: float = Field(default=60.0, gt=0, le=600)
    """Longest silence of the server."""
    extra: dict[str, Any] = Field(default_factory=_no_thinking)
    """Sent along in every request; {} for servers that refuse what they don't know."""


@dataclass(slots=True)
class _Count:
    """What a reply cost, as far as the server tells."""

    pieces: int = 0
    prompt: int = 0
    reused: int = 0
    generated: int = 0
    calls: CallParts = field(default_factory=CallParts)

    def usage(self) -> LlmUsage:
        return LlmUsage(max(0, self.prompt - self.reused), self.reused, self.generated or self.pieces)


class OpenAi:
    """A language model on another process or box."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        try:
            self._options = Options.model_validate(dict(options))
        except ValidationError as error:
            raise EngineError(f"openai cannot use its options: {error}") from error
        self._headers: dict[str, str] = {}

    @staticmethod
    def missing() -> str | None:
        """Needs nothing that is not always there."""
        return None

    def load(self) -> None:
        """Read the key and look at the address; whether the server runs shows in the first call."""
        options = self._options
        with contextlib.suppress(UnknownServer):  # it may be switched off; each call looks again
            find(options.base_url, allow_internet=options.allow_internet)
        if options.key_file is None:
            return
        try:
            key = options.key_file.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise EngineError(f"The key file {options.key_file} cannot be read: {error}") from error
        if not key or len(key.split()) != 1:
            raise EngineError(f"The key file {options.key_file} must hold one key and nothing else.")
        self._headers = {"Authorization": f"Bearer {key}"}

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Nothing of it changes while the house runs."""
        if changes:
            raise EngineError(f"openai cannot change {', '.join(sorted(changes))} while it runs.")

    def converse(self, prompt: Prompt, cancelled: Cancelled) -> Iterator[LlmItem]:
        """Stream the reply; the connection closes as soon as `cancelled()`."""
        stream = self._items(prompt)
        with asyncio.Runner() as runner:
            pending: asyncio.Task[LlmItem | None] | None = None
            waited = 0
            try:
                while True:
                    pending, item = runner.run(_step(stream, pending))
                    if cancelled():
                        return
                    waited = 0 if item is not None else waited + 1
                    if item is not None:
                        yield item
                    elif pending is None:
                        return
                    elif waited * LOOK_S > self._options.patience_s:
                        raise EngineTimeout(f"The server at {self._options.base_url} says nothing.")
                    elif waited % round(LIFE_S / LOOK_S) == 0:
                        yield PrefillProgress(0, 0)
            finally:
                runner.run(_stop(stream, pending))

    async def _items(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        options = self._options
        place = find(options.base_url, allow_internet=options.allow_internet)
        waits = httpx.Timeout(options.patience_s, connect=options.connect_s)
        async with httpx.AsyncClient(timeout=waits, trust_env=False, follow_redirects=False) as client:
            request = client.build_request(
                "POST",
                f"{place.url}/chat/completions",
                json=_body(prompt, options),
                headers={**self._headers, "Host": place.host},
                extensions={"sni_hostname": place.name},
            )
            try:
                response = await client.send(request, stream=True)
                try:
                    await _check(response)
                    async for item in _read(response, prompt):
                        yield item
                finally:
                    await response.aclose()
            except httpx.TimeoutException as error:
                raise EngineTimeout(
                    f"The language model's server at {options.base_url} is silent."
                ) from error
            except httpx.HTTPError as error:
                raise EngineError(
                    f"The language model's server at {options.base_url} failed: {error}"
                ) from error


async def _step(
    stream: AsyncGenerator[LlmItem, None], pending: "asyncio.Task[LlmItem | None] | None"
) -> "tuple[asyncio.Task[LlmItem | None] | None, LlmItem | None]":
    """Wait a moment for the next item: (still pending, None), (None, item), or (None, None) at the end."""
    task = pending or asyncio.ensure_future(_following(stream))
    done, _ = await asyncio.wait({task}, timeout=LOOK_S)
    return (None, task.result()) if done else (task, None)


async def _following(stream: AsyncGenerator[LlmItem, None]) -> LlmItem | None:
    return await anext(stream, None)


async def _stop(
    stream: AsyncGenerator[LlmItem, None], pending: "asyncio.Task[LlmItem | None] | None"
) -> None:
    if pending is not None:
        pending.cancel()
        await asyncio.wait({pending})
    await stream.aclose()


def _body(prompt: Prompt, options: Options) -> dict[str, Any]:
    messages = wire_messages(prompt.messages)
    for message in messages:
        for call in message.get("tool_calls", ()):
            call["function"]["arguments"] = json.dumps(call["function"]["arguments"])
    body: dict[str, Any] = {
        "model": options.model,
        "messages": messages,
        "max_tokens": max(1, prompt.max_tokens),
        "temperature": prompt.temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if prompt.tools or prompt.found_tools:
        body["tools"] = wire_tools(prompt)
    return body | options.extra


async def _check(response: httpx.Response) -> None:
    if response.status_code == httpx.codes.OK:
        return
    told = b""
    async for chunk in response.aiter_bytes(1024):
        told = chunk
        break
    words = " ".join(told[:200].decode("utf-8", "replace").split())
    hint = " Fix: the key in `key_file`." if response.status_code in (401, 403) else ""
    raise EngineError(f"The language model's server answers {response.status_code}: {words}{hint}")


async def _read(response: httpx.Response, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
    tools = frozenset(tool.name for tool in (*prompt.tools, *prompt.found_tools))
    reader, count = ReplyReader(tools), _Count()
    async for event in events(response.aiter_bytes()):
        _note_usage(event.get("usage"), count)
        delta = _delta(event)
        count.calls.add(delta.get("tool_calls"))
        if isinstance(text := delta.get("content"), str) and text:
            for item in reader.feed(text):
                yield item
        count.pieces += 1 if delta else 0
        if count.pieces > prompt.max_tokens + SPARE_TOKENS:
            break
    for item in [*reader.finish(), *count.calls.whole(tools)]:
        yield item
    yield count.usage()


def _delta(event: dict[str, Any]) -> dict[str, Any]:
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    delta = first.get("delta") if isinstance(first, dict) else None
    return delta if isinstance(delta, dict) else {}


def _note_usage(usage: object, count: _Count) -> None:
    if not isinstance(usage, dict):
        return
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    count.prompt, count.reused, count.generated = (
        value if isinstance(value, int) else 0
        for value in (usage.get("prompt_tokens"), cached, usage.get("completion_tokens"))
    )


_fits: type[LlmEngine] = OpenAi
