"""Requests → the running hub → its lines. Needs nothing of the house, so it starts fast."""

import json
from collections.abc import AsyncIterable, Callable
from contextlib import aclosing
from pathlib import Path

from assistant import control
from assistant.errors import AssistantError
from assistant.messages import JsonValue
from assistant.upkeep.terminal import fitting, note

Out = Callable[[str], None]


def hub_serves(settings: Path | None, home: Path | None) -> bool:
    """A hub runs, and nothing was named that it does not have."""
    return settings is None and home is None and control.hub_is_running()


async def ask(text: str, room: str | None, out: Out, *, as_json: bool) -> int:
    """Have the hub answer one typed text."""
    return await relay({"do": "ask", "text": fitting(text), "room": room}, out, as_json=as_json)


async def converse(lines: AsyncIterable[str], room: str | None, out: Out, *, as_json: bool) -> int:
    """Have the hub answer line by line; a line that fails is told, the next one counts."""
    async for text in lines:
        try:
            await ask(text, room, out, as_json=as_json)
        except AssistantError as error:
            note(str(error))
    return 0


async def relay(message: dict[str, JsonValue], out: Out, *, as_json: bool = False) -> int:
    """Send one request and print what comes back. AssistantError is the hub's own word."""
    async with aclosing(control.request(message)) as answers:
        async for answer in answers:
            entry = answer.get("entry")
            if isinstance(entry, dict):
                if as_json:
                    out(json.dumps(entry))
                elif entry.get("happening") == "reply":
                    out(str(entry["text"]))
            if "error" in answer:
                raise AssistantError(str(answer["error"]))
            if "end" in answer:
                return int(str(answer["end"]))
    return 1


async def say(text: str, room: str | None, out: Out) -> int:
    """Have the hub say a text aloud."""
    return await relay({"do": "say", "text": fitting(text), "room": room}, out)


async def mute(room: str | None, out: Out, *, muted: bool) -> int:
    """Have the hub close or open microphones, until told otherwise."""
    async with aclosing(control.request({"do": "mute", "room": room, "muted": muted})) as answers:
        async for answer in answers:
            if "error" in answer:
                raise AssistantError(str(answer["error"]))
            rooms = answer.get("rooms")
            if isinstance(rooms, list):
                out(f"{'muted' if muted else 'listening in'}: {', '.join(str(room) for room in rooms)}")
    return 0


async def page(out: Out) -> int:
    """Tell where the hub's page is, with a code to enter it."""
    async with aclosing(control.request({"do": "page"})) as answers:
        async for answer in answers:
            if "error" in answer:
                raise AssistantError(str(answer["error"]))
            if "page" in answer:
                out(str(answer["page"]))
    return 0


async def apply(out: Out) -> int:
    """Have the hub read its settings file again."""
    status = await relay({"do": "apply"}, out)
    out("the hub has the new settings")
    return status


async def stop(out: Out) -> int:
    """Stop the hub, and wait until it is gone."""
    try:
        await relay({"do": "stop"}, out)
    except control.NoHub:
        out("no hub is running; nothing is listening")
        return 0
    await control.hub_gone()
    out("the hub stopped; nothing listens")
    return 0
