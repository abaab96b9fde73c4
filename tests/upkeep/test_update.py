"""`assistant update`, from a server that lies to a release in force; what fails leaves the old one whole."""

import hashlib
import json
import shutil
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import cli
from assistant.errors import AssistantError
from assistant.upkeep import fetch, release_extras
from assistant.upkeep.release import ReleaseError
from assistant.upkeep.release_place import START, Place
from assistant.upkeep.update import Updating, Verb, update
from tests.upkeep.hub import Hub, serving
from tests.upkeep.releases import (
    PEBBLE,
    PEBBLE_FILE,
    Shop,
    named,
    old_release,
    requirements,
    wheel_of,
)

Usage = namedtuple("Usage", "total used free")


@dataclass
class Box:
    """A house with the old release in force, and the server it asks."""

    folder: Path
    hub: Hub
    shop: Shop
    place: Place
    lines: list[str] = field(default_factory=list)

    def update(
        self, verb: Verb = "apply", *, as_json: bool = False, ready: bool = False, again: bool = False
    ) -> int:
        settings = self.folder / "config" / "assistant.yaml"
        asked = Updating(verb, settings, yes=True, as_json=as_json, ready=ready, again=again)
        return update(asked, self.lines.append, lambda prompt: "n")

    def starts(self, words: str = "run") -> str:
        """What the next start of the house prints, and whether it works."""
        command = [str(self.place.folder / START), words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout.strip()

    def told(self) -> str:
        return "\n".join(self.lines)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    shop = Shop()
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / PEBBLE_FILE).write_bytes(PEBBLE)
    for name, value in {
        "HEARTH_RELEASES": str(tmp_path / "releases"),
        "HEARTH_DATA": str(tmp_path / "data"),
        "HEARTH_CONFIG": str(tmp_path / "config"),
        "HEARTH_RUNTIME": str(tmp_path / "run"),
        "UV_FIND_LINKS": str(tmp_path / "wheels"),
        "UV_NO_INDEX": "1",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("data", "config"):
        (tmp_path / name).mkdir()
    place = Place(tmp_path / "releases")
    place.adopt(old_release(tmp_path / "old"))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with serving(shop.files) as hub:
        (tmp_path / "config" / "assistant.yaml").write_text(
            f"update:\n  index: {hub.address}/site/index.json\n  key: '{shop.key}'\n"
        )
        yield Box(tmp_path, hub, shop, place)


def test_a_newer_release_is_fetched_built_tried_and_put_in_force(box: Box) -> None:
    box.shop.make("0.2.0", notes="Understands whispers.")
    assert box.update("check") == 0
    assert "Hearth 0.2.0 is there; 0.1.0 is here" in box.told()
    assert "Understands whispers." in box.told()
    assert box.starts() == "0.1.0"
    assert box.update() == 0
    assert box.starts() == "0.2.0 7"
    assert "no encrypted backup is made" in box.told()
    assert not (box.place.folder / "staging").exists()
    assert [box.starts() for _ in range(5)] == ["0.2.0 7"] * 5
    assert box.update() == 0
    assert "0.2.0 is the newest Hearth; nothing was changed" in box.told()
    assert box.place.on_trial is None


def test_without_a_yes_nothing_is_changed(box: Box) -> None:
    box.shop.make("0.2.0")
    asked = Updating("", box.folder / "config" / "assistant.yaml")
    assert update(asked, box.lines.append, lambda prompt: "n") == 0
    assert "nothing was changed" in box.told()
    assert not box.place.releases.exists()


def test_what_lies_ready_is_put_in_force_without_the_network(box: Box) -> None:
    box.shop.make("0.2.0")
    assert box.update("fetch") == 0
    assert box.starts() == "0.1.0"
    box.shop.files.clear()
    assert box.update(ready=True) == 0
    assert box.starts() == "0.2.0 7"
    assert box.update(ready=True) == 0
    assert "nothing lies ready" in box.told()


@pytest.mark.slow
def test_two_updates_leave_the_last_two_releases_and_a_way_back(box: Box) -> None:
    for version in ("0.2.0", "0.3.0", "0.4.0"):
        box.shop.make(version)
        assert box.update() == 0
        assert box.starts() == f"{version} 7"
    assert sorted(path.name for path in box.place.releases.iterdir()) == ["0.3.0", "0.4.0"]
    assert box.update("rollback") == 0
    assert box.starts() == "0.3.0 7"
    assert box.update() == 0
    assert box.starts() == "0.3.0 7"  # what was taken back by hand does not come again by itself
    assert box.update(again=True) == 0
    assert box.starts() == "0.4.0 7"


@pytest.mark.slow
def test_a_release_that_fails_its_own_check_is_never_switched_to(box: Box) -> None:
    box.shop.make("0.2.0", fault="check")
    with pytest.raises(ReleaseError, match=r"the turn failed; 0\.1\.0 stays in force"):
        box.update()
    assert box.starts() == "0.1.0"
    assert box.update() == 0
    assert "0.1.0 is the newest Hearth" in box.told()
    box.shop.make("0.2.1")
    assert box.update() == 0
    assert box.starts() == "0.2.1 7"


def test_a_release_that_does_not_start_is_put_back_after_three_tries(box: Box) -> None:
    box.shop.make("0.2.0", fault="start")
    box.update()
    assert [box.starts() for _ in range(4)] == ["0.2.0 7"] * 3 + ["0.1.0"]
    assert box.update() == 0
    assert "0.2.0 did not start; the release before it is in force again" in box.told()
    assert box.starts() == "0.1.0"


@pytest.mark.slow
def test_status_tells_what_is_in_force_and_what_happened(box: Box) -> None:
    box.shop.make("0.2.0")
    box.update()
    box.lines.clear()
    assert box.update("status", as_json=True) == 0
    told = json.loads(box.lines[0])
    assert (told["version"], told["on_trial"]) == ("0.2.0", True)
    assert told["previous"].endswith("old")
    assert told["happened"] == "0.2.0 was put in force"


def test_the_command_line_looks_and_asks_only_a_person(box: Box, capfd: pytest.CaptureFixture[str]) -> None:
    box.shop.make("0.2.0")
    settings = ["--settings", str(box.folder / "config" / "assistant.yaml")]
    with Path("/dev/null").open() as nobody, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", nobody)
        assert cli.run(["update", *settings]) == 1
    assert "nobody can be asked here; add --yes" in capfd.readouterr().err
    assert cli.run(["update", "check", "--json", *settings]) == 0
    assert json.loads(capfd.readouterr().out)["newer"]["version"] == "0.2.0"
    assert cli.run(["update", "status", *settings]) == 0
    assert "0.1.0" in capfd.readouterr().out


# ── a server that lies ───────────────────────────────────────────────────────────────────────────


def refused(box: Box, told: str) -> None:
    """The update fails with these words, and nothing in force or remembered has changed."""
    before = sorted(path.name for path in box.place.folder.iterdir())
    with pytest.raises(AssistantError, match=told):
        box.update()
    left = {path.name for path in box.place.folder.iterdir()} - {"lock", "staging", "releases", "state.json"}
    assert left <= set(before)
    assert not box.place.releases.exists() or not list(box.place.releases.glob("[!.]*"))
    assert box.starts() == "0.1.0"


def test_an_index_signed_by_somebody_else_is_refused(box: Box) -> None:
    other = Shop()
    other.make("0.2.0")
    box.shop.files.update(other.files)
    refused(box, "not signed by the key")


def test_an_index_that_ended_is_refused(box: Box) -> None:
    box.shop.make("0.2.0")
    box.shop.publish(issued=datetime.now(UTC) - timedelta(days=60))
    refused(box, "ended on")


def test_an_older_index_played_again_is_refused(box: Box) -> None:
    box.shop.make("0.2.0")
    old = box.shop.files["/site/index.json"]
    box.shop.make("0.3.0")
    assert box.update("check") == 0
    box.shop.files["/site/index.json"] = old
    refused(box, "an old one")


def test_an_endless_index_is_refused(box: Box) -> None:
    box.shop.files["/site/index.json"] = b"{" * 3_000_000
    refused(box, "larger than a release index may be")


def test_an_index_that_is_cut_or_not_there_is_refused(box: Box) -> None:
    box.shop.make("0.2.0")
    box.hub.cuts.append(100)
    refused(box, "cannot be reached|cut")
    box.hub.refusals.append(503)
    refused(box, "503")
    del box.shop.files["/site/index.json"]
    refused(box, "404")


def test_an_index_may_not_lead_from_here_to_a_file(box: Box) -> None:
    box.hub.onward["/site/index.json"] = "file:///etc/passwd"
    refused(box, "leads away")


def test_a_wheel_with_other_bytes_is_refused(box: Box) -> None:
    box.shop.make("0.2.0")
    name = "/site/hearth_assistant-0.2.0-py3-none-any.whl"
    wheel = box.shop.files[name]
    box.shop.files[name] = wheel[:200] + bytes([wheel[200] ^ 1]) + wheel[201:]
    refused(box, "not the one the catalogue names")
    box.shop.files[name] = wheel + b"more"
    refused(box, "not the one the catalogue names")
    box.shop.files[name] = wheel[:-5]
    refused(box, "connection failed")


def test_a_package_with_another_hash_is_refused(box: Box) -> None:
    box.shop.make("0.2.0")
    (box.folder / "wheels" / PEBBLE_FILE).write_bytes(PEBBLE + b"\0")
    refused(box, "could not be built; what runs here stays(.|\n)*[Hh]ash")


def test_a_package_that_is_not_there_is_refused(box: Box) -> None:
    box.shop.make("0.2.0")
    (box.folder / "wheels" / PEBBLE_FILE).unlink()
    refused(box, "could not be built")


@pytest.mark.slow
def test_a_download_that_is_cut_goes_on_where_it_stopped(box: Box) -> None:
    box.shop.make("0.2.0")
    index = len(box.shop.files["/site/index.json"])
    box.hub.cuts += [index, 10, 1000, 50, 100]
    assert box.update() == 0
    assert box.starts() == "0.2.0 7"


def test_a_full_disk_is_told_before_anything_is_fetched(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.shop.make("0.2.0")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 90, 10))
    refused(box, "MB too full for a release; free some")
    assert len(box.hub.asked) == 1


