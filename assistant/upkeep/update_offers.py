"""What is in force here, and what there is instead of it: at the index's address, or lying ready."""

from pathlib import Path

from assistant import __version__, paths
from assistant.settings import Settings, find_settings, load_settings
from assistant.upkeep.release import KEYS, Index, Release, ReleaseError, newest, now, opened, parts
from assistant.upkeep.release_place import Place
from assistant.upkeep.update_fetch import WHOLE


class Offers:
    """As the settings, the index and this disk have it.

    `settings_file`: the one named, or None; `again`: also releases that failed here before.
    """

    def __init__(self, settings_file: Path | None, place: Place, *, again: bool) -> None:
        self.settings: Settings = load_settings(settings_file)
        self._settings_file = settings_file
        self._place = place
        self._again = again

    def believed(self, content: bytes) -> tuple[Index, Release | None]:
        """The index, verified and remembered, and what in it is newer and good for this box. ReleaseError."""
        memory, key = self._place.memory, self.settings.update.key
        roots = KEYS if key is None else (key,)
        if not roots:
            raise ReleaseError(
                f"nobody said whose releases are believed here. Put their key into {self.file()}:\n"
                "  update:\n"
                "    key: …   # 64 digits: scripts/make_release.py show tells it"
            )
        index, seen = opened(content, memory.trusted(roots), now(), memory.kept.seen)
        memory.believe(seen, index.keys, roots)
        failed = () if self._again else memory.kept.failed
        return index, newest(index, self.version(), failed)

    def address(self) -> str:
        """Of the index. ReleaseError where the settings name none."""
        if self.settings.update.index is None:
            raise ReleaseError(
                f"nobody said where releases lie. Put the address into {self.file()}:\n"
                "  update:\n"
                "    index: https://example.org/hearth/index.json   # whoever makes your releases tells it\n"
                "    key: …   # their public key, 64 digits"
            )
        return self.settings.update.index

    def version(self) -> str:
        """Of the release in force."""
        in_force = self._place.in_force
        return (self._place.version_of(in_force) if in_force else None) or __version__

    def file(self) -> Path:
        """The owner's settings, or where they would be."""
        return find_settings(self._settings_file) or paths.settings_places()[0]

    def lying_ready(self) -> Path | None:
        """The newest release that lies whole here, is newer than what is in force and did not fail."""
        failed = () if self._again else self._place.memory.kept.failed
        here = parts(self.version())
        ready = [
            file.parent
            for file in self._place.releases.glob(f"[!.]*/{WHOLE}")
            if parts(file.parent.name) > here and file.parent.name not in failed
        ]
        return max(ready, key=lambda folder: parts(folder.name), default=None)
