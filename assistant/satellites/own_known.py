"""The satellites that were paired: which key is in which room. Kept in one file, for its owner alone."""

import ssl
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import DiskError, SettingsError, WireError
from assistant.paired.keys import digest, write_private
from assistant.strict_json import plain_json, read_json

MOST_BYTES = 256 * 1024


class KnownSatellites:
    """Room → certificate (DER). One satellite a room, one room a satellite."""

    def __init__(self, file: Path) -> None:
        """DiskError when the file is there and cannot be read."""
        self._file = file
        self._rooms: dict[str, bytes] = {}
        try:
            if file.exists():
                content = read_json(file.read_bytes()[:MOST_BYTES])
                self._rooms = {room: ssl.PEM_cert_to_DER_cert(str(pem)) for room, pem in content.items()}
        except (OSError, ValueError, WireError) as error:
            raise DiskError(f"{file} cannot be read: {error}. Move it away, and pair again.") from error

    @property
    def rooms(self) -> Mapping[str, bytes]:
        """All of them."""
        return self._rooms

    def room_of(self, certificate: bytes) -> str | None:
        """Where the satellite with this key is; None: it is not known."""
        wanted = digest(certificate)
        return next((room for room, found in self._rooms.items() if digest(found) == wanted), None)

    def add(self, room: str, certificate: bytes) -> None:
        """A satellite is in a room from now on, and nowhere else. DiskError."""
        before = self.room_of(certificate)
        rooms = {name: found for name, found in self._rooms.items() if name != before}
        self._keep({**rooms, room: certificate})

    def remove(self, room: str) -> None:
        """Forget a room's satellite. SettingsError when it has none; DiskError."""
        self._keep({name: found for name, found in self._rooms.items() if name != self._having(room)})

    def rename(self, before: str, after: str) -> None:
        """The room is called otherwise. SettingsError when it has no satellite; DiskError."""
        had = self._having(before)
        self._keep({after if name == had else name: found for name, found in self._rooms.items()})

    def _having(self, room: str) -> str:
        if room not in self._rooms:
            raise SettingsError(f'no satellite is paired with the room "{room}"')
        return room

    def _keep(self, rooms: dict[str, bytes]) -> None:
        pems = {room: ssl.DER_cert_to_PEM_cert(found) for room, found in rooms.items()}
        write_private(self._file, plain_json(pems))
        self._rooms = rooms
