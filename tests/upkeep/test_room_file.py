"""Rooms of the owner's YAML: every comment stays, whatever is added, renamed or removed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.settings_yaml import read_yaml_bytes
from assistant.upkeep.room_file import RoomFile

TEXT = """# top
rooms:
  # the big one
  kitchen:   # warm
    volume_percent: 40 # loud
  den: {}
  # last
  bath: {llm: false}
voice: hearth # calm
"""
FILE = RoomFile(TEXT, ("kitchen", "den", "bath"), "assistant.yaml")


def rooms(text: str) -> list[str]:
    return list(read_yaml_bytes(text.encode(), "assistant.yaml", Settings).rooms)


def test_a_renamed_room_keeps_its_place_its_keys_and_its_comments() -> None:
    text = FILE.renamed("kitchen", "Great  Kitchen")
    assert rooms(text) == ["great kitchen", "den", "bath"]
    assert all(comment in text for comment in ("# the big one", "# warm", "# loud", "# last", "# calm"))
    assert "  great kitchen: # warm\n    volume_percent: 40 # loud\n" in text


def test_rooms_come_and_go_and_the_others_stay() -> None:
    assert rooms(FILE.added("attic")) == ["kitchen", "den", "bath", "attic"]
    assert rooms(FILE.removed("den")) == ["kitchen", "bath"]
    assert rooms(RoomFile("", ("living room",), "x").added("attic")) == ["living room", "attic"]


def test_a_house_keeps_one_room() -> None:
    with pytest.raises(AssistantError, match="at least one room"):
        RoomFile("rooms: {den: {}}\n", ("den",), "x").removed("den")


@given(st.text(max_size=60))
def test_no_name_breaks_the_file(said: str) -> None:
    try:
        text = FILE.added(said)
    except AssistantError:
        return
    assert len(rooms(text)) == 4
