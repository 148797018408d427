"""Who looks together sees for himself alone: one's fault is nobody else's, and each asks in their own language."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy.exc import OperationalError

from app.foundation.looks import MOST_TOGETHER, Looks

SPEAKS: ContextVar[str] = ContextVar("speaks")
SOON_SECONDS = 5


class Door:
    """Sessions that are opened are counted; they know only their number."""

    def __init__(self) -> None:
        self.count = 0

    def open(self) -> Any:
        return self._session()

    @contextmanager
    def _session(self) -> Iterator[int]:
        self.count += 1
        yield self.count


def _all(door: Door, *looks: Callable[[Any], Any]) -> list[Any]:
    """What each of these finds or raises, asked for at the same time."""

    async def ask() -> list[Any]:
        together = Looks(2)
        found = [together.found(door.open, look) for look in looks]
        return await asyncio.wait_for(asyncio.gather(*found, return_exceptions=True), SOON_SECONDS)

    return asyncio.run(ask())


def test_looks_share_a_session_and_each_finds_its_own() -> None:
    door = Door()
    found = _all(door, *(lambda db, n=n: (db, n) for n in range(MOST_TOGETHER)))
    assert found == [(1, n) for n in range(MOST_TOGETHER)]
    assert door.count == 1


def test_more_than_fit_together_are_all_answered() -> None:
    door, many = Door(), 3 * MOST_TOGETHER + 1
    assert _all(door, *(lambda _db, n=n: n for n in range(many))) == list(range(many))
    assert door.count == 4


def test_a_fault_is_the_one_whose_look_it_was() -> None:
    def broken(_db: Any) -> None:
        raise ValueError("mine")

    first, fault, last = _all(Door(), lambda db: db, broken, lambda db: db)
    assert (first, last) == (1, 2)
    assert isinstance(fault, ValueError)


def test_a_database_that_answers_nobody_is_asked_once() -> None:
    asked = []

    def silence(db: Any) -> None:
        asked.append(db)
        raise OperationalError("", {}, Exception("gone"))

    first, *others = _all(Door(), lambda db: db, silence, silence, silence)
    assert first == 1
    assert [type(other) for other in others] == [OperationalError] * 3
    assert asked == [1]


def test_each_looks_in_their_own_context() -> None:
    async def speak(looks: Looks, language: str) -> Any:
        SPEAKS.set(language)
        return await looks.found(Door().open, lambda _db: SPEAKS.get())

    async def ask() -> list[Any]:
        looks = Looks(1)
        return await asyncio.gather(*(asyncio.create_task(speak(looks, one)) for one in ("de", "fr", "en")))

    assert asyncio.run(ask()) == ["de", "fr", "en"]


def test_who_asks_again_just_when_the_work_is_done_is_answered_too() -> None:
    async def ask() -> list[Any]:
        looks, door = Looks(1), Door()
        return [await looks.found(door.open, lambda db: db) for _turn in range(20)]

    assert asyncio.run(asyncio.wait_for(ask(), SOON_SECONDS)) == list(range(1, 21))
