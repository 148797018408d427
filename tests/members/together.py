"""Many requests at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

Call = Callable[[], httpx.Response]


def at_once(calls: Sequence[Call]) -> list[httpx.Response]:
    """All answers, in the order of the calls, which begin together."""
    start = Barrier(len(calls))

    def one(call: Call) -> httpx.Response:
        start.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))
