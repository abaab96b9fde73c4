"""Home Assistant's temperatures in the house's own degrees, there and back."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.devices.home_assistant.degrees import Degrees, Scale
from assistant.devices.home_assistant.entities import Entity
from assistant.devices.home_assistant.reported import Beside, reported
from assistant.devices.home_assistant.services import Service, services

IN_FAHRENHEIT = Degrees("°F", "°C")
THERMOSTAT = Entity(
    "climate.hall",
    "heat",
    {"temperature": 70, "current_temperature": 66.5, "min_temp": 45, "max_temp": 95, "hvac_modes": ["heat"]},
)


def test_a_thermostat_is_told_and_set_in_the_houses_degrees() -> None:
    told = reported(IN_FAHRENHEIT.told(THERMOSTAT))
    assert (told.attributes["temperature"], told.attributes["current_temperature"]) == (21.0, 19.0)
    (wanted,) = services("hall", IN_FAHRENHEIT.told(THERMOSTAT), "set", {"temperature": 20})
    assert IN_FAHRENHEIT.asked(wanted) == Service("set_temperature", {"temperature": 68.0})


@given(half=st.integers(20, 70), scale=st.sampled_from(["°C", "°F"]))
def test_what_was_asked_for_is_what_is_read_back(half: int, scale: Scale) -> None:
    """The device keeps half degrees Celsius, or whole ones Fahrenheit: 22.5 °C lies between two of them."""
    assume(half % 10 != 5)
    theirs = "°F" if scale == "°C" else "°C"
    wanted = half / 2 if scale == "°C" else round(half / 2 * 1.8 + 32)
    degrees = Degrees(theirs, scale)
    sent = degrees.asked(Service("set_temperature", {"temperature": wanted})).data["temperature"]
    kept = round(sent) if theirs == "°F" else round(sent * 2) / 2
    there = Entity("climate.hall", "heat", {"temperature": kept})
    assert degrees.told(there).number("temperature") == wanted


def test_a_range_a_sensor_and_the_sky_too() -> None:
    ranged = Entity("climate.hall", "heat_cool", {"target_temp_low": 68, "target_temp_high": 75.2})
    assert reported(IN_FAHRENHEIT.told(ranged)).attributes["temperature"] == 22.0
    sensor = Entity("sensor.attic", "82.4", {"unit_of_measurement": "°F"})
    assert (reported(IN_FAHRENHEIT.told(sensor)).value) == "28"
    sky = Entity("weather.home", "sunny", {"temperature": 50, "temperature_unit": "°F"})
    day = IN_FAHRENHEIT.day({"datetime": "2026-11-20", "temperature": 50, "templow": 32}, sky)
    found = reported(IN_FAHRENHEIT.told(sky), Beside(forecast=(day,))).attributes
    assert (found["temperature"], found["temperature_unit"]) == (10.0, "°C")
    assert found["forecast"] == [{"datetime": "2026-11-20", "temperature": 10.0, "templow": 0.0}]


@pytest.mark.parametrize("degrees", [Degrees("°F", None), Degrees("°F", "°F"), Degrees(None, "°C")])
def test_nothing_is_changed_where_nothing_is_known_or_nothing_differs(degrees: Degrees) -> None:
    assert degrees.told(THERMOSTAT) == THERMOSTAT
    service = Service("set_temperature", {"temperature": 70})
    assert degrees.asked(service) == service
