"""Guessing passphrases: slow for whoever guesses, never shut for whose name it is (I-12)."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import Request

from app.foundation import keys, schema
from app.foundation.db import Database, open_engine
from app.foundation.errors import TooMany
from app.foundation.settings import Settings
from app.foundation.web.transaction import House
from app.members import guesses as guessing
from app.members.guesses import APART_SECONDS, MOST_IN_LINE, Guesses

NAME, OTHER = "quiet-heron-lamp", "soft-rain-door"
HOUR = 3600
MOST_GUESSES = 100
MOST_WAIT = 60
TURNS = 30


class Night:
    """A night that passes as fast as the machine can: whoever sleeps is woken in order, and the clock is set to then."""

    def __init__(self) -> None:
        self.at = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=self.at)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.at + seconds, len(self._sleepers), woken))
        await woken

    async def pass_until(self, end: float) -> None:
        while self.at < end:
            for _turn in range(TURNS):
                await asyncio.sleep(0)  # whoever was woken goes as far as they can
            self._sleepers.sort(key=lambda s: s[:2])
            if not self._sleepers:
                return
            self.at, _number, woken = self._sleepers.pop(0)
            woken.set_result(None)
        for _at, _number, woken in self._sleepers:
            woken.cancel()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    chosen = Settings(
        database_url=f"sqlite:///{tmp_path}/hearth.db", secrets_dir=tmp_path / "secrets", rate_limits=True
    )
    home = House(chosen, keys.load(chosen), Database(open_engine(chosen)))
    schema.upgrade(home.database.engine)
    yield home
    home.database.engine.dispose()


def _from(address: str) -> Request:
    return Request({"type": "http", "client": (address, 1), "headers": [], "method": "POST", "path": "/sign-in"})


def _guesses(house: House, night: Night) -> Guesses:
    """The real lines on the real table, asked without a thread: so nothing happens between two moments of the night."""
    guesses = Guesses(house, clock=night.now, sleep=night.sleep)

    async def claim(name: str) -> float:
        return guesses._claimed(name)

    guesses._claim = claim  # type: ignore[method-assign]
    return guesses


async def _guess_on_and_on(night: Night, guesses: Guesses, address: str, made: list[float]) -> None:
    while True:
        try:
            await guesses.turn(_from(address), NAME)
            made.append(night.at)
        except TooMany:
            await night.sleep(15)


@pytest.mark.measures("I-12")
def test_a_hundred_guesses_an_hour_at_most_and_the_owner_is_in_within_a_minute(house: House) -> None:
    night, guesses_made, waits = Night(), list[float](), list[float]()

    async def attack() -> None:
        guesses = _guesses(house, night)
        attackers = [
            asyncio.create_task(_guess_on_and_on(night, guesses, f"198.51.100.{n // 4}", guesses_made))
            for n in range(9)
        ]

        async def owner() -> None:
            for _visit in range(4):
                await night.sleep(700)
                begun = night.at
                await guesses.turn(_from("203.0.113.9"), NAME)
                waits.append(night.at - begun)

        asleep = asyncio.create_task(owner())
        await night.pass_until(HOUR)
        for task in (*attackers, asleep):
            task.cancel()
        await asyncio.gather(*attackers, asleep, return_exceptions=True)

    asyncio.run(attack())
    assert MOST_GUESSES * 0.8 < len(guesses_made) + len(waits) <= MOST_GUESSES + 1
    assert len(waits) == 4
    assert max(waits) <= APART_SECONDS + 1 <= MOST_WAIT


def test_too_long_a_line_turns_away_whoever_tried_most(house: House) -> None:
    async def crowd() -> list[object]:
        night = Night()
        guesses = _guesses(house, night)
        for _free in range(10):
            await guesses.turn(_from("198.51.100.1"), NAME)
        waiting = [asyncio.create_task(guesses.turn(_from("198.51.100.1"), NAME)) for _n in range(MOST_IN_LINE)]
        await asyncio.sleep(0.05)
        late = asyncio.create_task(guesses.turn(_from("203.0.113.9"), NAME))
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=5)
        turned = [task.exception() for task in waiting if task.done()]
        assert not late.done()
        for task in (*waiting, late):
            task.cancel()
        await asyncio.gather(*waiting, late, return_exceptions=True)
        return list(turned)

    (turned,) = asyncio.run(crowd())
    assert isinstance(turned, TooMany)
    assert turned.retry_after_seconds == APART_SECONDS


def test_the_longest_line_gets_shorter_when_too_many_wait_for_all_names(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = MOST_IN_LINE + 1
    monkeypatch.setattr(guessing, "MOST_IN_LINES", most)

    async def crowd() -> None:
        guesses = _guesses(house, Night())
        tries: list[asyncio.Task[None]] = []

        async def come(address: str, name: str) -> None:
            tries.append(asyncio.create_task(guesses.turn(_from(address), name)))
            await asyncio.sleep(0.01)

        for name in (NAME, OTHER):
            for _free in range(10):
                await guesses.turn(_from("198.51.100.1"), name)
        for _each in range(MOST_IN_LINE):
            await come("198.51.100.1", NAME)
        tries.pop(0).cancel()
        await come("203.0.113.9", OTHER)
        await come("203.0.113.9", OTHER)
        assert [one for one in tries if one.done()] == []
        await come("203.0.113.9", OTHER)
        (sent_away,) = [one for one in tries if one.done()]
        assert tries.index(sent_away) < MOST_IN_LINE - 1
        assert isinstance(sent_away.exception(), TooMany)
        await guesses.turn(_from("203.0.113.9"), "a-name-nobody-tries")  # one more made room, and it was soon over
        assert house.limits.waiting == most - 1
        for one in tries:
            one.cancel()
        await asyncio.gather(*tries, return_exceptions=True)

    asyncio.run(crowd())


def test_another_name_is_another_line_and_the_count_outlives_the_process(house: House) -> None:
    async def tries() -> None:
        night = Night()
        first = _guesses(house, night)
        for _free in range(10):
            await first.turn(_from("198.51.100.1"), NAME)
        again = _guesses(house, night)
        await again.turn(_from("198.51.100.1"), OTHER)
        eleventh = asyncio.create_task(again.turn(_from("203.0.113.9"), NAME))
        await night.pass_until(APART_SECONDS)
        await asyncio.wait_for(eleventh, 5)
        assert night.at == pytest.approx(APART_SECONDS)

    asyncio.run(tries())


def test_a_clock_that_was_set_back_makes_nobody_wait_longer(house: House) -> None:
    async def tries() -> None:
        night = Night()
        night.at = 86_400.0
        guesses = _guesses(house, night)
        for _free in range(10):
            await guesses.turn(_from("198.51.100.1"), NAME)
        night.at = 0.0
        waiting = asyncio.create_task(guesses.turn(_from("198.51.100.1"), NAME))
        await night.pass_until(2 * APART_SECONDS)
        await asyncio.wait_for(waiting, 5)
        assert night.at <= APART_SECONDS + 1

    asyncio.run(tries())
