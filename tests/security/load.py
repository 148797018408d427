"""People who come whether or not there is room: requests offered at a rate, over raw sockets, cheap on the processor."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import uvloop

GIVES_UP_SECONDS = 20.0
MOST_OPEN = 1500
"""Connections at once. More would measure this machine's ports, not Hearth."""
TURN_SECONDS = 0.05
FAILED = 0


@dataclass
class Load:
    """What came of it: how often each status (0: no answer), and how long each answer took, by whether it was work done."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    done: list[float] = field(default_factory=list)
    shed: list[float] = field(default_factory=list)
    own_share: float = 0.0
    """Of one core, what sending took."""
    missed: int = 0
    """Never sent: this machine had no room to send them."""

    @property
    def a_second(self) -> float:
        """Work done, each second."""
        return len(self.done) / self.seconds if self.seconds else 0.0

    def took(self, share: float, *, shed: bool = False) -> float:
        """Within how many seconds this share of the answers came."""
        times = sorted(self.shed if shed else self.done)
        return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0


def request(method: str, url: str, token: str, body: str = "") -> bytes:
    """The bytes of one request of the API, on a connection of its own."""
    place = urlsplit(url)
    head = [
        f"{method} {place.path} HTTP/1.1", f"Host: {place.netloc}", "Connection: close", f"Authorization: Bearer {token}",
    ]  # fmt: skip
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def closed_loop(url: str, make: Callable[[], bytes], people: int, seconds: float) -> Load:
    """So many people, each of whom sends again as soon as the answer is there: what Hearth can do."""
    return _run(_closed(urlsplit(url).port or 80, make, people, seconds))


def offered(url: str, make: Callable[[], bytes], a_second: float, seconds: float) -> Load:
    """So many requests a second, whatever becomes of them."""
    return _run(_offered(urlsplit(url).port or 80, make, a_second, seconds))


def _run(sending: Coroutine[None, None, Load]) -> Load:
    """By uvloop, which takes half of this machine's time; and say how much it was."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        spent, began = time.process_time(), time.monotonic()
        found = runner.run(sending)
        found.own_share = (time.process_time() - spent) / (time.monotonic() - began)
    return found


async def _closed(port: int, make: Callable[[], bytes], people: int, seconds: float) -> Load:
    found, ends = Load(), time.monotonic() + seconds

    async def person() -> None:
        while time.monotonic() < ends:
            await _one(port, make(), found)

    began = time.monotonic()
    await asyncio.gather(*(person() for _n in range(people)))
    found.seconds = time.monotonic() - began
    return found


async def _offered(port: int, make: Callable[[], bytes], a_second: float, seconds: float) -> Load:
    found, began, sent = Load(), time.monotonic(), 0
    open_now: set[asyncio.Task[None]] = set()
    while (passed := time.monotonic() - began) < seconds:
        due = int(passed * a_second)
        for _n in range(due - sent):
            if len(open_now) >= MOST_OPEN:
                found.missed += 1
                continue
            task = asyncio.create_task(_one(port, make(), found))
            open_now.add(task)
            task.add_done_callback(open_now.discard)
        sent = due
        await asyncio.sleep(TURN_SECONDS)
    # Only what was answered while the load lasted counts as work done in that time.
    found.seconds = time.monotonic() - began
    done = len(found.done)
    if open_now:
        await asyncio.wait(open_now, timeout=GIVES_UP_SECONDS)
    del found.done[done:]
    return found


async def _one(port: int, sent: bytes, found: Load) -> None:
    began, status = time.monotonic(), FAILED
    try:
        async with asyncio.timeout(GIVES_UP_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(sent)
                line = await reader.readline()
                status = int(line.split()[1]) if line else FAILED
                while await reader.read(65536):
                    pass
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError, ValueError, IndexError):
        status = status or FAILED
    spent = time.monotonic() - began
    found.statuses[status] += 1
    (found.done if status in (200, 201, 204) else found.shed).append(spent)


def in_turn(requests: Sequence[bytes]) -> Callable[[], bytes]:
    """Each of these in turn, over and over."""
    place = 0

    def take() -> bytes:
        nonlocal place
        place = (place + 1) % len(requests)
        return requests[place]

    return take
