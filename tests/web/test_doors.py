"""Codes, sessions, and which names and pages are ours."""

import socket
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.doors import (
    CODE_S,
    FRESH_S,
    MOST_SESSIONS,
    SESSION_S,
    TRIES,
    Doors,
    comes_from_here,
    may_be_called,
)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def doors(clock: Hand) -> Doors:
    return Doors(clock=clock, wall_clock=clock)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_code_opens_one_session_and_is_dead_then(doors: Doors) -> None:
    code = doors.new_code()
    token = doors.enter(code)
    assert doors.knows(token)
    assert doors.enter(code) is None
    assert not doors.knows("x")
    assert not doors.knows(None)


def test_a_new_code_ends_the_one_before(doors: Doors) -> None:
    first = doors.new_code()
    second = doors.new_code()
    assert first == second or doors.enter(first) is None


def test_an_old_code_is_dead(doors: Doors, clock: Hand) -> None:
    code = doors.new_code()
    clock.now_s += CODE_S + 1
    assert doors.enter(code) is None


def test_guessing_kills_the_code(doors: Doors) -> None:
    code = doors.new_code()
    for _ in range(TRIES):
        assert doors.enter(wrong(code)) is None
    assert doors.enter(code) is None


def test_without_a_code_nothing_opens(doors: Doors) -> None:
    assert doors.enter("") is None
    assert doors.enter("000000") is None


def test_a_session_ends_by_leaving_by_age_and_by_too_many(doors: Doors, clock: Hand) -> None:
    tokens = [doors.enter(doors.new_code()) for _ in range(MOST_SESSIONS + 1)]
    assert not doors.knows(tokens[0])
    assert doors.knows(tokens[1])
    doors.leave(tokens[1])
    assert not doors.knows(tokens[1])
    clock.now_s += SESSION_S + 1
    assert not doors.knows(tokens[2])


async def test_sessions_outlive_the_hub_and_lie_on_disk_by_their_hash_alone(
    tmp_path: Path, clock: Hand
) -> None:
    file = tmp_path / "new" / "sessions.json"
    before = Doors(file, clock, clock)
    token = before.enter(before.new_code())
    assert token is not None
    await before.keep()
    assert token not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Doors(file, clock, clock).knows(token)
    clock.now_s += SESSION_S + 1
    assert not Doors(file, clock, clock).knows(token)


async def test_everybody_leaves_at_once_also_on_disk(tmp_path: Path, clock: Hand) -> None:
    file = tmp_path / "sessions.json"
    doors = Doors(file, clock, clock)
    tokens = [doors.enter(doors.new_code()) for _ in range(3)]
    code = doors.new_code()
    assert doors.open_sessions == 3
    doors.leave_all()
    await doors.keep()
    assert doors.enter(code) is None
    assert not any(each.knows(token) for token in tokens for each in (doors, Doors(file, clock, clock)))


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": "b"}', '{"a": true}', '{"a": 1e999}', "[" * 9000])
def test_a_damaged_file_of_sessions_lets_nobody_in(tmp_path: Path, content: str, clock: Hand) -> None:
    file = tmp_path / "sessions.json"
    file.write_text(content)
    assert Doors(file, clock, clock).open_sessions == 0


def test_only_a_new_session_has_just_been_at_the_box(doors: Doors, clock: Hand) -> None:
    token = doors.enter(doors.new_code())
    assert doors.fresh(token)
    clock.now_s += FRESH_S
    assert not doors.fresh(token)
    assert not doors.fresh(None)


@pytest.mark.parametrize(
    "host",
    [
        "hearth.local:8730",
        "127.0.0.1:8730",
        "localhost:8730",
        "[::1]:8730",
        "192.168.1.20",
        "10.0.0.5:80",
        "[fd00::1]",
        "LOCALHOST",
    ],
)
def test_this_box_is_called_by_its_own_names(host: str) -> None:
    assert may_be_called(host)
    assert may_be_called(f"{socket.gethostname().lower().partition('.')[0]}.local:8730")


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "evil.example:8730", "8.8.8.8", "localhost.evil.example", "127.0.0.1:x", "[::1"],
)
def test_other_names_are_not_ours(host: str) -> None:
    assert not may_be_called(host) or host == "[::1"


@given(st.text(max_size=40))
def test_no_host_header_breaks_the_guard(host: str) -> None:
    assert may_be_called(host) in (True, False)


def test_only_our_own_page_may_change_things() -> None:
    assert comes_from_here("http://192.168.1.20:8730", "192.168.1.20:8730")
    assert not comes_from_here(None, "192.168.1.20:8730")
    assert not comes_from_here("null", "192.168.1.20:8730")
    assert not comes_from_here("http://evil.example", "192.168.1.20:8730")
    assert not comes_from_here("http://192.168.1.20:9000", "192.168.1.20:8730")
