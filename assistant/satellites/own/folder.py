"""What a satellite keeps: its key and the hub it belongs to."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from assistant import paths
from assistant.errors import DiskError, SettingsError, WireError
from assistant.paired.keys import Identity, identity, write_private
from assistant.strict_json import plain_json, read_json


@dataclass(frozen=True, slots=True)
class PairedHub:
    """The hub, by its key; its address may change."""

    host: str
    port: int
    room: str
    certificate: bytes
    """DER."""


class SatelliteFolder:
    """The files of this satellite."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or paths.data_folder() / "satellite"

    def identity(self) -> Identity:
        """Its key, made at the first call. DiskError."""
        return identity(self._folder / "key.pem")

    def hub(self) -> PairedHub:
        """The hub it was paired with. SettingsError when there is none; DiskError."""
        file = self._folder / "hub.json"
        if not file.exists():
            raise SettingsError(
                "this satellite is not paired. On the hub: assistant rooms pair ROOM; "
                "then here: assistant satellite pair HUB CODE"
            )
        try:
            kept = read_json(file.read_bytes()[:16_384])
            certificate = ssl.PEM_cert_to_DER_cert(str(kept["certificate"]))
            return PairedHub(str(kept["host"]), int(str(kept["port"])), str(kept["room"]), certificate)
        except (OSError, KeyError, ValueError, WireError) as error:
            raise DiskError(f"{file} cannot be read: {error}. Delete it, and pair again.") from error

    def keep(self, hub: PairedHub) -> None:
        """From now on it belongs to this hub. DiskError."""
        pem = ssl.DER_cert_to_PEM_cert(hub.certificate)
        kept = {"host": hub.host, "port": hub.port, "room": hub.room, "certificate": pem}
        write_private(self._folder / "hub.json", plain_json(kept))
