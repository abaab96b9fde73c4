"""Releases beside each other: one rename switches, and the launcher puts back what does not start."""

import os
import subprocess
from pathlib import Path

import pytest

from assistant.upkeep.release import ReleaseError, Seen
from assistant.upkeep.release_place import LISTENED, START, Place, say_that_it_listens
from tests.upkeep.releases import old_release


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The old release in force, the launcher beside it."""
    place = Place(tmp_path / "releases")
    place.adopt(old_release(tmp_path / "old"))
    (tmp_path / "data").mkdir()
    return place


def started(place: Place, *words: str) -> str:
    """What a start by the launcher prints."""
    environment = {**os.environ, "HEARTH_DATA": str(place.folder.parent / "data")}
    command = [str(place.folder / START), *(words or ("run",))]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=20
    ).stdout.strip()


def new_release(place: Place, version: str = "0.2.0") -> Path:
    return old_release(place.releases / version, version)


def test_without_an_update_the_release_that_was_installed_starts(place: Place) -> None:
    assert [started(place) for _ in range(5)] == ["0.1.0"] * 5
    assert place.previous is None


def test_a_release_on_trial_that_never_listens_is_started_three_times_and_put_back(place: Place) -> None:
    place.switch(new_release(place))
    assert place.on_trial == place.releases / "0.2.0"
    assert [started(place) for _ in range(5)] == ["0.2.0"] * 3 + ["0.1.0"] * 2
    assert place.settle(place.folder.parent / "data") is not None
    assert place.memory.kept.failed == ("0.2.0",)
    assert place.settle(place.folder.parent / "data") is None


def test_a_release_that_listened_stays(place: Place) -> None:
    release = new_release(place)
    place.switch(release)
    started(place)
    say_that_it_listens(place.folder, place.folder.parent / "data", release)
    assert [started(place) for _ in range(6)] == ["0.2.0"] * 6
    assert "works" in (place.settle(place.folder.parent / "data") or "")
    assert place.on_trial is None
    assert place.memory.kept.failed == ()


def test_another_release_cannot_vouch_for_the_one_on_trial(place: Place) -> None:
    release = new_release(place)
    say_that_it_listens(place.folder, place.folder.parent / "data", release)
    place.switch(release)
    say_that_it_listens(place.folder, place.folder.parent / "data", place.folder.parent / "old")
    assert not (place.folder.parent / "data" / LISTENED).exists()


def test_word_from_an_earlier_trial_does_not_count_for_a_later_one(place: Place) -> None:
    data, release = place.folder.parent / "data", new_release(place)
    place.switch(release)
    say_that_it_listens(place.folder, data, release)
    place.go_back()
    place.switch(release)
    assert [started(place) for _ in range(4)] == ["0.2.0"] * 3 + ["0.1.0"]


def test_a_release_whose_program_is_gone_is_put_back_at_once(place: Place) -> None:
    release = new_release(place)
    place.switch(release)
    (release / "bin" / "assistant").unlink()
    assert started(place) == "0.1.0"


def test_only_starts_of_the_house_are_counted(place: Place) -> None:
    place.switch(new_release(place))
    assert [started(place, "ask", "what time is it") for _ in range(5)] == ["0.2.0"] * 5
    assert started(place) == "0.2.0"


def test_the_launcher_only_counts_where_it_is_given_no_words(place: Place) -> None:
    place.switch(new_release(place))
    for _ in range(4):
        subprocess.run([str(place.folder / START)], check=True, timeout=20)
    assert place.in_force == place.folder.parent / "old"


@pytest.mark.parametrize("text", ["", "rubbish", "\0\0", "9" * 400, "-1", "1 2"])
def test_a_damaged_count_of_starts_begins_anew(place: Place, text: str) -> None:
    place.switch(new_release(place))
    (place.folder / "starts").write_text(text)
    assert "0.1.0" in [started(place) for _ in range(4)]


@pytest.mark.parametrize("text", ["", "rubbish", "token /nowhere\n", "\n\n"])
def test_a_damaged_trial_leaves_what_is_in_force(place: Place, text: str) -> None:
    place.switch(new_release(place))
    (place.folder / "trial").write_text(text)
    assert [started(place) for _ in range(4)] == ["0.2.0"] * 4


def test_a_switch_cut_off_before_its_last_step_changes_nothing(place: Place) -> None:
    """All of `switch` but the last rename."""
    release, old = new_release(place), place.folder.parent / "old"
    place.switch(release)
    (place.folder / "current").unlink()
    (place.folder / "current").symlink_to(old)
    assert [started(place) for _ in range(5)] == ["0.1.0"] * 5
    assert place.on_trial is None


def test_going_back_is_refused_where_there_is_nothing_to_go_back_to(place: Place) -> None:
    with pytest.raises(ReleaseError, match="no earlier release"):
        place.go_back()
    assert started(place) == "0.1.0"


def test_only_the_release_in_force_and_the_one_before_stay(place: Place) -> None:
    for version in ("0.2.0", "0.3.0", "0.4.0"):
        place.switch(new_release(place, version))
    (place.releases / ".building-0.5.0").mkdir()
    assert place.prune() == ["0.2.0"]
    assert sorted(path.name for path in place.releases.iterdir()) == ["0.3.0", "0.4.0"]
    assert started(place) == "0.4.0"


def test_two_updates_do_not_run_at_once(place: Place) -> None:
    with place.alone(), pytest.raises(ReleaseError, match="under way"), Place(place.folder).alone():
        pass


def test_a_damaged_memory_is_named_with_its_fix(place: Place) -> None:
    place.memory.believe(Seen(4, "ab"))
    assert place.memory.kept.seen == Seen(4, "ab")
    (place.folder / "state.json").write_text("{")
    with pytest.raises(ReleaseError, match="delete it"):
        _ = place.memory.kept
