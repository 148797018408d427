"""SIGTERM with a client that holds half a request: it ends in time, and nothing that was acknowledged is lost (O-8)."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from tests.people import Person
from tests.security.figures import Figures
from tests.security.server import Server
from tests.security.writers import SLUG, Writer, Written, compare, marks_in

ENDS_WITHIN = 10.0
STUCK = {
    "half a body": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\npassphrase=",
    "half a head": b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "nothing": b"",
}
FULL, SHORT = 20, 1


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path, f"sqlite:///{tmp_path}/hearth.db")
    yield made
    made.close()


def _ended(server: Server, times: int) -> tuple[float, int, str, bool]:
    """End it so often under load with stuck clients; gives the slowest end, the statuses other than 0, and the count."""
    told, stop, slowest, odd = Written(), Event(), 0.0, 0
    server.start()
    people = [Person.signed_up(server.url) for _n in range(2)]
    for person in people:
        person.join(SLUG)
    writers = [Writer(person, told, stop, n) for n, person in enumerate(people)]
    for writer in writers:
        writer.start()
    for n in range(times):
        before = len(told.acknowledged)
        while len(told.acknowledged) < before + 3:
            stop.wait(0.01)
        with ExitStack() as clients:
            for sent in list(STUCK.values())[: 1 + n % len(STUCK)]:
                line = clients.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                line.sendall(sent)
            slowest = max(slowest, server.terminate())
            assert server.process
            odd += server.process.returncode != 0
        server.start()
    stop.set()
    for writer in writers:
        writer.join(60)
        writer.person.api.close()
    count = compare(told, marks_in(server.running))
    return slowest, odd, str(count), count.is_clean


def test_it_ends_in_time_with_a_stuck_client(server: Server) -> None:
    slowest, odd, said, clean = _ended(server, SHORT)
    assert slowest < ENDS_WITHIN
    assert odd == 0
    assert clean, said


@pytest.mark.security
@pytest.mark.measures("O-8")
def test_it_ends_in_time_again_and_again(server: Server, figures: Figures) -> None:
    slowest, odd, said, clean = _ended(server, FULL)
    held = slowest <= ENDS_WITHIN and not odd and clean
    figures.note(
        "O-8", f"{FULL} times under load with stuck clients: ended within {slowest:.1f} s, exit status not 0: {odd}; {said}",
        held=held, of="SIGTERM",
    )  # fmt: skip
    assert held
