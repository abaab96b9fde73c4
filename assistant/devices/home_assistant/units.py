"""Units and the states of sensors, as they are said."""

from datetime import datetime, tzinfo
from typing import Final

from assistant.devices.home_assistant.entities import Entity

# fmt: off
UNITS: Final = {
    "°C": "degrees", "°F": "degrees", "K": "kelvin", "%": "percent", "W": "watts", "kW": "kilowatts",
    "Wh": "watt hours", "kWh": "kilowatt hours", "MWh": "megawatt hours", "V": "volts", "A": "amperes",
    "lx": "lux", "hPa": "hectopascals", "mbar": "millibars", "Pa": "pascals", "bar": "bar",
    "ppm": "parts per million", "ppb": "parts per billion", "µg/m³": "micrograms per cubic meter",
    "km/h": "kilometers per hour", "m/s": "meters per second", "mph": "miles per hour",
    "mm": "millimeters", "cm": "centimeters", "m": "meters", "km": "kilometers", "mi": "miles",
    "in": "inches", "ft": "feet", "mm/h": "millimeters per hour", "L": "liters", "m³": "cubic meters",
    "kg": "kilograms", "g": "grams", "lb": "pounds", "dB": "decibels", "dBm": "decibel milliwatts",
    "s": "seconds", "min": "minutes", "h": "hours", "d": "days", "Hz": "hertz",
}
_SENSED: Final = {
    "battery_charging": ("charging", "not charging"), "cold": ("cold", "normal"), "door": ("open", "closed"),
    "garage_door": ("open", "closed"), "heat": ("hot", "normal"), "light": ("detecting light", "dark"),
    "lock": ("unlocked", "locked"), "opening": ("open", "closed"), "plug": ("plugged in", "unplugged"),
    "sound": ("detecting sound", "quiet"), "update": ("out of date", "up to date"),
    "window": ("open", "closed"),
}
"""The others are told in words where they are asked for."""
# fmt: on


def sensed(entity: Entity) -> str:
    """A binary sensor's state in the words of its class."""
    on, off = _SENSED.get(entity.text("device_class"), ("on", "off"))
    return {"on": on, "off": off}.get(entity.state, entity.state)


def reading(entity: Entity, zone: tzinfo | None = None) -> str:
    """A sensor's state: a number no finer than an ear wants, a moment in the house's own time."""
    if entity.text("device_class") == "timestamp":
        return _moment(entity.state, zone)
    try:
        number = float(entity.state)
    except ValueError:
        return entity.state.replace("_", " ")
    if abs(number) >= 100 or number != number:
        return f"{number:.0f}"
    return f"{number:.1f}".removesuffix(".0")


def _moment(text: str, zone: tzinfo | None) -> str:
    try:
        moment = datetime.fromisoformat(text).astimezone(zone)
    except (ValueError, OverflowError):
        return text
    return f"{moment:%A} at {moment:%H:%M}"
