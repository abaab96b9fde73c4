"""What is remembered of updates: state.json beside the releases."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from assistant.upkeep.on_disk import write_whole
from assistant.upkeep.release import ReleaseError, Seen, now

MOST_FAILED: Final = 20
LISTS: Final = ("keys", "keys_for", "failed")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered."""

    sequence: int = 0
    sha256: str = ""
    """Of the newest index that was believed here."""
    keys: tuple[str, ...] = ()
    """Who alone may sign, as an index said that was believed here."""
    keys_for: tuple[str, ...] = ()
    """Whom this box trusted by itself when that was said; if that changes, `keys` count no more."""
    failed: tuple[str, ...] = ()
    """Releases that did not work here; never taken again by themselves."""
    happened: str = ""
    """The last thing, in a sentence."""
    at: str = ""
    """When that was."""

    @property
    def seen(self) -> Seen:
        """For the next index to be held against."""
        return Seen(self.sequence, self.sha256)


class Memory:
    """The file, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "state.json"

    @property
    def kept(self) -> Kept:
        """Nothing where nothing was kept yet. ReleaseError for a file that cannot be read."""
        try:
            told = json.loads(self._file.read_text())
            return Kept(**{**told, **{key: tuple(told.get(key, ())) for key in LISTS}})
        except FileNotFoundError:
            return Kept()
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ReleaseError(
                f"{self._file}: cannot be read; delete it, and the next check begins anew"
            ) from error

    def trusted(self, roots: Sequence[str]) -> tuple[str, ...]:
        """Who may sign: `roots`, the box's own, unless those handed it on to others."""
        kept = self.kept
        return kept.keys if kept.keys and kept.keys_for == tuple(roots) else tuple(roots)

    def believe(self, seen: Seen, keys: Sequence[str] = (), roots: Sequence[str] = ()) -> None:
        """Remember the newest index, and to whom it hands on what `roots` may; none: to nobody."""
        kept = replace(self.kept, sequence=seen.sequence, sha256=seen.sha256)
        self._keep(replace(kept, keys=tuple(keys), keys_for=tuple(roots)) if keys else kept)

    def remember(self, happened: str, *, failed: str | None = None) -> None:
        """Note what happened, and a version that does not work here."""
        kept = self.kept
        bad = kept.failed if failed is None or failed in kept.failed else (*kept.failed, failed)
        at = f"{now():%Y-%m-%d %H:%M} UTC"
        self._keep(replace(kept, failed=bad[-MOST_FAILED:], happened=happened, at=at))

    def forgive(self, version: str) -> None:
        """It may be tried again."""
        kept = self.kept
        self._keep(replace(kept, failed=tuple(each for each in kept.failed if each != version)))

    def _keep(self, kept: Kept) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._file, json.dumps(asdict(kept), indent=1).encode())
        self._file.chmod(0o644)
