"""How often something may be done by one and the same, remembered in this process alone and only as long as it matters.

Nothing here can be turned back into an address: a bucket is an HMAC under a random key that lives in memory and is
replaced, with everything counted under it (SECURITY.md, "Limits without stored addresses", finding 9; R-1 to R-3).
Time is the monotonic clock: setting the computer's clock gives nobody a second try (U-8).
"""

import hmac
import secrets
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import NamedTuple

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS
KEY_BYTES = 32
MARK_BYTES = 16
MOST_BUCKETS = 50_000
"""About ten megabytes. When more are needed, those go first that are nearest to being free again."""
NARROW_IPV6 = 64
WIDE_IPV6 = 56
WIDE_FACTOR = 4
"""A /56 is what one home gets, and may hold several people: it may do four times as much as a /64 (R-3)."""


class Pace(NamedTuple):
    """So many at once, then so many an hour, evenly. In any hour never more than both together."""

    at_once: int
    an_hour: float

    @property
    def apart(self) -> float:
        """Seconds between two, once those at once are used up."""
        return HOUR_SECONDS / self.an_hour

    def times(self, factor: int) -> "Pace":
        return Pace(self.at_once * factor, self.an_hour * factor)


class Buckets:
    """Counts by the moment at which a bucket is empty again (the generic cell rate algorithm): one number each."""

    def __init__(self, pace: Pace, lifetime: float = DAY_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self.pace = pace
        self._lifetime = lifetime
        self._clock = clock
        self._lock = Lock()
        self._begin()

    def wait(self, who: str) -> float:
        """Seconds until `who` may do it once more; 0 for now. Counts nothing."""
        with self._lock:
            now = self._now()
            due = self._empty_at.get(self._mark(who), now)
            return max(0.0, due - now - (self.pace.at_once - 1) * self.pace.apart)

    def count(self, who: str) -> None:
        """`who` did it."""
        with self._lock:
            now = self._now()
            mark = self._mark(who)
            self._empty_at[mark] = max(now, self._empty_at.get(mark, now)) + self.pace.apart
            if len(self._empty_at) > MOST_BUCKETS:
                self._make_room()

    def take(self, who: str) -> float:
        """`wait`, and `count` if there is nothing to wait for."""
        seconds = self.wait(who)
        if not seconds:
            self.count(who)
        return seconds

    def __len__(self) -> int:
        return len(self._empty_at)

    def _now(self) -> float:
        now = self._clock()
        if now - self._born >= self._lifetime:
            self._begin()
        return now

    def _begin(self) -> None:
        """A new key. What was counted under the old one is of no use to anybody, and is gone."""
        self._key = secrets.token_bytes(KEY_BYTES)
        self._empty_at: dict[bytes, float] = {}
        self._born = self._clock()

    def _mark(self, who: str) -> bytes:
        return hmac.digest(self._key, who.encode(), "sha256")[:MARK_BYTES]

    def _make_room(self) -> None:
        kept = sorted(self._empty_at.items(), key=lambda bucket: bucket[1])[len(self._empty_at) // 2 :]
        self._empty_at = dict(kept)


class Places:
    """Buckets of addresses: each IPv4 address, each IPv6 /64, and each /56 at four times the pace."""

    def __init__(self, pace: Pace, lifetime: float = DAY_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._narrow = Buckets(pace, lifetime, clock)
        self._wide = Buckets(pace.times(WIDE_FACTOR), lifetime, clock)

    def take(self, address: str) -> float:
        """Seconds until this address may do it once more; counted if that is now."""
        narrow, wide = prefixes(address)
        seconds = max(self._narrow.wait(narrow), self._wide.wait(wide) if wide else 0.0)
        if not seconds:
            self._narrow.count(narrow)
            if wide:
                self._wide.count(wide)
        return seconds

    def __len__(self) -> int:
        return len(self._narrow) + len(self._wide)


def prefixes(address: str) -> tuple[str, str]:
    """What stands for an address in its buckets: its narrow prefix, and its wide one if it has one."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "elsewhere", ""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped), ""
        packed = ip.packed.hex()
        return packed[: NARROW_IPV6 // 4], packed[: WIDE_IPV6 // 4]
    return str(ip), ""
