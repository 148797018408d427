"""What listening costs: a thousand streams on one process take less than 100 MiB (CONTRACT.md, GET /events)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from urllib.parse import urlsplit

import psutil
import pytest

from tests.api.village import QUIET, joined, opened
from tests.conftest import Running
from tests.people import Person
from tests.security.server import Server

MIB = 1024 * 1024
MOST_MIB_OF_A_THOUSAND = 100
MOST_CPU_SECONDS_EACH = 0.002
LISTENERS_EACH = 10
MOST_PEOPLE = 20
AT_ONCE = 10
WITHIN_SECONDS = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, f"sqlite:///{tmp_path}/hearth.db", HEARTH_EVENTS_EACH="100")
    server.start()
    yield server
    server.close()


@pytest.mark.parametrize("listeners", [100, pytest.param(1000, marks=pytest.mark.security)])
def test_many_listeners_take_little_memory(server: Server, listeners: int) -> None:
    hearth = server.running
    slug = opened(hearth)
    author = joined(hearth, slug)
    people = [joined(hearth, slug) for _each in range(min(MOST_PEOPLE, listeners // LISTENERS_EACH))]
    story = author.share(slug, "Tonight", QUIET)["id"]
    asyncio.run(_listen(hearth, people[:1], story, 10, author))  # what is loaded once is not what a listener costs
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    grown, took = asyncio.run(_listen(hearth, people, story, listeners, author, process))
    assert took < listeners * MOST_CPU_SECONDS_EACH
    assert grown - before < MOST_MIB_OF_A_THOUSAND * MIB * listeners / 1000
    assert people[0].api.get("/me").status_code == 200


async def _listen(
    hearth: Running, people: list[Person], story: str, count: int, author: Person, process: psutil.Process | None = None
) -> tuple[int, float]:
    """Open so many streams, tell all of them one thing; gives the memory then, and the CPU it took."""
    few = asyncio.Semaphore(AT_ONCE)
    streams = await asyncio.gather(*(_open(hearth, people[n % len(people)], story, few) for n in range(count)))
    assert [await asyncio.wait_for(reader.readuntil(b"id: "), WITHIN_SECONDS) for reader, _w in streams]
    began = sum(process.cpu_times()[:2]) if process else process_time()
    await asyncio.to_thread(author.reply, story, "Thank you all.")
    heard = await asyncio.gather(
        *(asyncio.wait_for(reader.readuntil(b"event: replies\n"), WITHIN_SECONDS) for reader, _w in streams)
    )
    assert len(heard) == count
    ended = sum(process.cpu_times()[:2]) if process else process_time()
    grown = process.memory_info().rss if process else 0
    for _reader, writer in streams:
        writer.close()
    return grown, ended - began


async def _open(
    hearth: Running, person: Person, story: str, few: asyncio.Semaphore
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    to = urlsplit(hearth.url)
    head = f"Host: {to.netloc}\r\nAuthorization: {person.api.headers['Authorization']}\r\n\r\n"
    async with few:
        reader, writer = await asyncio.open_connection(to.hostname, to.port)
        writer.write(f"GET /api/v1/events?story={story} HTTP/1.1\r\n{head}".encode())
        status = await asyncio.wait_for(reader.readline(), WITHIN_SECONDS)
    assert b"200" in status, status
    return reader, writer
