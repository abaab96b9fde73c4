"""`scripts/make_release.py`: what it signs is what a box believes."""

from datetime import UTC, datetime
from pathlib import Path

import make_release
import pytest

from assistant.upkeep.release import ReleaseError, Seen, opened


@pytest.fixture
def shelf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str, str]:
    """A folder with what a release is made from, and two public keys."""
    for name in ("hearth_assistant-0.2.0-py3-none-any.whl", "plain.txt", "models.txt"):
        (tmp_path / name).write_bytes(name.encode())
    keys = []
    for name in ("old.key", "new.key"):
        assert make_release.main(["new-key", str(tmp_path / name)]) == 0
        keys.append(capsys.readouterr().out.strip())
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    return tmp_path, keys[0], keys[1]


def signed(folder: Path, number: int, *more: str) -> bytes:
    wheel = str(folder / "hearth_assistant-0.2.0-py3-none-any.whl")
    words = ["index", "--folder", str(folder / "site"), "--sequence", str(number), "--wheel", wheel]
    words += ["--requirements", str(folder / "plain.txt"), "--extra", f"models={folder / 'models.txt'}"]
    assert make_release.main([*words, *more]) == 0
    return (folder / "site" / "index.json").read_bytes()


def test_an_index_names_the_files_beside_it_and_is_believed_by_its_key(
    shelf: tuple[Path, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, old, new = shelf
    content = signed(folder, 7, "--key", str(folder / "old.key"))
    index, _ = opened(content, [old], datetime.now(UTC), Seen())
    (release,) = index.releases
    assert index.sequence == 7
    assert {release.wheel.name, release.requirements.name, release.extras["models"].name} | {
        "index.json"
    } == {path.name for path in (folder / "site").iterdir()}
    with pytest.raises(ReleaseError, match="not signed by the key"):
        opened(content, [new], datetime.now(UTC), Seen())
    capsys.readouterr()
    assert make_release.main(["show", str(folder / "old.key")]) == 0
    assert capsys.readouterr().out.strip() == old


def test_while_keys_change_both_boxes_that_know_the_old_and_those_that_know_the_new_believe_it(
    shelf: tuple[Path, str, str],
) -> None:
    folder, old, new = shelf
    keys = ["--key", str(folder / "old.key"), "--key", str(folder / "new.key"), "--trust-only", new]
    content = signed(folder, 8, *keys)
    for key in (old, new):
        index, _ = opened(content, [key], datetime.now(UTC), Seen())
        assert index.keys == (new,)


def test_a_key_is_never_overwritten(shelf: tuple[Path, str, str]) -> None:
    with pytest.raises(FileExistsError):
        make_release.main(["new-key", str(shelf[0] / "old.key")])
