"""Whole conversations on the real road with scripted engines, from microphone to loudspeaker."""

from pathlib import Path

import pytest

from tests.roads.runner import Road, travel

ROADS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", ROADS, ids=lambda path: path.stem)
async def test_road(path: Path, tmp_path: Path) -> None:
    road = Road.read(path, tmp_path)
    travelled = await travel(road.sound, road.engines, road.mutes, road.settings)
    assert travelled.told == road.expects
