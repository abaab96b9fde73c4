"""Model files of a hosted engine: never opened unseen, never used when damaged.

The house compares size, mtime and inode with the notes at once. What is as it was is hashed beside the
loading, anything else before it; only then is the engine ready. A worker that replaces a dead one is spared
the hash where nothing changed since this house read the file.
"""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final, Literal, TypeAlias

from assistant.checked import Sealed, Stamp, examine, hashed, note, noted
from assistant.errors import ModelMissing, SettingsError, WireError
from assistant.messages import JsonValue

When: TypeAlias = Literal["before", "beside", "done"]
FILES: Final = "files"
"""The option that names them; it goes to the host of an engine, not to the engine."""


def sealed_of(value: JsonValue) -> tuple[Sealed, ...]:
    """The files an option names. Raises SettingsError."""
    try:
        return tuple(Sealed.of_json(said) for said in value) if isinstance(value, list) else ()
    except (KeyError, TypeError) as error:
        raise SettingsError(
            f"an engine's files must each have path, sha256, notes and fix: {error}"
        ) from error


class SealedFiles:
    """The house's side, over the lives of one engine. Its methods read disks: not for the loop."""

    def __init__(self, files: Sequence[Sealed]) -> None:
        self._files = files
        self._read: dict[Path, Stamp] = {}
        """Hashed since this house was opened."""
        self._asked: dict[Path, Stamp] = {}

    def asked(self) -> list[JsonValue]:
        """What the host is to look at. Raises ModelMissing for what is absent or known to be damaged."""
        return [self._one(file) for file in self._files]

    def _one(self, file: Sealed) -> JsonValue:
        verdict = noted(file)
        if verdict == "damaged":
            raise file.damaged()
        try:
            stamp = Stamp.of(file.path.stat())
        except OSError as error:
            raise ModelMissing(f"{file.path} cannot be read ({error.strerror}); {file.fix}") from error
        self._asked[file.path] = stamp
        when: When = "beside" if verdict == "good" else "before"
        if self._read.get(file.path) == stamp:
            when = "done"
        told: dict[str, JsonValue] = {key: value for key, value in asdict(stamp).items()}
        return {**told, "path": str(file.path), "sha256": file.sha256, "when": when, "fix": file.fix}

    def passed(self) -> None:
        """The host found them right, as they were when it was asked."""
        for file in self._files:
            stamp = self._asked[file.path]
            if self._read.get(file.path) != stamp:
                note(file, stamp, good=True)
            self._read[file.path] = stamp

    def suspect(self) -> None:
        """The engine did not get ready: read what may be to blame. Raises ModelMissing for damage."""
        for file in self._files:
            with suppress(OSError):
                if file.path not in self._read and not examine(file):
                    raise file.damaged()


class Checking:
    """The host's side, for one loading."""

    def __init__(self, asked: JsonValue) -> None:
        """WireError for what the house would not say."""
        self._thread: threading.Thread | None = None
        self._wrong: ModelMissing | None = None
        try:
            self._files = [_Asked(each) for each in asked] if isinstance(asked, list) else []
        except (KeyError, TypeError, ValueError) as error:
            raise WireError(f"files to be checked are named wrongly: {error}") from error

    def begin(self) -> None:
        """Read what nobody knows; begin to read what is known. Raises ModelMissing."""
        for file in self._files:
            if file.when == "before":
                file.check()
        beside = [file for file in self._files if file.when == "beside"]
        if beside:
            self._thread = threading.Thread(
                target=self._read, args=(beside,), name="hearth-digest", daemon=True
            )
            self._thread.start()

    def _read(self, files: Sequence["_Asked"]) -> None:
        try:
            for file in files:
                file.check()
        except ModelMissing as error:
            self._wrong = error

    def end(self) -> None:
        """Wait for what is still being read; ModelMissing where a file is wrong, or changed meanwhile."""
        if self._thread is not None:
            self._thread.join()
        if self._wrong is not None:
            raise self._wrong
        for file in self._files:
            file.same()


class _Asked:
    """One file as the house saw it."""

    def __init__(self, said: JsonValue) -> None:
        if not isinstance(said, dict):
            raise TypeError("a file is a mapping")
        self._path = Path(str(said["path"]))
        self._sha256 = said["sha256"]
        self._fix = said["fix"]
        self._stamp = Stamp(int(str(said["size"])), int(str(said["mtime_ns"])), int(str(said["inode"])))
        self.when = said["when"]

    def check(self) -> None:
        try:
            found, stamp = hashed(self._path)
        except OSError as error:
            raise ModelMissing(f"{self._path} cannot be read ({error.strerror}); {self._fix}") from error
        if found != self._sha256 or stamp != self._stamp:
            raise ModelMissing(f"{self._path} is damaged, so it is not used; {self._fix}")

    def same(self) -> None:
        try:
            now = Stamp.of(self._path.stat())
        except OSError as error:
            raise ModelMissing(f"{self._path} went away while it was loaded; {self._fix}") from error
        if now != self._stamp:
            raise ModelMissing(f"{self._path} changed while it was loaded, so it is not used; {self._fix}")
