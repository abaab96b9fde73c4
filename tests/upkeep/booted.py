"""A box with systemd as its first process, in namespaces of its own: switched on, used, switched off.

Nothing of the machine around it is changed but one cgroup, which goes with it. Where the machine keeps the
controllers for the older cgroups, memory limits are accepted and not enforced.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.upkeep.root import CERTIFICATES, bare_system, put_source

SUITE = "bookworm-systemd"
PACKAGES = ["systemd", "systemd-sysv", "dbus", "iproute2", "procps", "libportaudio2", "espeak-ng"]
BOOT = """
set -e
lower=$1 disk=$2 root=$2/root
mount --make-rprivate /
mkdir -p $root
mount -t overlay overlay -o lowerdir=$lower,upperdir=$disk/upper,workdir=$disk/work $root
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -t cgroup2 cgroup2 $root/sys/fs/cgroup
mount -t tmpfs tmpfs $root/run
mount -t tmpfs tmpfs $root/tmp
mount -t tmpfs -o mode=755 tmpfs $root/dev
for each in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  IFS=: read -r name major minor <<<"$each"
  mknod -m 666 $root/dev/$name c $major $minor
done
mkdir $root/dev/pts $root/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts $root/dev/pts
mount -t tmpfs tmpfs $root/dev/shm
ln -s pts/ptmx $root/dev/ptmx
ln -s /proc/self/fd $root/dev/fd
cd $root
mkdir -p old
pivot_root . old
umount --lazy /old
cd /
mount --make-rshared /
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-level=info
"""


def _made() -> Path:
    """A bare system with systemd, made once."""
    bare = bare_system()
    place = bare.with_name(SUITE)
    if not place.is_dir():
        staged = place.with_suffix(".new")
        shutil.rmtree(staged, ignore_errors=True)
        subprocess.run(["cp", "-a", str(bare), str(staged)], check=True)
        for file in ("/etc/resolv.conf", "/etc/hosts"):
            shutil.copyfile(file, staged / file[1:])
        (staged / "etc/machine-id").write_text("")
        install = f"apt-get update -q && apt-get install -qy --no-install-recommends {' '.join(PACKAGES)}"
        done = subprocess.run(
            ["chroot", str(staged), "sh", "-c", f"export DEBIAN_FRONTEND=noninteractive; {install}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip(f"no system with systemd could be made here: {done.stderr[-200:]}")
        staged.rename(place)
    return place


class Box:
    """The box: its disk outlives its power."""

    def __init__(self, disk: Path) -> None:
        self._disk = disk
        self._lower = _made()
        self._unshare: subprocess.Popen[bytes] | None = None
        self._first = 0
        self._cgroup = _cgroups() / f"hearth-box-{os.getpid()}"
        for name in ("upper", "work"):
            (disk / name).mkdir()
        for file in ("/etc/resolv.conf", "/etc/hosts", str(CERTIFICATES)):
            (self.upper / file[1:]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self.upper / file[1:])
        put_source(self.upper / "src")

    @property
    def upper(self) -> Path:
        """What was written on the disk; only for while the power is off."""
        return self._disk / "upper"

    @property
    def files(self) -> Path:
        """The disk as the box sees it."""
        return Path(f"/proc/{self._first}/root")

    def power_on(self) -> None:
        """Start it, and wait until systemd is done with that. Skips where it cannot be."""
        self._cgroup.mkdir(exist_ok=True)
        words = [
            "unshare",
            "--pid",
            "--mount",
            "--uts",
            "--ipc",
            "--net",
            "--cgroup",
            "--fork",
            "--kill-child",
        ]
        words += ["bash", "-c", BOOT, "boot", str(self._lower), str(self._disk)]
        enter = f'echo $$ > {self._cgroup}/cgroup.procs; exec "$@"'
        log = (self._disk / "console.log").open("wb")
        with log:
            self._unshare = subprocess.Popen(
                ["bash", "-c", enter, "enter", *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._first = self._first_process(self._unshare.pid)
        until(lambda: "running" in self("systemctl", "is-system-running").stdout, 120, "systemd is up")

    def _first_process(self, parent: int) -> int:
        children = Path(f"/proc/{parent}/task/{parent}/children")
        for _ in range(100):
            time.sleep(0.1)
            found = children.read_text().split() if children.exists() else []
            if found and Path(f"/proc/{found[0]}/comm").read_text() == "systemd\n":
                return int(found[0])
        pytest.skip(f"no systemd starts here: {(self._disk / 'console.log').read_text()[-300:]}")

    def power_off(self) -> None:
        """As a cut of the power does: nobody is told."""
        if self._first:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._first, signal.SIGKILL)
        if self._unshare is not None:
            self._unshare.wait(30)
        self._first, self._unshare = 0, None
        for folder in sorted(self._cgroup.rglob("*/"), key=lambda path: -len(path.parts)):
            folder.rmdir()
        if self._cgroup.exists():
            self._cgroup.rmdir()

    def __call__(
        self, *command: str, network: bool = False, within_s: float = 300
    ) -> "subprocess.CompletedProcess[str]":
        """A command as root in the box. `network`: with this machine's, to fetch packages."""
        enter = ["nsenter", "-t", str(self._first), "-p", "-m", "-u", "-i", "-C", "-r", "-w"]
        enter += [] if network else ["-n"]
        plain = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"]
        plain += ["LANG=C.UTF-8", f"SSL_CERT_FILE={CERTIFICATES}", f"PIP_CERT={CERTIFICATES}"]
        return subprocess.run(
            [*enter, "env", "-i", *plain, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=within_s,
        )

    def shows(self, unit: str, key: str) -> str:
        """A property of a unit."""
        return self("systemctl", "show", "-p", key, "--value", unit).stdout.strip()

    def journal(self, unit: str = "assistant") -> str:
        """What a unit said since the box was switched on."""
        return self("journalctl", "-b", "--no-pager", "-o", "cat", "-u", unit).stdout

    def probe(self, unit: str, code: str, *arguments: str) -> str:
        """What a piece of Python prints in the sandbox of a unit, in the place of its program."""
        lines = (self.files / f"etc/systemd/system/{unit}").read_text().splitlines()
        barred = ("ExecStart", "Type=", "Restart", "WatchdogSec", "Standard", "Watchdog", "RuntimeDirectory=")
        kept = [line for line in lines if not line.startswith(barred)]
        (self.files / "srv/probe.py").write_text(code)
        words = " ".join(["/usr/bin/python3", "/srv/probe.py", *arguments])
        at = kept.index("[Service]") + 1
        kept[at:at] = ["Type=oneshot", "StandardOutput=file:/srv/probed", f"ExecStart={words}"]
        (self.files / "run/systemd/system/hearth-probe.service").write_text("\n".join(kept) + "\n")
        (self.files / "srv/probed").write_text("")
        self("systemctl", "daemon-reload")
        done = self("systemctl", "start", "hearth-probe.service")
        assert done.returncode == 0, self("journalctl", "-b", "-n", "20", "--no-pager").stdout
        return (self.files / "srv/probed").read_text()


def until(true: Callable[[], bool], within_s: float, what: str) -> None:
    """Wait for it. The time is only how long a broken box is given."""
    end_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end_s, f"not within {within_s:.0f} s: {what}"
        time.sleep(0.5)


def _cgroups() -> Path:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(place)
    pytest.skip("there is no cgroup2 here")


@contextlib.contextmanager
def box_under(folder: Path) -> Iterator[Box]:
    """A box that runs; skips where none can be made."""
    if os.geteuid() != 0:
        pytest.skip("a box of its own needs root")
    box = Box(folder)
    try:
        box.power_on()
        yield box
    finally:
        box.power_off()
