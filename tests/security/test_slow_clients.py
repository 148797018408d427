"""A thousand clients that hold on to what they get, in the four ways that slowhttptest has; a member goes on reading (O-2)."""

import asyncio
import resource
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup

from tests.conftest import Running, serve
from tests.people import NO_TLS, Person
from tests.security.figures import Figures

CLIENTS, FULL_SECONDS = 1_000, 40
FEW_CLIENTS, SHORT_SECONDS = 100, 2
A_SECOND = 200
"""So many new connections in a second."""
MOST_P95_SECONDS = 2.0
GROUP = "evening-harbour"
FILES = 2_500
RANGES = "bytes=" + ",".join(f"{n}-" for n in range(1_500))
SMALL_BUFFER = 4096


class Crowd:
    """Clients of one kind. Whoever is let go comes again, as long as it lasts."""

    def __init__(self, url: str, kind: str, file: str) -> None:
        self.host, self.port = urlsplit(url).hostname, urlsplit(url).port
        head = f"Host: {self.host}:{self.port}\r\n"
        self.kind, self.tally = kind, Counter[str]()
        self.begins, self.goes_on = {
            "heads without an end": (f"GET / HTTP/1.1\r\n{head}", "X-More: 1\r\n"),
            "bodies without an end": (f"POST /sign-in HTTP/1.1\r\n{head}Content-Length: 60000\r\n\r\n", "a"),
            "answers that are not read": (f"GET {file} HTTP/1.1\r\n{head}\r\n" * 3, ""),
            "a thousand ranges": (f"GET {file} HTTP/1.1\r\n{head}Range: {RANGES}\r\n\r\n", ""),
        }[kind]

    async def hold_on(self, number: int, until: float) -> None:
        await asyncio.sleep(number / A_SECOND)
        while time.monotonic() < until:
            with suppress(OSError):
                await self._once(until)
            self.tally["let go"] += 1
            await asyncio.sleep(0.5)

    async def _once(self, until: float) -> None:
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        made.setblocking(False)
        with made:
            loop = asyncio.get_running_loop()
            await loop.sock_connect(made, (self.host, self.port))
            self.tally["connections"] += 1
            await loop.sock_sendall(made, self.begins.encode())
            while time.monotonic() < until:
                await asyncio.sleep(1)
                if self.goes_on:
                    await loop.sock_sendall(made, self.goes_on.encode())
                if self.kind == "a thousand ranges":
                    await self._take(made)
                elif self.kind == "answers that are not read" and not await loop.sock_recv(made, 5):
                    return

    async def _take(self, made: socket.socket) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                while await asyncio.get_running_loop().sock_recv(made, 65_536):
                    pass
                raise ConnectionError

    async def all_together(self, clients: int, until: float) -> None:
        await asyncio.gather(*(self.hold_on(n, until) for n in range(clients)))


@contextmanager
def _while_it_lasts(crowd: Crowd, clients: int, seconds: float) -> Iterator[float]:
    until = time.monotonic() + seconds
    thread = threading.Thread(target=asyncio.run, args=(crowd.all_together(clients, until),), daemon=True)
    thread.start()
    yield until
    thread.join(30)


def _measure(hearth: Running, figures: Figures, kind: str, clients: int, seconds: float) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, FILES), hard), hard))
    person = Person.signed_up(hearth.url)
    person.join(GROUP)
    story = person.share(GROUP, "Tonight", "It was a quiet evening.")["id"]
    sheet = BeautifulSoup(httpx.get(f"{hearth.url}/", verify=NO_TLS).text, "html.parser").select_one(
        "link[rel=stylesheet]"
    )
    assert sheet is not None
    crowd, took = Crowd(hearth.url, kind, str(sheet["href"])), list[float]()
    with _while_it_lasts(crowd, clients, seconds) as until:
        while time.monotonic() < until:
            begun = time.monotonic()
            assert person.api.get(f"/stories/{story}").status_code == 200
            assert (
                httpx.get(f"{hearth.url}/help-now", timeout=30, verify=NO_TLS).status_code == 200
            )  # on a connection of its own
            took.append((time.monotonic() - begun) / 2)
            time.sleep(0.02)  # somebody reads, and does not hammer
    p95 = sorted(took)[len(took) * 95 // 100]
    said = f"{clients} clients ({crowd.tally['connections']} connections, {crowd.tally['let go']} let go)"
    held = p95 < MOST_P95_SECONDS
    figures.note(
        "O-2", f"{said} for {seconds:.0f} s; others' p95 {p95:.3f} s, {len(took)} readings", held=held, of=kind
    )
    assert crowd.tally["connections"] >= clients
    assert held
    assert httpx.get(f"{hearth.url}/groups", verify=NO_TLS).status_code == 200


KINDS = ["heads without an end", "bodies without an end", "answers that are not read", "a thousand ranges"]


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Hearth as it is by itself: with its own deadlines, and room for two thousand connections."""
    folder: Path = tmp_path_factory.mktemp("patient")
    yield from serve(folder, f"sqlite:///{folder}/hearth.db")


@pytest.mark.parametrize("kind", KINDS)
def test_some_slow_clients_do_not_slow_the_others(patient: Running, kind: str) -> None:
    _measure(patient, Figures(kind, []), kind, FEW_CLIENTS, SHORT_SECONDS)


@pytest.mark.security
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.measures("O-2")
def test_a_thousand_slow_clients_do_not_slow_the_others(patient: Running, figures: Figures, kind: str) -> None:
    _measure(patient, figures, kind, CLIENTS, FULL_SECONDS)
