"""A house full of satellites on real sockets: what it costs, and what a bad one among them does to others."""

import logging
import time
from pathlib import Path
from statistics import median

import pytest

from tests.satellites.load.rogues import KINDS
from tests.satellites.load.run import Told, both

log = logging.getLogger(__name__)
MOST_MB = 5.0


def told(name: str, hub: Told, fleet: Told) -> None:
    """For whoever runs it by hand."""
    log.info("%s\n  hub       %s\n  satellites %s", name, hub, fleet)


def whole(hub: Told, fleet: Told, *, speaking: int) -> None:
    """Every frame came, and every turn that can be over was answered with the right words."""
    assert hub["dropped"] == fleet["wrong"] == fleet["late"] == fleet["lost"] == 0, (hub, fleet)
    assert fleet["right"] >= fleet["asked"] - speaking, (hub, fleet)
    assert fleet["right"] > 0
    assert abs(hub["up_frames"] - fleet["sent"]) <= 0.02 * fleet["sent"] + 2 * speaking, (hub, fleet)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["own", "wyoming"])
def test_all_turns_of_many_rooms_are_answered_and_nothing_is_dropped(tmp_path: Path, kind: str) -> None:
    with both(tmp_path, kind, 12) as house:
        house.fleet.ask("turns 4")
        time.sleep(8)
        hub, fleet = house.measured(8)
        told(kind, hub, fleet)
        whole(hub, fleet, speaking=4)


@pytest.mark.slow
def test_the_healthy_do_not_notice_the_bad_ones_and_nothing_is_kept_for_those(tmp_path: Path) -> None:
    rooms = 7
    with both(tmp_path, "own", rooms + len(KINDS), live=rooms) as house:
        house.fleet.ask("turns 3")
        with house.beset(rooms):
            time.sleep(20)  # each room has spoken once: what it keeps for good is there
            before_mb = house.hub.ask("collect")["rss_mb"]
            hub, fleet = house.measured(12)
            told("beset", hub, fleet)
            whole(hub, fleet, speaking=3)
            assert hub["faults"] > 0
            assert house.hub.ask("collect")["rss_mb"] - before_mb <= MOST_MB


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["own", "wyoming"])
@pytest.mark.parametrize("rooms", [50, 100, 200])
def test_what_many_satellites_cost(tmp_path: Path, kind: str, rooms: int) -> None:
    """Ten at a time speak. For the figures; the box decides at which number it is too much."""
    with both(tmp_path, kind, rooms) as house:
        told(f"{rooms} {kind} satellites, silent", *house.measured(10))
        house.fleet.ask("turns 10")
        time.sleep(12)
        hub, fleet = house.measured(60)
        told(f"{rooms} {kind} satellites, ten speak", hub, fleet)
        if rooms == 50:
            whole(hub, fleet, speaking=10)


@pytest.mark.soak
def test_forty_nine_healthy_ones_beside_five_bad_ones_for_ten_minutes(tmp_path: Path) -> None:
    rooms = 49
    with both(tmp_path, "own", rooms + len(KINDS), live=rooms) as house:
        time.sleep(3)
        connected_mb = house.hub.ask("collect")["rss_mb"]
        house.fleet.ask("turns 10")
        time.sleep(12)
        alone, fleet = house.measured(60)
        told("49 alone", alone, fleet)
        with house.beset(rooms):
            time.sleep(150)  # each room has spoken twice and used its buffers to their end
            before_mb = house.hub.ask("collect")["rss_mb"]
            p99_ms = []
            for _ in range(10):
                hub, fleet = house.measured(60)
                told("49 beside five bad ones", hub, fleet)
                whole(hub, fleet, speaking=10)
                p99_ms.append(hub["up_p99_ms"])
            after_mb = house.hub.ask("collect")["rss_mb"]
            house.fleet.ask("hush")
            time.sleep(75)
            quiet_mb = house.hub.ask("collect")["rss_mb"]
        log.info(
            "memory: %.1f MB connected, %.1f MB once all spoke, %.1f MB after, %.1f MB when nobody speaks",
            *(connected_mb, before_mb, after_mb, quiet_mb),
        )
        log.info("p99 of frames: %.2f ms alone, %.2f ms beset", alone["up_p99_ms"], median(p99_ms))
        assert after_mb - before_mb <= MOST_MB
