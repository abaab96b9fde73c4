"""Files between two accounts: what was signed is built without network; nothing else is used."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.upkeep.release import ReleaseError
from assistant.upkeep.release_place import Place
from assistant.upkeep.update import Updating, Verb, update
from tests.upkeep.releases import PEBBLE_FILE, Shop, wheel_of
from tests.upkeep.test_update import Box, box

__all__ = ["box"]


def asked(box: Box, verb: Verb, monkeypatch: pytest.MonkeyPatch) -> int:
    """`fetch` by the account that fetches, `apply` by the one that builds: each with a place of its own."""
    place = box.folder / "update" if verb == "fetch" else box.place.folder
    monkeypatch.setenv("HEARTH_RELEASES", str(place))
    monkeypatch.setenv("PIP_FIND_LINKS", str(box.folder / "wheels"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    if verb == "apply":
        monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    files = box.folder / "update" / "files"
    settings = box.folder / "config" / "assistant.yaml"
    return update(Updating(verb, settings, yes=True, files=files), box.lines.append, lambda prompt: "n")


def laid(box: Box) -> Path:
    return box.folder / "update" / "files" / "0.2.0"


def test_what_was_laid_down_is_built_and_put_in_force(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.shop.make("0.2.0")
    assert asked(box, "fetch", monkeypatch) == 0
    assert not Place(box.folder / "update").releases.exists()
    assert box.starts() == "0.1.0"
    box.shop.files.clear()
    assert asked(box, "apply", monkeypatch) == 0
    assert box.starts() == "0.2.0 7"
    assert asked(box, "apply", monkeypatch) == 0
    assert "nothing lies ready" in box.told()


def test_after_an_update_by_hand_what_was_fetched_before_is_no_index_played_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.shop.make("0.2.0")
    assert asked(box, "fetch", monkeypatch) == 0
    monkeypatch.setenv("HEARTH_RELEASES", str(box.place.folder))
    monkeypatch.setenv("UV_FIND_LINKS", str(box.folder / "wheels"))
    box.shop.publish()
    assert box.update() == 0
    fetched = Updating(
        "fetch", box.folder / "config/assistant.yaml", files=box.folder / "update/files", yes=True
    )
    assert update(fetched, box.lines.append, lambda prompt: "n") == 0
    assert asked(box, "apply", monkeypatch) == 0
    assert "nothing lies ready" in box.told()


def another_wheel(folder: Path) -> None:
    (folder / "wheels" / PEBBLE_FILE).write_bytes(wheel_of("pebble", "1.0", "pebble", "SIZE = 666\n"))


def one_wheel_more(folder: Path) -> None:
    evil = wheel_of("evil", "1.0", "evil", "")
    (folder / "wheels" / "evil-1.0-py3-none-any.whl").write_bytes(evil)


def another_hearth(folder: Path) -> None:
    (wheel,) = folder.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes()[:-1] + b"x")


def other_requirements(folder: Path) -> None:
    (folder / "0.2.0-requirements.txt").write_text("evil==1.0\n")


def a_link(folder: Path) -> None:
    wheel = folder / "wheels" / PEBBLE_FILE
    wheel.rename(folder / "elsewhere")
    wheel.symlink_to(folder / "elsewhere")


def a_pipe(folder: Path) -> None:
    (folder / "wheels" / PEBBLE_FILE).unlink()
    os.mkfifo(folder / "wheels" / PEBBLE_FILE)


def no_wheel(folder: Path) -> None:
    shutil.rmtree(folder / "wheels")


def another_name(folder: Path) -> None:
    (folder / "wheels" / "--index-url=x").write_text("")


@pytest.mark.parametrize(
    "harm",
    [
        *(another_wheel, one_wheel_more, another_hearth, other_requirements),
        *(a_link, a_pipe, no_wheel, another_name),
    ],
)
def test_what_was_not_signed_is_not_used(
    box: Box, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None]
) -> None:
    box.shop.make("0.2.0")
    asked(box, "fetch", monkeypatch)
    harm(laid(box))
    with pytest.raises(ReleaseError):
        asked(box, "apply", monkeypatch)
    assert box.starts() == "0.1.0"
    assert not (box.place.releases / "0.2.0").exists()
    asked(box, "fetch", monkeypatch)  # what was harmed is fetched anew
    assert asked(box, "apply", monkeypatch) == 0
    assert box.starts() == "0.2.0 7"


def test_an_index_of_another_key_is_not_believed(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.shop.make("0.2.0")
    asked(box, "fetch", monkeypatch)
    other = Shop()
    other.make("0.3.0")
    (laid(box).parent / "index.json").write_bytes(other.files["/site/index.json"])
    with pytest.raises(ReleaseError, match="not signed"):
        asked(box, "apply", monkeypatch)
    assert box.starts() == "0.1.0"
