"""A box of its own for a test: a bare Debian below a folder, thrown away afterwards."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SUITE = "bookworm"


def _kept() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "hearth" / "test-roots" / SUITE


def bare_system() -> Path:
    """A bare Debian, made once: it costs two minutes. Skips where it cannot be."""
    if shutil.which("debootstrap") is None:
        pytest.skip("debootstrap is not installed (apt-get install debootstrap)")
    place = _kept()
    if not place.is_dir():
        staged = place.with_suffix(".new")
        shutil.rmtree(staged, ignore_errors=True)
        staged.parent.mkdir(parents=True, exist_ok=True)
        command = [
            "debootstrap",
            "--variant=minbase",
            "--include=ca-certificates,python3",
            SUITE,
            str(staged),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
        if done.returncode != 0:
            pytest.skip(f"no bare system could be made here: {done.stdout[-200:]}")
        staged.rename(place)
    return place


class Root:
    """Commands in the box."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, *command: str, within_s: float = 280, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["chroot", str(self.folder), *command],
            env={
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": "/root",
                "LANG": "C.UTF-8",
                "SSL_CERT_FILE": str(CERTIFICATES),
                "PIP_CERT": str(CERTIFICATES),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=within_s,
        )


@contextmanager
def bare_root(folder: Path) -> Iterator[Root]:
    """A bare box with this repository in /src; skips where none can be made."""
    if os.geteuid() != 0:
        pytest.skip("a root of its own needs root")
    base, top = bare_system(), folder / "box"
    for name in ("box", "upper", "work"):
        (folder / name).mkdir()
    options = f"lowerdir={base},upperdir={folder / 'upper'},workdir={folder / 'work'}"
    mounts = [
        ["-t", "overlay", "overlay", "-o", options, str(top)],
        ["-t", "proc", "proc", str(top / "proc")],
        ["-t", "tmpfs", "tmpfs", str(top / "tmp")],
        ["--bind", "/dev", str(top / "dev")],
    ]
    done: list[str] = []
    try:
        for mount in mounts:
            if subprocess.run(["mount", *mount], capture_output=True, check=False).returncode != 0:
                pytest.skip("nothing can be mounted here")
            done.append(mount[-1])
        for file in ("/etc/resolv.conf", "/etc/hosts", str(CERTIFICATES)):
            shutil.copyfile(file, top / file[1:])
        put_source(top / "src")
        yield Root(top)
    finally:
        for place in reversed(done):
            subprocess.run(["umount", "--lazy", place], check=False)


def put_source(place: Path) -> None:
    """What git tracks or would, as it is in the working tree."""
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=REPOSITORY
    ).split(b"\0")
    for name in filter(None, map(os.fsdecode, listed)):
        if (source := REPOSITORY / name).is_file() and not name.startswith("tests/"):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place / name)