def test_a_disk_that_fills_up_meanwhile_leaves_the_old_release(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.shop.make("0.2.0")

    def full(source: Path, *words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetch, "_settle", full)
    refused(box, "No space left")


def test_an_index_without_an_address_tells_where_to_put_one(box: Box) -> None:
    (box.folder / "config" / "assistant.yaml").write_text("update: {automatic: true}\n")
    refused(
        box,
        r"nobody said where releases lie. Put the address into .*assistant\.yaml:\n  update:\n    index: ",
    )


def test_without_anybodys_key_no_release_is_believed(box: Box) -> None:
    box.shop.make("0.2.0")
    settings = box.folder / "config" / "assistant.yaml"
    told = settings.read_text().splitlines(keepends=True)
    settings.write_text("".join(line for line in told if "key:" not in line))
    refused(
        box,
        r"nobody said whose releases are believed here. Put their key into .*yaml:\n  update:\n    key: ",
    )


@pytest.mark.slow
def test_the_weekly_look_does_nothing_until_the_settings_want_it(box: Box) -> None:
    box.shop.make("0.2.0")
    settings = box.folder / "config" / "assistant.yaml"
    asked = Updating("apply", settings, yes=True, if_wanted=True)
    assert update(asked, box.lines.append, lambda prompt: "n") == 0
    assert "off" in box.told()
    assert box.hub.asked == []
    settings.write_text(settings.read_text() + "  automatic: true\n")
    assert update(asked, box.lines.append, lambda prompt: "n") == 0
    assert box.starts() == "0.2.0 7"


@pytest.mark.slow
def test_a_release_brings_the_extras_this_box_has_or_is_not_taken(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = wheel_of("shell", "1.0", "shell", "")
    (box.folder / "wheels" / "shell-1.0-py3-none-any.whl").write_bytes(shell)
    more = requirements() + f"shell==1.0 --hash=sha256:{hashlib.sha256(shell).hexdigest()}\n".encode()
    box.shop.files["/site/more.txt"] = more
    monkeypatch.setattr(release_extras, "extras_here", lambda: ("models", "openwakeword"))
    box.shop.make("0.2.0", extras={"models": named("more.txt", more)})
    refused(box, "brings no packages for openwakeword, which this box has")
    box.shop.files["/site/plain.txt"] = requirements()
    both = {"models": named("more.txt", more), "openwakeword": named("plain.txt", requirements())}
    box.shop.make("0.3.0", extras=both)
    assert box.update() == 0
    assert box.starts() == "0.3.0 7"
    assert list((box.place.releases / "0.3.0").glob("lib/*/site-packages/shell.py"))


# ── a key that changes hands ─────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_list_may_hand_the_word_on_to_another_key_and_the_old_one_counts_no_more(box: Box) -> None:
    new, old = Shop(), box.shop.private
    box.shop.make("0.2.0")
    box.shop.publish(keys=[new.key], signed_by=[old, new.private])
    assert box.update() == 0
    box.shop.make("0.3.0")
    with pytest.raises(ReleaseError, match="not signed by the key"):
        box.update()
    assert box.starts() == "0.2.0 7"
    box.shop.publish(signed_by=[new.private])
    assert box.update() == 0
    assert box.starts() == "0.3.0 7"


def test_a_key_that_nobody_handed_on_to_is_not_believed_beside_the_right_one(box: Box) -> None:
    thief = Shop()
    box.shop.make("0.2.0")
    box.shop.publish(keys=[thief.key], signed_by=[thief.private])
    refused(box, "not signed by the key")
    box.shop.publish(signed_by=[thief.private, box.shop.private])
    assert box.update("check") == 0
    box.shop.publish(signed_by=[thief.private])
    refused(box, "not signed by the key")


@pytest.mark.slow
def test_an_owner_who_names_another_key_is_no_more_bound_by_what_the_old_one_said(box: Box) -> None:
    handed, own = Shop(), Shop()
    box.shop.make("0.2.0")
    box.shop.publish(keys=[handed.key])
    assert box.update("check") == 0
    settings = box.folder / "config" / "assistant.yaml"
    settings.write_text(settings.read_text().replace(box.shop.key, own.key))
    box.shop.publish(signed_by=[own.private])
    assert box.update() == 0
    assert box.starts() == "0.2.0 7"


def test_nothing_happens_while_another_update_runs(box: Box) -> None:
    box.shop.make("0.2.0")
    with box.place.alone():
        refused(box, "under way")
