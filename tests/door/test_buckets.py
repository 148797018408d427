"""Limits without addresses: what is remembered, for how long, and of whom (R-1 to R-3, U-8)."""

import hashlib
import zlib
from collections.abc import Callable

import pytest

from app.foundation.web.buckets import DAY_SECONDS, Buckets, Pace, Places, prefixes


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


def _taken(take: Callable[[str], float], who: list[str]) -> int:
    return sum(take(one) == 0 for one in who)


def test_so_many_at_once_and_then_one_after_the_other() -> None:
    clock = Clock()
    buckets = Buckets(Pace(5, 60), clock=clock)
    assert _taken(buckets.take, ["a"] * 50) == 5
    assert buckets.take("a") == pytest.approx(60)
    assert buckets.take("b") == 0
    clock.at += 59
    assert buckets.take("a") > 0
    clock.at += 1
    assert _taken(buckets.take, ["a"] * 10) == 1


def test_in_no_hour_more_than_both_together() -> None:
    clock = Clock()
    buckets = Buckets(Pace(300, 300), clock=clock)
    taken = []
    for _second in range(4 * 3600):
        clock.at += 1
        taken.append(_taken(buckets.take, ["a"] * 2))
    assert max(sum(taken[n : n + 3600]) for n in range(len(taken) - 3600)) <= 600
    assert sum(taken[-3600:]) >= 299


@pytest.mark.measures("R-1")
def test_a_new_key_knows_nobody_and_the_old_one_is_gone() -> None:
    clock = Clock()
    buckets = Buckets(Pace(1, 1), lifetime=DAY_SECONDS, clock=clock)
    other = Buckets(Pace(1, 1), lifetime=DAY_SECONDS, clock=clock)
    assert buckets.take("192.0.2.7") == other.take("192.0.2.7") == 0
    old, marks = buckets._key, set(buckets._empty_at)
    assert marks.isdisjoint(other._empty_at)
    clock.at += DAY_SECONDS
    assert buckets.take("192.0.2.7") == 0
    assert marks.isdisjoint(buckets._empty_at)
    assert len(buckets) == 1
    assert old not in vars(buckets).values()


@pytest.mark.measures("R-2")
def test_a_bucket_cannot_be_turned_back_into_an_address() -> None:
    """All of a /16 tried, as a thief of the buckets without their key would."""
    buckets = Buckets(Pace(1, 1))
    buckets.take("10.20.30.40")
    (mark,) = buckets._empty_at
    for n in range(65_536):
        typed = f"10.20.{n >> 8}.{n & 255}".encode()
        for made in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            assert not made(typed).digest().startswith(mark)
    assert zlib.crc32(b"10.20.30.40").to_bytes(4, "big") not in mark


@pytest.mark.measures("R-3")
def test_one_network_is_one_however_many_addresses_it_has() -> None:
    places = Places(Pace(10, 10))
    assert _taken(places.take, [f"2001:db8:0:1::{n:x}" for n in range(10_000)]) == 10
    assert _taken(places.take, [f"2001:db8:0:{n:x}::1" for n in range(2, 200)]) == 30
    assert _taken(places.take, [f"2001:db8:0:{n:x}::1" for n in range(0x100, 0x120)]) == 32
    assert _taken(places.take, [f"198.51.100.{n}" for n in range(250)]) == 250
    assert _taken(places.take, ["::ffff:198.51.100.7", "198.51.100.7"] * 20) == 9


@pytest.mark.parametrize("odd", ["", "testclient", "fe80::1%eth0", "1.2.3", "::"])
def test_an_odd_address_is_somebody_too(odd: str) -> None:
    assert prefixes(odd)[0]
    assert _taken(Places(Pace(2, 2)).take, [odd] * 9) == 2


def test_memory_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.foundation.web.buckets.MOST_BUCKETS", 100)
    buckets = Buckets(Pace(1, 1))
    for n in range(1_000):
        buckets.take(str(n))
    assert len(buckets) <= 101
