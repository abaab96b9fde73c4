"""Typed names: which of the ways to name a device wins, and what is left alone."""

import pytest

from assistant.think.names import HouseNames, Named
from assistant.think.things import Things

SORTS = {
    "cover_blind": ["blind", "blinds"],
    "sensor_window": ["window", "windows"],
    "light": ["light", "lights"],
    "vacuum": ["vacuum"],
    "valve": ["valve"],
}
HOME = HouseNames(
    (
        Named("den window blinds", (), "den", "cover", "blind"),
        Named("roller", ("shadow",), "den", "cover", "blind"),
        Named("den light", (), "den", "light"),
        Named("reading light", (), "den", "light"),
        Named("hall light", (), "hall", "light"),
        Named("puck", (), "hall", "vacuum"),
        Named("mister valve", (), "yard", "valve"),
        Named("yard window", (), "yard", "sensor", "window"),
    ),
    (
        Named("den", ("snug",)),
        Named("hall", floor="upstairs"),
        Named("yard"),
        Named("attic", floor="upstairs"),
    ),
)
THINGS = Things(HOME, SORTS)


@pytest.mark.parametrize(
    ("said", "room", "meant", "together"),
    [
        ("shadow", "yard", {"roller"}, True),
        ("rollers", "yard", {"roller"}, True),
        ("roller in the snug", "yard", {"roller"}, True),
        ("puck vacuum", "yard", {"puck"}, True),
        ("vacuum", "yard", {"puck"}, True),
        ("hall vacuum", "den", {"puck"}, True),
        ("upstairs vacuum", "den", {"puck"}, True),
        ("mister", "den", {"mister valve"}, True),
        ("misters", "den", {"mister valve"}, True),
        ("window blinds", "yard", {"den window blinds"}, True),
        ("blinds", "yard", {"den window blinds", "roller"}, False),
        ("blinds", "den", {"den window blinds", "roller"}, True),
        ("blind", "den", {"den window blinds", "roller"}, False),
        ("all the blinds", "yard", {"den window blinds", "roller"}, True),
        ("snug lights", "hall", {"den light", "reading light"}, True),
        ("den light", "hall", {"den light"}, True),
        ("lights", "hall", {"hall light"}, True),
        ("den window", "den", set(), False),
        ("window", "hall", {"yard window"}, True),
        ("attic light", "den", set(), False),
        ("den", "den", set(), False),
    ],
)
def test_what_is_meant(said: str, room: str, meant: set[str], together: bool) -> None:
    kinds = {device.kind for device in HOME.devices}
    found, all_of_them = THINGS.meant(said, room, kinds)
    assert set(found) == meant
    assert (all_of_them and bool(found)) == together


def test_only_the_kinds_that_fit() -> None:
    assert THINGS.meant("roller", "den", {"light"}) == ((), False)


def test_a_text_brings_only_the_forms_it_holds() -> None:
    lists = THINGS.lists("open the roller in the snug now")
    held = {value.text_in.text for value in lists["any_cover"].values}  # type: ignore[attr-defined]
    assert held == {"roller", "roller in the snug"}
    assert lists["any_light"].values == []  # type: ignore[attr-defined]
