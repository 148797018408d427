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
    """The bytes of one request of the API."""
    place = urlsplit(url)
    head = [
        f"{method} {place.path} HTTP/1.1", f"Host: {place.netloc}", f"Authorization: Bearer {token}",
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


class _Line:
    """Connections to one server that are kept while it keeps them, as a proxy before Hearth does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, sent: bytes) -> int:
        """The status of the answer. A kept connection that was closed meanwhile is taken for none."""
        while self._free:
            kept = self._free.pop()
            if not kept[0].at_eof():
                try:
                    return await self._asked(*kept, sent)
                except asyncio.IncompleteReadError as gone:
                    if gone.partial:
                        raise
        return await self._asked(*await asyncio.open_connection("127.0.0.1", self._port), sent)

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> int:
        is_kept = False
        try:
            writer.write(sent)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            is_kept = b"\r\nconnection: close" not in head
            return int(head.split()[1])
        finally:
            if is_kept:
                self._free.append((reader, writer))
            else:
                writer.transport.abort()

    def close(self) -> None:
        for _reader, writer in self._free:
            writer.transport.abort()


async def _closed(port: int, make: Callable[[], bytes], people: int, seconds: float) -> Load:
    found, ends, line = Load(), time.monotonic() + seconds, _Line(port)

    async def person() -> None:
        while time.monotonic() < ends:
            await _one(line, make(), found)

    began = time.monotonic()
    await asyncio.gather(*(person() for _n in range(people)))
    found.seconds = time.monotonic() - began
    line.close()
    return found


async def _offered(port: int, make: Callable[[], bytes], a_second: float, seconds: float) -> Load:
    found, began, sent, line = Load(), time.monotonic(), 0, _Line(port)
    open_now: set[asyncio.Task[None]] = set()
    while (passed := time.monotonic() - began) < seconds:
        due = int(passed * a_second)
        for _n in range(due - sent):
            if len(open_now) >= MOST_OPEN:
                found.missed += 1
                continue
            task = asyncio.create_task(_one(line, make(), found))
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
    line.close()
    return found


async def _one(line: _Line, sent: bytes, found: Load) -> None:
    began, status = time.monotonic(), FAILED
    try:
        async with asyncio.timeout(GIVES_UP_SECONDS):
            status = await line.ask(sent)
    except (OSError, EOFError, TimeoutError, ValueError, IndexError):
        status = FAILED
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
