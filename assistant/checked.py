"""A model's file ⇄ how it was when it was last hashed: size, mtime and inode beside the digest.

The notes lie in `.checked.json` in the model's folder. They only save time and mark what is damaged; a file
without a note, or changed since, is hashed before anything opens it.
"""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias

from assistant.errors import ModelMissing
from assistant.messages import JsonValue

NOTES: Final = ".checked.json"
_LARGEST_NOTES = 65_536

Verdict: TypeAlias = Literal["good", "damaged", "unknown"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when somebody changes a file, as far as the file system tells."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """From `stat` or `fstat`."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that may be used only when its SHA-256 is this one."""

    path: Path
    sha256: str
    notes: Path
    """The file with the notes on it."""
    fix: str
    """What brings the right file back."""

    def as_json(self) -> dict[str, JsonValue]:
        """For the options of a hosted engine."""
        return {
            "path": str(self.path),
            "sha256": self.sha256,
            "notes": str(self.notes),
            "fix": self.fix,
        }

    @classmethod
    def of_json(cls, said: JsonValue) -> Self:
        """The reverse of `as_json`. Raises KeyError and TypeError for anything else."""
        if not isinstance(said, dict):
            raise TypeError("a sealed file is a mapping")
        return cls(Path(str(said["path"])), str(said["sha256"]), Path(str(said["notes"])), str(said["fix"]))

    def damaged(self) -> ModelMissing:
        """The error for a file whose bytes are not those the catalogue names."""
        return ModelMissing(
            f"{self.path} is damaged (its bytes are not those it is known by), so it is not used; {self.fix}"
        )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises OSError."""
    return hashed(path)[0]


def hashed(path: Path) -> tuple[str, Stamp]:
    """The SHA-256 and what the file was meanwhile. Raises OSError, also where it changed under the reader."""
    with path.open("rb") as file:
        before = Stamp.of(os.fstat(file.fileno()))
        found = hashlib.file_digest(file, "sha256").hexdigest()
        if Stamp.of(os.fstat(file.fileno())) != before:
            raise OSError(None, "it changed while it was read", str(path))
    return found, before


def noted(sealed: Sealed) -> Verdict:
    """What the notes say of the file as it is now; good and damaged only when nothing changed since."""
    try:
        now = Stamp.of(sealed.path.stat())
    except OSError:
        return "unknown"
    note = _notes(sealed.notes).get(sealed.path.name)
    if not isinstance(note, dict) or note.get("sha256") != sealed.sha256:
        return "unknown"
    if any(note.get(key) != value for key, value in asdict(now).items()):
        return "unknown"
    return "good" if note.get("good") is True else "damaged"


def note(sealed: Sealed, stamp: Stamp, *, good: bool) -> None:
    """Note how the file was found. A disk that refuses costs the note only."""
    notes = _notes(sealed.notes)
    notes[sealed.path.name] = {**asdict(stamp), "sha256": sealed.sha256, "good": good}
    with suppress(OSError):
        sealed.notes.parent.mkdir(parents=True, exist_ok=True)
        number, staged = tempfile.mkstemp(dir=sealed.notes.parent, prefix=".checking-")
        with os.fdopen(number, "w") as stream:
            json.dump(notes, stream)
        Path(staged).replace(sealed.notes)


def examine(sealed: Sealed) -> bool:
    """Read the whole file, note how it is, and say whether it is right. Raises OSError."""
    found, stamp = hashed(sealed.path)
    note(sealed, stamp, good=found == sealed.sha256)
    return found == sealed.sha256


def _notes(file: Path) -> dict[str, JsonValue]:
    try:
        with file.open("rb") as stream:
            said = json.loads(stream.read(_LARGEST_NOTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
