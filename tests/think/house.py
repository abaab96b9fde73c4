"""A house for the language tests: names only."""

from assistant.think.names import HouseNames, Named


def _light(name: str, area: str, *aliases: str) -> Named:
    return Named(name, aliases, area, "light")


HOUSE = HouseNames(
    devices=(
        _light("kitchen light", "kitchen"),
        _light("living room light", "living room"),
        _light("floor lamp", "living room", "reading lamp"),
        _light("bedroom lamp", "bedroom", "bedside lamp"),
        _light("bedroom light", "bedroom"),
        _light("hallway light", "hallway"),
        _light("bathroom light", "bathroom"),
        _light("office light", "office"),
        Named("fan", (), "living room", "fan"),
        Named("heater", (), "living room", "climate"),
        Named("coffee machine", ("coffee maker",), "kitchen", "switch"),
        Named("television", ("TV",), "living room", "media_player"),
        Named("kettle", (), "kitchen", "switch"),
        Named("garage door", (), "garage", "cover"),
        Named("front door", (), "hallway", "lock"),
    ),
    areas=tuple(
        Named(name)
        for name in ("kitchen", "living room", "bedroom", "hallway", "bathroom", "office", "garage")
    ),
)
ALL_LIGHTS = [device.name for device in HOUSE.devices if device.kind == "light"]
