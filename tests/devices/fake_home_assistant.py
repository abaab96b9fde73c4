"""A Home Assistant on this box that speaks the real WebSocket protocol, and misbehaves on demand.

Shapes as Home Assistant 2024.3.3 sends them, with what came later where a test sets it.
"""

import asyncio
import colorsys
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

TOKEN = "a-long-lived-access-token"
Json = dict[str, Any]


class Refusal(Exception):
    """A result with success=false."""

    def __init__(self, code: str, message: str = "no") -> None:
        super().__init__(message)
        self.code = code


class FakeHomeAssistant:
    """States, registries and services; every change is told to all who subscribed."""

    def __init__(self) -> None:
        self.states: dict[str, Json] = {}
        self.areas: list[Json] = []
        self.floors: list[Json] = []
        self.devices: list[Json] = []
        self.entries: dict[str, Json] = {}
        self.exposed: dict[str, bool] = {}
        self.expose_new = True
        self.items: dict[str, list[Json]] = {}
        self.forecasts: dict[str, list[Json]] = {}
        self.related: dict[str, Json] = {}
        self.hits: list[Json] = []
        self.admin = True
        self.scale = "°C"
        self.unknown: set[str] = set()
        """Commands this Home Assistant is too old for."""
        self.raw_answers: dict[str, str] = {}
        """Commands answered with these very bytes."""
        self.silent = False
        """Nothing is answered any more, the connection stays: a half-open link."""
        self.slow: asyncio.Event | None = None
        """Services wait for it."""
        self.lazy = False
        """Services succeed and change nothing."""
        self.refuse: Refusal | None = None
        self.calls: list[tuple[str, Json, list[str]]] = []
        """Every service that was called: name, data, entities."""
        self.tokens: list[str] = []
        self.port = 0
        self._subscribers: dict[ServerConnection, dict[int, Json]] = {}
        self._server: Server | None = None

    # ── the home ─────────────────────────────────────────────────────────────────────────────────

    def add(
        self, entity_id: str, state: str, /, *, name: str = "", area: str = "", **attributes: Any
    ) -> None:
        """An entity with a registry entry, exposed."""
        shown = name or entity_id.partition(".")[2].replace("_", " ").title()
        self.states[entity_id] = {
            "s": state,
            "a": {"friendly_name": shown, **attributes},
            "c": "x",
            "lc": 1.0,
        }
        self.entries[entity_id] = {
            "entity_id": entity_id,
            "area_id": area or None,
            "aliases": [],
            "options": {},
        }
        self.exposed[entity_id] = True
        self._tell_states({"a": {entity_id: self.states[entity_id]}})

    def change(self, entity_id: str, state: str | None = None, /, **attributes: Any) -> None:
        """A device reports; an attribute that is None is gone."""
        there = self.states[entity_id]
        plus: Json = {"lc": 2.0, "c": {"id": "y", "user_id": None}}
        if state is not None:
            there["s"] = plus["s"] = state
        gone = [key for key, value in attributes.items() if value is None]
        come = {key: value for key, value in attributes.items() if value is not None}
        there["a"] = {key: value for key, value in {**there["a"], **come}.items() if key not in gone}
        told: Json = {"+": {**plus, **({"a": come} if come else {})}}
        if gone:
            told["-"] = {"a": gone}
        self._tell_states({"c": {entity_id: told}})

    def remove(self, entity_id: str) -> None:
        del self.states[entity_id]
        self.entries.pop(entity_id, None)
        self._tell_states({"r": [entity_id]})

    def updated(self, registry: str) -> None:
        """Tell that a registry changed."""
        for socket, wanted in self._subscribers.items():
            for number, asked in wanted.items():
                if asked.get("event_type") == f"{registry}_registry_updated":
                    self._push(socket, {"id": number, "type": "event", "event": {"event_type": registry}})

    def drop(self) -> None:
        """Every connection breaks off."""
        for socket in list(self._subscribers):
            socket.transport.abort()

    async def shout(self, frame: str) -> None:
        """Send these very bytes to everyone."""
        for socket in list(self._subscribers):
            with suppress(ConnectionClosed):
                await socket.send(frame)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def links(self) -> int:
        return len(self._subscribers)

    # ── the server ───────────────────────────────────────────────────────────────────────────────

    async def open(self) -> None:
        self._server = await serve(self._serve, "127.0.0.1", self.port, max_size=None, ping_interval=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self.drop()
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        if socket.request.path != "/api/websocket":
            return
        with suppress(ConnectionClosed):
            await self._say(socket, {"type": "auth_required", "ha_version": "2024.3.3"})
            told = json.loads(await socket.recv())
            self.tokens.append(told.get("access_token", ""))
            if told.get("type") != "auth" or told.get("access_token") != TOKEN:
                await self._say(socket, {"type": "auth_invalid", "message": "Invalid access token"})
                return
            await self._say(socket, {"type": "auth_ok", "ha_version": "2024.3.3"})
            self._subscribers[socket] = {}
            await self._talk(socket)
        self._subscribers.pop(socket, None)

    async def _talk(self, socket: ServerConnection) -> None:
        last = 0
        tasks: set[asyncio.Task[None]] = set()
        async for frame in socket:
            message = json.loads(frame)
            number = message["id"]
            if number <= last:
                await self._error(socket, number, Refusal("id_reuse", "Identifier values have to increase."))
                continue
            last = number
            task = asyncio.create_task(self._answer(socket, message))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _answer(self, socket: ServerConnection, message: Json) -> None:
        number, kind = message["id"], message["type"]
        if self.silent:
            return
        with suppress(ConnectionClosed):
            if kind in self.raw_answers:
                await socket.send(self.raw_answers[kind])
                return
            if kind == "ping":
                await self._say(socket, {"id": number, "type": "pong"})
                return
            try:
                result = await self._result(socket, message)
            except Refusal as refusal:
                await self._error(socket, number, refusal)
                return
            await self._say(socket, {"id": number, "type": "result", "success": True, "result": result})
            self._first_events(socket, message)

    async def _result(self, socket: ServerConnection, message: Json) -> Any:
        kind = message["type"]
        if kind in self.unknown:
            raise Refusal("unknown_command", "Unknown command.")
        if kind.startswith("homeassistant/expose") and not self.admin:
            raise Refusal("unauthorized", "Unauthorized")
        if kind in (
            "subscribe_entities", "subscribe_events", "todo/item/subscribe", "weather/subscribe_forecast",
        ):  # fmt: skip
            self._subscribers[socket][message["id"]] = message
            return None
        if kind == "call_service":
            return await self._service(message)
        answers: dict[str, Callable[[], Any]] = {
            "supported_features": lambda: None,
            "get_config": lambda: {"unit_system": {"temperature": self.scale}},
            "config/area_registry/list": lambda: self.areas,
            "config/floor_registry/list": lambda: self.floors,
            "config/device_registry/list": lambda: self.devices,
            "config/entity_registry/list_for_display": self._display,
            "config/entity_registry/get_entries": lambda: {
                name: self.entries.get(name) for name in message["entity_ids"]
            },
            "homeassistant/expose_entity/list": lambda: {
                "exposed_entities": {name: {"conversation": is_} for name, is_ in self.exposed.items()}
            },
            "homeassistant/expose_new_entities/get": lambda: {"expose_new": self.expose_new},
            "search/related": lambda: self.related.get(message["item_id"], {}),
            "unsubscribe_events": lambda: None,
        }
        if kind not in answers:
            raise Refusal("unknown_command", "Unknown command.")
        return answers[kind]()

    def _display(self) -> Json:
        shown = []
        for entry in self.entries.values():
            line = {"ei": entry["entity_id"], "ai": entry.get("area_id"), "di": entry.get("device_id")}
            line |= {"ec": entry.get("ec"), "hb": entry.get("hb")}
            shown.append({key: value for key, value in line.items() if value is not None})
        return {"entity_categories": {"0": "config", "1": "diagnostic"}, "entities": shown}

    def _first_events(self, socket: ServerConnection, message: Json) -> None:
        kind, number = message["type"], message["id"]
        event: Json | None = None
        if kind == "subscribe_entities":
            event = {"a": self.states}
        elif kind == "todo/item/subscribe":
            event = {"items": self.items.get(message["entity_id"], [])}
        elif kind == "weather/subscribe_forecast":
            event = {"type": message["forecast_type"], "forecast": self.forecasts.get(message["entity_id"])}
        if event is not None:
            self._push(socket, {"id": number, "type": "event", "event": event})

    # ── services ─────────────────────────────────────────────────────────────────────────────────

    async def _service(self, message: Json) -> Json:
        name = f"{message['domain']}.{message['service']}"
        data = message.get("service_data") or {}
        target = (message.get("target") or {}).get("entity_id", [])
        entities = [target] if isinstance(target, str) else list(target)
        self.calls.append((name, data, entities))
        if self.slow is not None:
            await self.slow.wait()
        if self.refuse is not None:
            raise self.refuse
        context: Json = {"context": {"id": "z", "parent_id": None, "user_id": "u"}}
        if name == "media_player.search_media":
            return {**context, "response": {entities[0]: {"version": 1, "result": self.hits}}}
        if not self.lazy:
            for entity_id in entities:
                self._carry_out(name, entity_id, data)
        return context

    def _carry_out(self, name: str, entity_id: str, data: Json) -> None:
        moves = {
            "turn_on": "on", "turn_off": "off", "open_cover": "open", "close_cover": "closed",
            "lock": "locked", "unlock": "unlocked", "start": "cleaning", "return_to_base": "returning",
            "media_pause": "paused", "media_play": "playing", "play_media": "playing",
        }  # fmt: skip
        service = name.partition(".")[2]
        if name.startswith("todo."):
            self._change_items(service, entity_id, data)
        elif name.startswith("scene."):
            self.change(entity_id, "2026-11-22T17:00:00+00:00")
        elif name.startswith("script."):
            self.change(entity_id, last_triggered="2026-11-22T17:00:00+00:00")
        elif service == "set_hvac_mode":
            self.change(entity_id, data["hvac_mode"])
        elif service in moves:
            self.change(entity_id, moves[service], **_reported(data))
        else:
            self.change(entity_id, **_reported(data))

    def _change_items(self, service: str, entity_id: str, data: Json) -> None:
        items = self.items.setdefault(entity_id, [])
        if service == "add_item":
            items.append({"uid": str(len(items)), "summary": data["item"], "status": "needs_action"})
        else:
            self.items[entity_id] = [item for item in items if item["summary"] not in data["item"]]
        for socket, wanted in self._subscribers.items():
            for number, asked in wanted.items():
                if asked["type"] == "todo/item/subscribe" and asked["entity_id"] == entity_id:
                    event = {"items": self.items[entity_id]}
                    self._push(socket, {"id": number, "type": "event", "event": event})

    # ── out ──────────────────────────────────────────────────────────────────────────────────────

    def _tell_states(self, event: Json) -> None:
        for socket, wanted in self._subscribers.items():
            for number, asked in wanted.items():
                if asked["type"] == "subscribe_entities" and not self.silent:
                    self._push(socket, {"id": number, "type": "event", "event": event})

    def _push(self, socket: ServerConnection, message: Json) -> None:
        frame = json.dumps([message])  # as a client that takes coalesced messages gets it
        asyncio.get_running_loop().create_task(self._send(socket, frame))

    @staticmethod
    async def _send(socket: ServerConnection, frame: str) -> None:
        with suppress(ConnectionClosed):
            await socket.send(frame)

    async def _error(self, socket: ServerConnection, number: int, refusal: Refusal) -> None:
        error = {"code": refusal.code, "message": str(refusal)}
        await self._say(socket, {"id": number, "type": "result", "success": False, "error": error})

    @staticmethod
    async def _say(socket: ServerConnection, message: Json) -> None:
        await socket.send(json.dumps(message))


def _reported(data: Json) -> Json:
    """What a device says of itself after a service with this data."""
    told: Json = {}
    for key, value in data.items():
        if key == "brightness_pct":
            told["brightness"] = round(value * 255 / 100)
        elif key == "rgb_color":
            hue, saturation, _ = colorsys.rgb_to_hsv(*(part / 255 for part in value))
            told |= {"hs_color": [round(hue * 360, 3), round(saturation * 100, 3)], "color_mode": "hs"}
        elif key == "color_temp_kelvin":
            told |= {"color_temp_kelvin": value, "color_mode": "color_temp", "hs_color": None}
        else:
            told[{"position": "current_position"}.get(key, key)] = value
    return told


@asynccontextmanager
async def running(fake: FakeHomeAssistant) -> AsyncGenerator[FakeHomeAssistant, None]:
    """Serve it in the block."""
    await fake.open()
    try:
        yield fake
    finally:
        await fake.close()
