"""Entities ⇄ our words, addresses, tokens, compressed states: each part by itself."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.devices.home_assistant.colors import NAMED, called, hs
from assistant.devices.home_assistant.door import find
from assistant.devices.home_assistant.entities import Entities, Entity
from assistant.devices.home_assistant.frames import decoded
from assistant.devices.home_assistant.reported import Beside, reported
from assistant.devices.home_assistant.services import services
from assistant.devices.home_assistant.token_file import read_token
from assistant.devices.home_assistant.trouble import LinkError
from assistant.errors import SettingsError, ToolError
from assistant.messages import JsonValue
from assistant.skills.home import COLORS

# ── reported ─────────────────────────────────────────────────────────────────────────────────────

REPORTED: list[tuple[str, str, dict[str, Any], str, dict[str, JsonValue]]] = [
    ("light.a", "on", {"brightness": 128, "color_mode": "hs", "hs_color": [0, 100]}, "on",
     {"brightness_percent": 50, "color": "red"}),
    ("light.a", "on", {"brightness": 1, "color_mode": "brightness"}, "on", {"brightness_percent": 1}),
    ("light.a", "on", {"brightness": 255, "color_mode": "rgbw", "rgb_color": [0, 0, 255]}, "on",
     {"brightness_percent": 100, "color": "blue"}),
    ("light.a", "off", {"brightness": None}, "off", {}),
    ("fan.a", "on", {"percentage": 33.3, "oscillating": True}, "on",
     {"speed_percent": 33, "oscillating": True}),
    ("cover.a", "open", {"current_position": 40}, "open", {"position_percent": 40}),
    ("lock.a", "jammed", {}, "jammed", {}),
    ("climate.a", "heat_cool",
     {"target_temp_low": 20, "target_temp_high": 25, "hvac_modes": ["off", "heat_cool"],
      "current_temperature": 21.5}, "heat_cool",
     {"temperature": 22.5, "current_temperature": 21.5, "modes": ["off", "heat_cool"]}),
    ("media_player.a", "standby", {}, "off", {}),
    ("media_player.a", "buffering", {"volume_level": 0.35, "is_volume_muted": False}, "playing",
     {"volume_percent": 35, "muted": False}),
    ("vacuum.a", "returning", {}, "returning", {}),
    ("sensor.a", "21.4567", {"unit_of_measurement": "°C"}, "21.5", {"unit": "degrees"}),
    ("sensor.a", "1013.25", {"unit_of_measurement": "hPa"}, "1013", {"unit": "hectopascals"}),
    ("sensor.a", "ridiculous_speed", {}, "ridiculous speed", {}),
    ("binary_sensor.a", "on", {"device_class": "window"}, "open", {}),
    ("binary_sensor.a", "off", {"device_class": "lock"}, "locked", {}),
    ("input_boolean.a", "on", {}, "on", {}),
]  # fmt: skip


@pytest.mark.parametrize(("entity_id", "state", "attributes", "value", "known"), REPORTED)
def test_an_entity_is_told_in_our_words(
    entity_id: str, state: str, attributes: dict[str, Any], value: str, known: dict[str, JsonValue]
) -> None:
    told = reported(Entity(entity_id, state, attributes))
    assert (told.value, dict(told.attributes), told.available) == (value, known, True)


def test_what_is_unavailable_is_not_available_and_what_is_unknown_is() -> None:
    assert not reported(Entity("light.a", "unavailable")).available
    assert reported(Entity("sensor.a", "unknown")).available


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from([
    "brightness", "hs_color", "rgb_color", "color_mode", "color_temp_kelvin", "percentage",
    "current_position", "temperature", "target_temp_low", "target_temp_high", "hvac_modes",
    "volume_level", "media_title", "supported_features", "device_class", "unit_of_measurement",
    "last_triggered", "source_list",
])  # fmt: skip
DOMAINS = st.sampled_from([
    "light", "fan", "cover", "valve", "climate", "media_player", "todo", "sensor", "binary_sensor", "scene",
    "script", "weather", "lock", "vacuum", "switch", "other",
])  # fmt: skip


@given(domain=DOMAINS, state=st.text(max_size=20), attributes=st.dictionaries(KEYS, JSON, max_size=6))
def test_no_report_whatever_breaks_the_house(domain: str, state: str, attributes: dict[str, Any]) -> None:
    entity = Entity(f"{domain}.x", state, attributes)
    assert isinstance(reported(entity, Beside(items=("milk",))).value, str)
    for action in ("on", "off", "set", "play", "add", "start"):
        wishes: dict[str, JsonValue] = {"temperature": 20} if action == "set" else {"items": ["milk"]}
        try:
            services("x", entity, action, wishes)
        except ToolError:
            continue


# ── colors ───────────────────────────────────────────────────────────────────────────────────────


def test_every_color_of_the_tools_can_be_asked_for_and_is_told_by_its_name() -> None:
    assert set(NAMED) == set(COLORS)
    for name, rgb in NAMED.items():
        assert called(hs(rgb), name) == name


@given(hue=st.floats(0, 360), saturation=st.floats(0, 100), asked=st.sampled_from(sorted(NAMED)))
def test_a_lamp_that_shows_another_color_is_never_told_as_the_asked_one(
    hue: float, saturation: float, asked: str
) -> None:
    far = hs(NAMED[asked])
    if saturation > 60 and far[1] > 60 and 60 < abs(hue - far[0]) < 300:
        assert called((hue, saturation), asked) != asked


# ── services ─────────────────────────────────────────────────────────────────────────────────────

ASKED: list[tuple[str, dict[str, Any], str, dict[str, JsonValue], list[tuple[str, dict[str, Any]]]]] = [
    ("light.a", {}, "on", {}, [("turn_on", {})]),
    ("light.a", {"supported_color_modes": ["color_temp"], "min_color_temp_kelvin": 2200}, "set",
     {"temperature_kelvin": 1800}, [("turn_on", {"color_temp_kelvin": 2200})]),
    ("light.a", {"supported_color_modes": ["hs"]}, "set", {"color": "white"},
     [("turn_on", {"rgb_color": [255, 255, 255]})]),
    ("cover.a", {"supported_features": 15}, "on", {}, [("open_cover", {})]),
    ("cover.a", {"supported_features": 15}, "set", {"position_percent": 30},
     [("set_cover_position", {"position": 30})]),
    ("valve.a", {"supported_features": 3}, "off", {}, [("close_valve", {})]),
    ("lock.a", {}, "on", {}, [("lock", {})]),
    ("climate.a", {"hvac_modes": ["off", "heat"], "temperature": 20}, "set",
     {"mode": "heat", "temperature": 22},
     [("set_hvac_mode", {"hvac_mode": "heat"}), ("set_temperature", {"temperature": 22})]),
    ("climate.a", {"target_temp_low": 20, "target_temp_high": 24}, "set", {"temperature": 23},
     [("set_temperature", {"target_temp_low": 21.0, "target_temp_high": 25.0})]),
    ("fan.a", {"supported_features": 3}, "set", {"speed_percent": 50, "oscillating": True},
     [("set_percentage", {"percentage": 50}), ("oscillate", {"oscillating": True})]),
    ("media_player.a", {"supported_features": 4}, "set", {"volume_percent": 35},
     [("volume_set", {"volume_level": 0.35})]),
    ("media_player.a", {"supported_features": 2048, "source_list": ["HDMI 1"]}, "set", {"source": "hdmi 1"},
     [("select_source", {"source": "HDMI 1"})]),
    ("vacuum.a", {"supported_features": 16}, "off", {}, [("return_to_base", {})]),
    ("todo.a", {"supported_features": 7}, "remove", {"items": ["milk"]},
     [("remove_item", {"item": ["milk"]})]),
    ("todo.a", {"supported_features": 5}, "remove", {"items": ["milk"]},
     [("update_item", {"item": "milk", "status": "completed"})]),
    ("script.a", {}, "on", {}, [("turn_on", {})]),
]  # fmt: skip


@pytest.mark.parametrize(("entity_id", "attributes", "action", "wishes", "wanted"), ASKED)
def test_a_wish_becomes_the_services_that_do_it(
    entity_id: str,
    attributes: dict[str, Any],
    action: str,
    wishes: dict[str, JsonValue],
    wanted: list[tuple[str, dict[str, Any]]],
) -> None:
    found = services("thing", Entity(entity_id, "off", attributes), action, wishes)
    assert [(service.name, dict(service.data)) for service in found] == wanted


@pytest.mark.parametrize(
    ("entity_id", "attributes", "action", "wishes"),
    [
        ("cover.a", {"supported_features": 3}, "set", {"position_percent": 30}),
        ("media_player.a", {"supported_features": 0}, "next", {}),
        ("climate.a", {"hvac_modes": ["off", "heat"]}, "set", {"mode": "cool"}),
        ("sensor.a", {}, "on", {}),
        ("light.a", {}, "set", {"color": "octarine"}),
        ("scene.a", {}, "off", {}),
    ],
)
def test_what_a_device_cannot_do_is_said(
    entity_id: str, attributes: dict[str, Any], action: str, wishes: dict[str, JsonValue]
) -> None:
    with pytest.raises(ToolError) as error:
        services("thing", Entity(entity_id, "off", attributes), action, wishes)
    assert error.value.spoken == "The thing can't do that."


# ── states and frames ────────────────────────────────────────────────────────────────────────────


def test_compressed_changes_give_the_states_that_were_sent() -> None:
    chance = random.Random(7)
    truth: dict[str, tuple[str, dict[str, Any]]] = {}
    live = Entities()
    for _ in range(500):
        name = f"light.{chance.randrange(8)}"
        if name not in truth:
            truth[name] = ("off", {"a": 1})
            live.take({"a": {name: {"s": "off", "a": {"a": 1}, "c": "x", "lc": 1.0}}})
        elif chance.random() < 0.1:
            del truth[name]
            live.take({"r": [name]})
        else:
            state, key = chance.choice(["on", "off"]), chance.choice("abc")
            gone = chance.random() < 0.3 and key in truth[name][1]
            attributes = {other: value for other, value in truth[name][1].items() if other != key}
            if not gone:
                attributes[key] = chance.randrange(9)
            told: dict[str, Any] = {"+": {"s": state}}
            told |= {"-": {"a": [key]}} if gone else {}
            told["+"] |= {} if gone else {"a": {key: attributes[key]}}
            truth[name] = (state, attributes)
            live.take({"c": {name: told}})
    assert {entity.id: (entity.state, dict(entity.attributes)) for entity in live.all()} == truth


@given(event=JSON)
def test_an_event_of_any_shape_is_taken_or_refused(event: Any) -> None:
    for told in (event, {"a": event}, {"c": event}, {"r": event}, {"c": {"light.x": event}}):
        live = Entities()
        live.take({"a": {"light.x": {"s": "on", "a": {}}}})
        try:
            live.take(told)
        except LinkError:
            continue


@given(text=st.text(max_size=60) | JSON.map(lambda value: json.dumps(value)))
def test_a_frame_is_messages_or_a_broken_link(text: str) -> None:
    try:
        assert all(isinstance(message["type"], str) for message in decoded(text))
    except LinkError:
        return


# ── where and with what ──────────────────────────────────────────────────────────────────────────


def test_the_address_must_be_at_home_unless_the_owner_says_otherwise() -> None:
    assert find("http://127.0.0.1:8123", allow_internet=False).uri == "ws://127.0.0.1:8123/api/websocket"
    assert find("https://[::1]/ha/", allow_internet=False).uri == "wss://[::1]:443/ha/api/websocket"
    with pytest.raises(LinkError, match="allow_internet"):
        find("http://8.8.8.8:8123", allow_internet=False)
    assert find("http://8.8.8.8:8123", allow_internet=True).host == "8.8.8.8"


def test_a_token_that_everyone_may_read_is_refused_with_the_fix(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("abc.def\n")
    file.chmod(0o644)
    with pytest.raises(SettingsError, match=f"chmod 600 {file}"):
        read_token(file)
    file.chmod(0o600)
    assert read_token(file) == "abc.def"


@pytest.mark.parametrize("content", ["", "   \n", "two words", "x" * 5000, "é"])
def test_a_file_without_a_token_says_where_to_get_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match="Long-lived access tokens"):
        read_token(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_token(tmp_path / "missing")
