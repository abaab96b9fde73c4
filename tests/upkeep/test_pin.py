"""The PIN: nothing but a slow hash on disk, slower with every wrong try, also over a restart."""

import asyncio
import stat
from pathlib import Path

import pytest

from assistant.upkeep.pin import FILE, FREE_TRIES, LONGEST_WAIT_S, Pin, PinError, _wait_s, check_form, told

RIGHT, WRONG = "290174", "290175"


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def pin(tmp_path: Path, clock: Hand) -> Pin:
    made = Pin(tmp_path, clock)
    await made.put(RIGHT, None)
    return made


async def test_only_a_hash_lies_on_disk_for_its_owner_alone(pin: Pin, tmp_path: Path) -> None:
    assert pin.is_set()
    assert RIGHT not in (tmp_path / FILE).read_text()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    await pin.check(RIGHT)


async def test_two_with_the_same_pin_do_not_look_alike(tmp_path: Path) -> None:
    texts = set()
    for name in ("one", "two"):
        await Pin(tmp_path / name).put(RIGHT, None)
        texts.add((tmp_path / name / FILE).read_text())
    assert len(texts) == 2


async def test_wrong_ones_make_each_next_try_wait_and_even_the_right_one_waits(pin: Pin, clock: Hand) -> None:
    for _ in range(FREE_TRIES + 1):
        with pytest.raises(PinError, match="that is not the PIN"):
            await pin.check(WRONG)
    with pytest.raises(PinError, match="try again in 8 seconds"):
        await pin.check(RIGHT)
    clock.now_s += 8.1
    await pin.check(RIGHT)
    with pytest.raises(PinError, match=r"^that is not the PIN$"):
        await pin.check(WRONG)


async def test_a_restart_forgives_nothing(pin: Pin, tmp_path: Path, clock: Hand) -> None:
    for _ in range(FREE_TRIES + 1):
        with pytest.raises(PinError):
            await pin.check(WRONG)
    with pytest.raises(PinError, match="try again"):
        await Pin(tmp_path, clock).check(RIGHT)


async def test_many_at_once_are_tried_one_by_one(pin: Pin) -> None:
    done = await asyncio.gather(*(pin.check(WRONG) for _ in range(8)), return_exceptions=True)
    assert all(isinstance(each, PinError) for each in done)
    assert sum("not the PIN" in str(each) for each in done) == FREE_TRIES + 1


async def test_it_is_changed_and_taken_away_only_by_itself(pin: Pin) -> None:
    with pytest.raises(PinError):
        await pin.put("502938", None)
    await pin.put("502938", RIGHT)
    with pytest.raises(PinError):
        await pin.remove(RIGHT)
    await pin.remove("502938")
    assert not pin.is_set()
    with pytest.raises(PinError, match="set one"):
        await pin.check(RIGHT)


async def test_a_damaged_file_opens_nothing_and_names_the_fix(pin: Pin, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{}")
    assert pin.is_set()
    with pytest.raises(PinError, match="--forget-pin"):
        await pin.check(RIGHT)
    with pytest.raises(PinError):
        await pin.put("502938", None)
    assert Pin(tmp_path).is_set()
    assert pin.forget()


@pytest.mark.parametrize(
    "bad", ["", "12345", "1234567890123", "29017x", "٢٩٠١٧٤", "111111", "123456", "987654", "890123"]
)
def test_what_is_no_pin_or_everybodys_is_refused(bad: str) -> None:
    with pytest.raises(PinError):
        check_form(bad)


def test_waits_grow_to_an_hour() -> None:
    waits = [_wait_s(wrong) for wrong in range(30)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_S
    assert (told(1), told(61.2), told(3600)) == ("1 second", "62 seconds", "60 minutes")
