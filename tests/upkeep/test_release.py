"""Release indexes: only what the key's owner signed, in time and newer than before, is believed."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.upkeep import release as release_module
from assistant.upkeep.release import LARGEST_INDEX, MEANT, Index, ReleaseError, Seen, newest, opened, parts
from tests.upkeep.releases import Shop

NOW = datetime(2027, 3, 1, tzinfo=UTC)
SHOP = Shop()
SHOP.make("0.2.0")
GOOD = SHOP.publish(issued=NOW - timedelta(days=1))


def believed(content: bytes, seen: Seen = Seen(), now: datetime = NOW) -> tuple[Index, Seen]:  # noqa: B008
    return opened(content, [SHOP.key], now, seen)


def test_what_was_signed_is_believed_and_remembered() -> None:
    index, seen = believed(GOOD)
    assert [release.version for release in index.releases] == ["0.2.0"]
    assert seen.sequence == index.sequence
    assert believed(GOOD, seen) == (index, seen)


def resigned(change: Callable[[dict[str, object]], None]) -> bytes:
    """The good index with something else in it, signed all the same."""
    payload = json.loads(base64.b64decode(json.loads(GOOD)["payload"]))
    change(payload)
    return sealed_by(SHOP, json.dumps(payload).encode())


def sealed_by(shop: Shop, payload: bytes, meant: bytes = MEANT) -> bytes:
    signature = shop.private.sign(meant + payload)
    both = {"payload": payload, "signature": signature}
    return json.dumps({key: base64.b64encode(part).decode() for key, part in both.items()}).encode()


PAYLOAD = base64.b64decode(json.loads(GOOD)["payload"])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD[: len(GOOD) // 2], "cut"),
        (b"", "cut"),
        (b"<html>not found</html>", "cut"),
        (GOOD + b" " * LARGEST_INDEX, "larger than"),
        (sealed_by(Shop(), PAYLOAD), "not signed by the key"),
        (sealed_by(SHOP, PAYLOAD, meant=b"a letter\n"), "not signed by the key"),
        (GOOD.replace(b'"signature": "', b'"signature": "AAAA'), "not signed by the key"),
        (sealed_by(SHOP, PAYLOAD[:-40]), "cannot be read"),
        (sealed_by(SHOP, b"[]"), "cannot be read"),
    ],
)
def test_what_was_not_signed_whole_by_the_key_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(ReleaseError, match=told):
        believed(content)


@pytest.mark.parametrize(
    "name", ["../hearth.whl", "/etc/passwd", "a/b.whl", "..", ".hidden", "a\\b.whl", "a\x00b", "x" * 300, ""]
)
def test_a_file_that_leads_elsewhere_is_refused_though_it_was_signed(name: str) -> None:
    def change(payload: dict[str, object]) -> None:
        payload["releases"][0]["wheel"]["name"] = name  # type: ignore[index]

    with pytest.raises(ReleaseError, match="cannot be read"):
        believed(resigned(change))


@pytest.mark.parametrize("version", ["0.2", "../0.3.0", "0.3.0rc1", "", "0.3.0/..", "9999999.0.0", "٣.0.0"])
def test_a_version_that_is_no_plain_number_is_refused(version: str) -> None:
    def change(payload: dict[str, object]) -> None:
        payload["releases"][0]["version"] = version  # type: ignore[index]

    with pytest.raises(ReleaseError, match="cannot be read"):
        believed(resigned(change))


@pytest.mark.parametrize("size", [0, -1, 3_000_000_000, 1e300, True, "12"])
def test_a_size_that_cannot_be_is_refused(size: object) -> None:
    def change(payload: dict[str, object]) -> None:
        payload["releases"][0]["wheel"]["size"] = size  # type: ignore[index]

    with pytest.raises(ReleaseError, match="cannot be read"):
        believed(resigned(change))


def test_an_index_played_again_is_refused() -> None:
    with pytest.raises(ReleaseError, match="an old one"):
        believed(GOOD, Seen(SHOP.sequence + 1, "00"))


def test_two_indexes_with_one_number_are_refused() -> None:
    _, seen = believed(GOOD)
    other = resigned(lambda payload: payload.update(releases=[]))
    with pytest.raises(ReleaseError, match="two release indexes"):
        believed(other, seen)


def test_an_index_that_ended_is_refused_and_so_is_one_from_the_future() -> None:
    with pytest.raises(ReleaseError, match="ended on"):
        believed(GOOD, now=NOW + timedelta(days=40))
    with pytest.raises(ReleaseError, match="set the clock"):
        believed(GOOD, now=NOW - timedelta(days=4))


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ReleaseError, match="issued"):
        believed(resigned(lambda payload: payload.update(issued="2027-02-28T00:00:00")))


def test_what_a_later_version_adds_does_no_harm() -> None:
    index, _ = believed(resigned(lambda payload: payload.update(mirrors=["https://example.org"])))
    assert index.releases[0].version == "0.2.0"


@settings(deadline=None)  # signatures take their time on a box with other work
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_flipped_byte_is_believed(place: int, flip: int) -> None:
    """But in what is not signed: blanks, and the unused bits of base64's last sign."""
    content = bytearray(GOOD)
    content[place] ^= flip
    try:
        index, _ = believed(bytes(content))
    except ReleaseError:
        return
    assert index == believed(GOOD)[0]


@settings(deadline=None)  # signatures take their time on a box with other work
@given(st.binary(max_size=300))
def test_bytes_of_anybody_are_refused(content: bytes) -> None:
    with pytest.raises(ReleaseError):
        believed(content)


def test_the_newest_release_that_can_be_gone_to_is_taken() -> None:
    shop = Shop()
    shop.make("0.9.0")
    shop.make("0.10.0")
    shop.make("1.0.0", minimum_from="0.10.0")
    index, _ = opened(shop.publish(), [shop.key], datetime.now(UTC), Seen())
    assert getattr(newest(index, "0.9.0"), "version", None) == "0.10.0"
    assert getattr(newest(index, "0.10.0"), "version", None) == "1.0.0"
    assert getattr(newest(index, "0.9.5", failed=["0.10.0"]), "version", None) is None
    assert newest(index, "1.0.0") is None


@settings(deadline=None)  # signatures take their time on a box with other work
@given(st.tuples(*[st.integers(0, 999)] * 3), st.tuples(*[st.integers(0, 999)] * 3))
def test_versions_are_compared_as_numbers(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    texts = [".".join(map(str, each)) for each in (one, other)]
    assert (parts(texts[0]) < parts(texts[1])) == (one < other)


def test_pinned_keys_are_keys() -> None:
    assert all(len(bytes.fromhex(key)) == 32 for key in release_module.KEYS)
