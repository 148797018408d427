"""The crew that answers the pages read most: so many threads and no more, and nothing that is asked is left lying."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from app.foundation import crew
from app.foundation.crew import Crew

MARK: ContextVar[str] = ContextVar("mark", default="")
AT_MOST = 5.0
"""Seconds that a wait may take before a test has failed."""


def test_what_is_returned_and_what_is_raised_comes_back() -> None:
    async def asked() -> None:
        few = Crew(1)
        assert await few.do(lambda: 7) == 7
        with pytest.raises(RuntimeError):
            await few.do(lambda: next(iter([])))
        with pytest.raises(KeyError, match="gone"):
            await few.do(lambda: dict[str, int]()["gone"])
        assert await few.do(lambda: "and on") == "and on"

    asyncio.run(asked())


def test_no_more_work_side_by_side_than_there_are_threads() -> None:
    most, at_once, together = 0, 0, threading.Lock()
    two = threading.Barrier(2)

    def work() -> None:
        nonlocal most, at_once
        with together:
            at_once += 1
            most = max(most, at_once)
        two.wait(AT_MOST)  # broken unless two work at the same time
        with together:
            at_once -= 1

    async def asked() -> None:
        few = Crew(2)
        await asyncio.gather(*(few.do(work) for _ in range(10)))

    asyncio.run(asked())
    assert most == 2


def test_it_works_in_the_context_of_whoever_asks() -> None:
    async def asked() -> tuple[str, str]:
        few = Crew(1)
        MARK.set("one")
        first = await few.do(MARK.get)
        MARK.set("other")
        return first, await few.do(MARK.get)

    assert asyncio.run(asked()) == ("one", "other")


def test_who_goes_away_leaves_the_work_to_be_done_and_the_thread_to_others() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(AT_MOST)
        done.set()

    async def asked() -> str:
        few = Crew(1)
        asking = asyncio.ensure_future(few.do(work))
        await asyncio.to_thread(begun.wait, AT_MOST)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        go_on.set()
        return await few.do(lambda: "next")

    assert asyncio.run(asked()) == "next"
    assert done.is_set()


def test_who_goes_away_before_it_began_leaves_nothing_to_be_done() -> None:
    begun, go_on = threading.Event(), threading.Event()
    done = list[str]()

    def hold_up() -> None:
        begun.set()
        go_on.wait(AT_MOST)

    async def asked() -> None:
        few = Crew(1)
        first = asyncio.ensure_future(few.do(hold_up))
        await asyncio.to_thread(begun.wait, AT_MOST)
        waiting = asyncio.ensure_future(few.do(lambda: done.append("waiting")))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        go_on.set()
        await first
        await few.do(lambda: done.append("next"))

    asyncio.run(asked())
    assert done == ["next"]


def test_one_thread_is_enough_for_one_after_the_other() -> None:
    async def asked() -> set[threading.Thread]:
        few = Crew(12)
        return {await few.do(threading.current_thread) for _each in range(20)}

    # Another comes if those before have not sat down again yet, on a busy machine; twelve do, if each call begins one.
    assert len(asyncio.run(asked())) < 6


def test_no_room_for_a_thread_is_said_and_does_not_last(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    done = list[str]()

    async def asked() -> None:
        few = Crew(1)
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", full)
            with pytest.raises(RuntimeError, match="new thread"):
                await few.do(lambda: done.append("refused"))
        await few.do(lambda: done.append("later"))

    asyncio.run(asked())
    assert done == ["later"]


def test_who_stands_in_line_when_there_is_no_thread_any_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(crew, "IDLE_SECONDS", 0.01)
    threads, began = list[threading.Thread](), threading.Event()

    def work() -> None:
        threads.append(threading.current_thread())
        began.set()

    async def asked() -> None:
        few = Crew(1)
        first, second = asyncio.ensure_future(few.do(work)), asyncio.ensure_future(few.do(lambda: None))
        await asyncio.sleep(0)
        began.wait(AT_MOST)
        threads[0].join(AT_MOST)  # the loop stands still, and the thread goes meanwhile
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", full)
            await first
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(second, AT_MOST)
        assert await few.do(lambda: "and on") == "and on"

    asyncio.run(asked())


def test_threads_with_nothing_to_do_go_and_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "IDLE_SECONDS", 0.01)
    few = Crew(1)

    async def asked() -> threading.Thread:
        return await few.do(threading.current_thread)

    first = asyncio.run(asked())
    first.join(AT_MOST)
    assert not first.is_alive()
    second = asyncio.run(asked())
    assert second is not first
    second.join(AT_MOST)
    assert not second.is_alive()
