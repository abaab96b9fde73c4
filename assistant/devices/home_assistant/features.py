"""The bits of `supported_features`, by domain (Home Assistant 2024.3 to 2026.9)."""

from typing import Final

OPEN: Final = 1
CLOSE: Final = 2
SET_POSITION: Final = 4
STOP: Final = 8
"""Covers and valves share these four."""

FAN_SET_SPEED: Final = 1
FAN_OSCILLATE: Final = 2

CLIMATE_TEMPERATURE: Final = 1
CLIMATE_RANGE: Final = 2

PLAYER_PAUSE: Final = 1
PLAYER_VOLUME_SET: Final = 4
PLAYER_VOLUME_MUTE: Final = 8
PLAYER_PREVIOUS: Final = 16
PLAYER_NEXT: Final = 32
PLAYER_TURN_ON: Final = 128
PLAYER_TURN_OFF: Final = 256
PLAYER_PLAY_MEDIA: Final = 512
PLAYER_SOURCE: Final = 2048
PLAYER_STOP: Final = 4096
PLAYER_PLAY: Final = 16384
PLAYER_SEARCH: Final = 1 << 22

VACUUM_TURN_ON: Final = 1
VACUUM_TURN_OFF: Final = 2
VACUUM_PAUSE: Final = 4
VACUUM_STOP: Final = 8
VACUUM_RETURN: Final = 16
VACUUM_LOCATE: Final = 512
VACUUM_START: Final = 8192

TODO_CREATE: Final = 1
TODO_DELETE: Final = 2
TODO_UPDATE: Final = 4

FORECAST_DAILY: Final = 1
FORECAST_HOURLY: Final = 2
FORECAST_TWICE_DAILY: Final = 4
