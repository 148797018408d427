"""The clock beside those who write: what failed is not done again each minute, and who must be alone is."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime

import pytest
import time_machine

from app.due import DUE
from app.foundation import clock
from app.foundation.clock import DAY, HOUR, MINUTE, Clock, Due
from app.foundation.times import now
from tests.upkeep.indoors import BEGAN, Indoors
from tests.upkeep.test_clock import Counting


def test_work_of_the_night_that_failed_rests_for_an_hour_in_that_process(
    house: Indoors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        tries.append(now())
        raise ValueError

    tries: list[datetime] = []
    nightly, hourly = Due("nightly", Counting(fail)), Due("hourly", Counting(fail), HOUR)
    with time_machine.travel(BEGAN, tick=False) as time:
        here = Clock(house.home, [nightly, hourly])
        asyncio.run(clock._look_once(here, nullcontext()))
        assert tries == [BEGAN]
        time.shift(DAY)
        monkeypatch.setattr(clock, "monotonic", lambda: now().timestamp())
        for _minute in range(61):
            asyncio.run(clock._look_once(here, nullcontext()))
            time.shift(MINUTE)
    assert len(tries) == 1 + 61 + 2


def test_only_what_says_so_is_done_while_nobody_writes(house: Indoors) -> None:
    inside: list[bool] = []
    seen: list[bool] = []

    class Writer(AbstractAsyncContextManager[None]):
        async def __aenter__(self) -> None:
            inside.append(True)

        async def __aexit__(self, *_wrong: object) -> None:
            inside.clear()

    due = [Due("beside", Counting(lambda: seen.append(bool(inside))), HOUR),
           Due("alone", Counting(lambda: seen.append(bool(inside))), HOUR, alone=True)]  # fmt: skip
    asyncio.run(clock._look_once(Clock(house.home, due), Writer()))
    assert seen == [False, True]
    assert {one.name for one in DUE if one.alone} == {"rewrite", "checkpoint"}
