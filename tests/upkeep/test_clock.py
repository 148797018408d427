"""The clock: what is due is done once, by whoever has the turn, and a clock that is wrong does no harm."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
import time_machine

from app.foundation import clock
from app.foundation.clock import DAY, HOUR, LEASE, MINUTE, SETTLED, Clock, Due
from app.foundation.home import Home
from app.foundation.logs import Plain
from app.foundation.times import now
from tests.members.databases import fresh
from tests.upkeep.indoors import BEGAN, Indoors

TOGETHER = 6


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def one_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Indoors]:
    folder = tmp_path_factory.mktemp("clock")
    url = f"sqlite:///{folder}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "one_clock")
    made = Indoors(url, folder, seed=False)
    yield made
    made.home.database.engine.dispose()


@pytest.fixture
def house(one_house: Indoors) -> Indoors:
    """A house whose clock was never looked at."""
    one_house.sql("DELETE FROM turns")
    return one_house


class Counting:
    """An act that remembers when it was done."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.done: list[datetime] = []
        self.then = then

    def __call__(self, _home: Home) -> int:
        self.then()
        self.done.append(now())
        return 1


def look(house: Indoors, *acts: Due) -> None:
    """What a serving process does each minute."""
    asyncio.run(clock._look_once(Clock(house.home, acts), nullcontext()))


def lease(house: Indoors, name: str) -> tuple[str | None, datetime | None]:
    row = next(row for row in house.rows("turns") if row["name"] == name)
    return row["held_by"], row["expires_at"]


def test_several_at_once_do_each_thing_once(house: Indoors) -> None:
    acts = [Counting() for _act in range(4)]
    due = [Due(f"act {n}", act, HOUR) for n, act in enumerate(acts)]
    start = threading.Barrier(TOGETHER)

    def one(_process: int) -> dict[str, int]:
        start.wait(20)
        done, failed = clock.tick(house.home, due)
        assert failed == []
        return done

    clock.tick(house.home, [])
    with ThreadPoolExecutor(TOGETHER) as threads:
        told = list(threads.map(one, range(TOGETHER)))
    assert [len(act.done) for act in acts] == [1] * 4
    assert sum(len(done) for done in told) == 4


def test_an_act_is_done_again_when_its_time_has_come(house: Indoors) -> None:
    hourly, each_minute = Counting(), Counting()
    due = [Due("hourly", hourly, HOUR), Due("each minute", each_minute, MINUTE)]
    with time_machine.travel(BEGAN, tick=False) as time:
        for _minute in range(61):
            look(house, *due)
            time.shift(MINUTE)
    assert hourly.done == [BEGAN, BEGAN + HOUR]
    assert each_minute.done == [BEGAN + MINUTE * n for n in range(61)]


def test_the_work_of_the_night_is_done_once_a_night_in_its_hour(house: Indoors) -> None:
    nightly = Counting()
    with time_machine.travel(BEGAN, tick=False) as time:
        for _hour in range(4 * 24):
            look(house, Due("nightly", nightly))
            time.shift(HOUR / 2)
    assert [(at.day, at.hour) for at in nightly.done] == [(BEGAN.day + 1, 3), (BEGAN.day + 2, 3)]


def test_the_work_of_the_night_can_be_asked_for_by_day(house: Indoors) -> None:
    nightly = Counting()
    for _time in range(2):
        assert clock.tick(house.home, [Due("nightly", nightly)])[0] == {}
        assert clock.tick(house.home, [Due("nightly", nightly)], at_night=True)[0] == {"nightly": 1}
    assert len(nightly.done) == 2


def test_an_act_that_fails_stays_due_and_stops_no_other(house: Indoors) -> None:
    def fail() -> None:
        raise ValueError("words of somebody")

    broken, sound = Counting(fail), Counting()
    due = [Due("broken", broken, HOUR), Due("sound", sound, HOUR)]
    assert clock.tick(house.home, due) == ({"sound": 1}, ["broken (ValueError)"])
    assert lease(house, "broken") == (None, None)
    broken.then = lambda: None
    assert clock.tick(house.home, due) == ({"broken": 1}, [])


