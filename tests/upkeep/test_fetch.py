"""Downloads from a hub that cuts, lies and leads astray: only what is right ever reaches its place."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.upkeep.fetch import ATTEMPTS, FetchError, Progress, Wanted, client, fetch
from assistant.upkeep.meter import meter
from tests.upkeep.hub import Hub, serving

CONTENT = bytes(range(256)) * 4096
PATH = "/house/tiny/resolve/0123/model.bin"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving({PATH: CONTENT}) as served:
        yield served


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with client() as opened:
        yield opened


def wanted(hub: Hub, folder: Path, *, size: int | None = len(CONTENT), content: bytes = CONTENT) -> Wanted:
    return Wanted(
        hub.address + PATH, hashlib.sha256(content).hexdigest(), size, folder / "tiny" / "model.bin"
    )


def pull(each: Wanted, folder: Path, http: httpx.Client) -> list[Progress]:
    told: list[Progress] = []
    fetch(each, folder / ".staging", http, told.append, pause=lambda seconds: None)
    return told


def test_a_file_arrives_and_its_progress_is_told(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    told = pull(wanted(hub, tmp_path), tmp_path, http)
    assert (tmp_path / "tiny" / "model.bin").read_bytes() == CONTENT
    assert told[-1].done_bytes == told[-1].total_bytes == len(CONTENT)
    assert list((tmp_path / ".staging").iterdir()) == []


def test_a_cut_download_goes_on_where_it_stopped(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    hub.cuts = [300_000, 100_000]
    pull(wanted(hub, tmp_path), tmp_path, http)
    assert hub.asked == ["", "bytes=300000-", "bytes=400000-"]
    assert (tmp_path / "tiny" / "model.bin").read_bytes() == CONTENT


def test_a_later_call_takes_up_what_an_earlier_one_left(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    hub.cuts = [500_000]
    each = wanted(hub, tmp_path)

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(each, tmp_path / ".staging", http, lambda progress: None, pause=interrupted)
    assert not each.target.exists()
    pull(each, tmp_path, http)
    assert hub.asked[-1] == "bytes=500000-"
    assert each.target.read_bytes() == CONTENT


def test_a_server_without_ranges_begins_anew(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    hub.cuts, hub.ranges = [300_000], False
    pull(wanted(hub, tmp_path), tmp_path, http)
    assert (tmp_path / "tiny" / "model.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("size", [len(CONTENT), None])
def test_one_wrong_bit_leaves_nothing_behind(
    hub: Hub, http: httpx.Client, tmp_path: Path, size: int | None
) -> None:
    hub.files[PATH] = CONTENT[:1000] + bytes([CONTENT[1000] ^ 1]) + CONTENT[1001:]
    with pytest.raises(FetchError, match="nothing of it was kept"):
        pull(wanted(hub, tmp_path, size=size), tmp_path, http)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_lying_start_is_forgotten_so_that_the_next_try_is_clean(
    hub: Hub, http: httpx.Client, tmp_path: Path
) -> None:
    staging = tmp_path / ".staging"
    staging.mkdir()
    each = wanted(hub, tmp_path)
    (staging / f"{each.sha256}.part").write_bytes(b"x" * 1000)
    with pytest.raises(FetchError, match="not the one the catalogue names"):
        pull(each, tmp_path, http)
    pull(each, tmp_path, http)
    assert each.target.read_bytes() == CONTENT


def test_a_file_without_end_is_cut_off_at_its_size(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    hub.files[PATH] = CONTENT * 50
    told: list[Progress] = []
    each = wanted(hub, tmp_path)
    with pytest.raises(FetchError, match="not the one"):
        fetch(each, tmp_path / ".staging", http, told.append, pause=lambda seconds: None)
    assert told[-1].done_bytes < 2 * len(CONTENT)


def test_a_file_of_unknown_size_arrives_and_a_whole_part_is_taken(
    hub: Hub, http: httpx.Client, tmp_path: Path
) -> None:
    hub.lengths = False
    each = wanted(hub, tmp_path, size=None)
    staging = tmp_path / ".staging"
    staging.mkdir()
    (staging / f"{each.sha256}.part").write_bytes(CONTENT)
    pull(each, tmp_path, http)
    assert each.target.read_bytes() == CONTENT
    assert hub.asked == [f"bytes={len(CONTENT)}-"]


def test_a_busy_server_is_asked_again_but_not_for_ever(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    hub.refusals = [503, 429]
    pull(wanted(hub, tmp_path), tmp_path, http)
    hub.refusals = [503] * (ATTEMPTS + 1)
    (tmp_path / "tiny" / "model.bin").unlink()
    with pytest.raises(FetchError, match="goes on where it stopped"):
        pull(wanted(hub, tmp_path), tmp_path, http)


@pytest.mark.parametrize(("status", "why"), [(401, "signed in"), (404, "newer catalogue"), (400, "later")])
def test_a_refusal_says_what_to_do(
    hub: Hub, http: httpx.Client, tmp_path: Path, status: int, why: str
) -> None:
    hub.refusals = [status]
    with pytest.raises(FetchError, match=why):
        pull(wanted(hub, tmp_path), tmp_path, http)


def test_a_redirect_is_followed_but_not_to_another_scheme_nor_in_a_ring(
    hub: Hub, http: httpx.Client, tmp_path: Path
) -> None:
    hub.files["/cdn/abc"] = hub.files.pop(PATH)
    hub.onward = {PATH: "/cdn/abc"}
    pull(wanted(hub, tmp_path), tmp_path, http)
    (tmp_path / "tiny" / "model.bin").unlink()
    for astray, match in (("ftp://127.0.0.1/x", "leads away"), (PATH, "leads on more than")):
        hub.onward = {PATH: astray}
        with pytest.raises(FetchError, match=match):
            pull(wanted(hub, tmp_path), tmp_path, http)


def test_another_part_than_asked_for_is_refused(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    hub.cuts, hub.wrong_part = [1000], True
    with pytest.raises(FetchError, match="another part"):
        pull(wanted(hub, tmp_path), tmp_path, http)


def test_a_full_disk_is_told_before_anything_is_fetched(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="too full"):
        pull(wanted(hub, tmp_path, size=10**16), tmp_path, http)
    assert hub.asked == []


def test_nobody_is_told_what_runs_here(hub: Hub, http: httpx.Client, tmp_path: Path) -> None:
    pull(wanted(hub, tmp_path), tmp_path, http)
    (sent,) = hub.headers
    assert sent["User-Agent"] == "hearth"
    assert set(sent) <= {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, len(CONTENT) // 16), max_size=4), flip=st.none() | st.integers(0, 65_535))
def test_whatever_is_cut_or_flipped_only_the_right_file_is_ever_used(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], flip: int | None
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    content = CONTENT[: len(CONTENT) // 16]
    served = bytearray(content)
    if flip is not None:
        served[flip] ^= 1
    with serving({PATH: bytes(served)}) as hub, client() as http:
        hub.cuts = list(cuts)
        each = wanted(hub, folder, size=len(content), content=content)
        try:
            pull(each, folder, http)
        except FetchError:
            assert flip is not None
            assert not each.target.exists()
        else:
            assert flip is None
            assert each.target.read_bytes() == content


def test_the_meter_tells_share_rate_and_time_left() -> None:
    assert meter(Progress(73_000_000, 146_000_000, 1e6)) == "50 % of 146 MB, 1.0 MB/s, 1 min 13 s left"
    assert meter(Progress(5_000_000, None, 2e6)) == "5 MB, 2.0 MB/s"
