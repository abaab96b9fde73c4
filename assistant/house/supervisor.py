"""When a dead engine is started again, and which inputs it is spared. Pure: time is handed in."""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Restarts:
    """How patient the house is. The first restart is at once."""

    backoff_s: float = 0.25
    """Before the second restart within the window; doubled for each further one."""
    backoff_most_s: float = 10.0
    deaths: int = 5
    """This many within `window_s` open the breaker."""
    window_s: float = 60.0
    rest_s: float = 60.0
    """How long an open breaker rests before one trial; doubled when the trial dies."""
    rest_most_s: float = 600.0


class Breaker(StrEnum):
    """Closed: restarts go on. Open: the engine rests. Half-open: one trial is running."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Supervisor:
    """Counts one engine's deaths. Times are seconds of any steady clock."""

    def __init__(self, restarts: Restarts) -> None:
        self.breaker = Breaker.CLOSED
        self.deaths = 0
        """Since the house started."""
        self._restarts = restarts
        self._recent: deque[float] = deque(maxlen=restarts.deaths)
        self._rest_s = restarts.rest_s

    def died(self, now: float) -> float:
        """Record a death; return the seconds to wait before the next start."""
        self.deaths += 1
        self._recent.append(now)
        limits = self._restarts
        recent = sum(1 for at in self._recent if now - at < limits.window_s)
        if self.breaker is Breaker.HALF_OPEN:
            self._rest_s = min(self._rest_s * 2, limits.rest_most_s)
        if self.breaker is Breaker.HALF_OPEN or recent >= limits.deaths:
            self.breaker = Breaker.OPEN
            return self._rest_s
        if recent == 1:
            return 0.0
        return float(min(limits.backoff_s * 2 ** (recent - 2), limits.backoff_most_s))

    def starting(self) -> None:
        """A worker is being started; after a rest this is the trial."""
        if self.breaker is Breaker.OPEN:
            self.breaker = Breaker.HALF_OPEN

    def worked(self) -> None:
        """A call was answered: a trial is passed."""
        if self.breaker is Breaker.HALF_OPEN:
            self.breaker = Breaker.CLOSED
            self._recent.clear()
            self._rest_s = self._restarts.rest_s


class CallHash:
    """A call's identity: the method, its parameters, and the sound taken so far."""

    def __init__(self, method: str, params: bytes) -> None:
        self._hash = hashlib.sha256(method.encode() + b"\0" + params)

    def add(self, pcm: bytes) -> None:
        """The next piece of sound."""
        self._hash.update(len(pcm).to_bytes(4, "big") + pcm)

    def digest(self) -> bytes:
        """The identity up to here."""
        return self._hash.digest()


class Quarantine:
    """Inputs that killed a worker twice are not tried again. Remembers the last killers for an hour."""

    strikes = 2
    remembered = 256
    memory_s = 3600.0

    def __init__(self) -> None:
        self._killers: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def strike(self, suspects: Iterable[bytes], now: float) -> bool:
        """One of these inputs killed a worker; True when one of them is now quarantined."""
        banned = False
        for digest in suspects:
            count = self._count(digest, now) + 1
            self._killers[digest] = (count, now)
            self._killers.move_to_end(digest)
            banned |= count >= self.strikes
        while len(self._killers) > self.remembered:
            self._killers.popitem(last=False)
        return banned

    def holds(self, digest: bytes, now: float) -> bool:
        """Whether this input must not be tried."""
        return self._count(digest, now) >= self.strikes

    def forgive(self, digests: Iterable[bytes]) -> None:
        """This was answered: an earlier death was not its fault."""
        for digest in digests:
            self._killers.pop(digest, None)

    def _count(self, digest: bytes, now: float) -> int:
        count, at = self._killers.get(digest, (0, now))
        return count if now - at < self.memory_s else 0