def test_who_was_killed_over_an_act_keeps_it_from_others_for_a_short_while(house: Indoors) -> None:
    act = Counting()
    due = Due("act", act, HOUR)
    with time_machine.travel(BEGAN, tick=False) as time:
        killed = Clock(house.home, [due])
        killed.look()
        assert killed._take(due, BEGAN)
        time.shift(LEASE - timedelta(seconds=1))
        look(house, due)
        assert act.done == []
        time.shift(timedelta(seconds=1))
        look(house, due)
    assert len(act.done) == 1


def test_an_act_that_takes_long_keeps_its_turn(house: Indoors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "RENEW_SECONDS", 0.001)
    seen = []

    def wait() -> None:
        first = lease(house, "act")[1]
        while lease(house, "act")[1] == first:
            pass
        seen.append(clock.tick(house.home, [due])[0])

    due = Due("act", Counting(wait), HOUR)
    assert clock.tick(house.home, [due])[0] == {"act": 1}
    assert seen == [{}]


def test_a_turn_that_only_a_wrong_clock_can_have_written_is_not_believed(house: Indoors) -> None:
    act = Counting()
    due = Due("act", act, HOUR)
    with time_machine.travel(BEGAN + 365 * DAY, tick=False) as time:
        clock.tick(house.home, [due])
        assert Clock(house.home, [due])._take(Due("act", act, timedelta(0)), now())
        time.move_to(BEGAN)
        look(house, due)
        assert len(act.done) == 2
        look(house, due)
    assert len(act.done) == 2


def _go_evenly(house: Indoors, time: time_machine.Traveller, hours: float, *due: Due) -> None:
    for _step in range(round(hours * 2)):
        time.shift(HOUR / 2)
        look(house, *due)


@pytest.mark.parametrize("leap", [DAY, 20_000 * DAY, -DAY, -2 * HOUR - MINUTE, 2 * HOUR + MINUTE])
@pytest.mark.measures("U-8")
def test_after_a_leap_of_the_clock_nothing_is_deleted_for_a_while(house: Indoors, leap: timedelta) -> None:
    deletes, harmless = Counting(), Counting()
    due = [Due("deletes", deletes, MINUTE, for_good=True), Due("harmless", harmless, MINUTE)]
    with time_machine.travel(BEGAN, tick=False) as time:
        look(house, *due)
        _go_evenly(house, time, SETTLED / HOUR, *due)
        assert deletes.done == [BEGAN + SETTLED]
        time.shift(leap)
        look(house, *due)
        _go_evenly(house, time, SETTLED / HOUR - 0.5, *due)
        assert len(deletes.done) == 1
        assert harmless.done[-1] == now()
        _go_evenly(house, time, 0.5, *due)
        assert deletes.done[1:] == [now()]


def test_a_command_takes_the_clock_at_its_word(house: Indoors) -> None:
    deletes = Counting()
    assert clock.tick(house.home, [Due("deletes", deletes, HOUR, for_good=True)])[0] == {"deletes": 1}


def test_nothing_that_goes_wrong_stops_the_clock_and_the_log_has_no_words(
    house: Indoors, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks = 0

    async def next_minute(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            monkeypatch.setattr(house.home, "database", None)
        if looks == 4:
            raise asyncio.CancelledError

    def fail() -> None:
        raise ValueError("words of somebody")

    monkeypatch.setattr("app.foundation.clock.asyncio.sleep", next_minute)
    database = house.home.database
    with caplog.at_level(logging.INFO), pytest.raises(asyncio.CancelledError):
        asyncio.run(clock.ticking(house.home, [Due("broken", Counting(fail), HOUR)], nullcontext()))
    monkeypatch.setattr(house.home, "database", database)
    lines = [Plain().format(record) for record in caplog.records if record.name == "hearth.clock"]
    assert [json.loads(line)["class"] for line in lines] == ["ValueError"] * 2 + ["AttributeError"] * 2
    assert "words" not in "".join(lines)


def test_the_clock_ends_at_once_in_the_middle_of_an_act(house: Indoors) -> None:
    begun, over = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        over.wait(60)

    async def serve() -> None:
        async with clock.going(house.home, [Due("hangs", Counting(hang), HOUR)], nullcontext()):
            await asyncio.to_thread(begun.wait, 20)

    asyncio.run(asyncio.wait_for(serve(), 20))
    assert begun.is_set()
    assert not over.is_set()
    assert lease(house, "hangs")[0] is not None
    over.set()
