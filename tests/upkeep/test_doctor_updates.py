"""The doctor's line on updates."""

from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.upkeep.doctor_updates import updates
from assistant.upkeep.release_place import Place
from tests.upkeep.releases import old_release


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("HEARTH_RELEASES", str(tmp_path / "releases"))
    place = Place()
    place.adopt(old_release(tmp_path / "old"))
    return place


def test_a_box_that_was_never_updated_is_well(place: Place) -> None:
    found = updates(Settings())
    assert found.good
    assert "by hand" in found.told


def test_a_release_on_trial_is_named(place: Place) -> None:
    place.switch(old_release(place.releases / "0.2.0", "0.2.0"))
    found = updates(Settings())
    assert found.good
    assert "0.2.0 is on trial" in found.told


def test_a_release_that_did_not_work_is_told_with_the_way_on(place: Place) -> None:
    place.memory.remember("0.2.0 failed its check", failed="0.2.0")
    found = updates(Settings())
    assert found.good is False
    assert "0.2.0 failed its check" in found.told
    assert "assistant update --again" in found.fix
    place.memory.remember("0.3.0 works")
    assert updates(Settings()).good


def test_updates_that_are_wanted_from_nowhere_and_a_torn_memory_are_told(place: Place) -> None:
    wanting = Settings.model_validate({"update": {"automatic": True}})
    assert "update.index" in updates(wanting).fix
    (place.folder / "state.json").write_text("{")
    assert updates(Settings()).good is False
