"""Clients that are slow, endless or strange: each is answered or dropped in time, and others notice nothing (O-1, O-3)."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack

import httpx
import pytest

from app.foundation.web.headers import everywhere
from tests.conftest import Running
from tests.door.clients import Heard, Raw
from tests.people import NO_TLS
from tests.security.figures import Figures

FORM = ("Content-Type: application/x-www-form-urlencoded",)
CHUNK = b"8000\r\n" + b"a" * 0x8000 + b"\r\n"
ENDLESS = b"1;" + b"a" * 0x8000 + b"\r\na\r\n"
SLACK = 1.4
"""Beyond a deadline of 0.6 seconds: for a busy machine."""
PATIENT = 8
MOST_LINGER = 3.5

Client = Callable[[Raw], Raw]

SLOW: dict[str, tuple[Client, int]] = {
    "says nothing": (lambda c: c, 0),
    "half a head": (lambda c: c.say(b"GET / HTTP/1.1\r\nHost: "), 408),
    "a head, byte by byte": (lambda c: c.trickle(b"GET / HTTP/1.1\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaaa", 0.05), 408),
    "a head without an end": (lambda c: c.say(b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 30, pause=0.04), 408),
    "half a form": (lambda c: c.say(c.head("POST /sign-in", *FORM, "Content-Length: 100"), b"sign_in"), 408),
    "a form, byte by byte": (
        lambda c: c.say(c.head("POST /sign-in", *FORM, "Content-Length: 100")).trickle(b"sign_in_name=abcdefghijk", 0.05), 408,
    ),
    "chunks without an end": (
        lambda c: c.say(c.head("POST /sign-in", *FORM, "Transfer-Encoding: chunked"), *[b"1\r\na\r\n"] * 25, pause=0.04), 408,
    ),
    "a second request that never ends": (lambda c: c.say(c.head("GET /healthz")) and _then_half(c), 408),
}  # fmt: skip


def _then_half(client: Raw) -> Raw:
    heard = b""
    while b'"ok"' not in heard:
        heard += client.socket.recv(65_536)
    return client.say(b"GET /healthz HTTP/1.1\r\nHos")


@pytest.mark.parametrize("kind", SLOW)
@pytest.mark.measures("O-1")
def test_who_is_too_slow_is_let_go_in_time(hasty: Running, figures: Figures, kind: str) -> None:
    client, status = SLOW[kind]
    with Raw(hasty) as raw:
        heard = client(raw).listen(PATIENT)
    said = (
        f"answered {heard.status}, " * bool(heard.status) + f"let go after {heard.seconds:.1f} s of a deadline of 0.6 s"
    )
    figures.note("O-1", said, held=heard.was_closed, of=kind)
    assert heard.was_closed
    assert heard.seconds < 0.6 + 1.0 + SLACK + MOST_LINGER * (status > 0)
    assert heard.bytes.count(b" 408 ") == (1 if status else 0)


LARGE: dict[str, tuple[Client, int]] = {
    "a head of 200 KB": (lambda c: c.say(c.head("GET /", "X-Much: " + "a" * 200_000)), 431),
    "a head of many lines": (lambda c: c.say(c.head("GET /", *[f"X-{n}: {n}" for n in range(3_000)])), 431),
    "a head of 17 KB": (lambda c: c.say(c.head("GET /", "X-Much: " + "a" * 17_000)), 431),
    "an address of 5 KB": (lambda c: c.say(c.head("GET /" + "a" * 5_000)), 414),
    "an address of 200 KB": (lambda c: c.say(c.head("GET /" + "a" * 200_000)), 414),
    "a form of 300 KB": (lambda c: c.say(c.head("POST /sign-in", *FORM, "Content-Length: 300000"), b"a" * 300_000), 413),
    "a form that is said to be huge": (lambda c: c.say(c.head("POST /sign-in", *FORM, f"Content-Length: {10**15}")), 413),
    "chunks of 400 KB": (
        lambda c: c.say(c.head("POST /sign-in", *FORM, "Transfer-Encoding: chunked"), *[CHUNK] * 12), 413,
    ),
    "chunks with endless words beside them": (
        lambda c: c.say(c.head("POST /sign-in", *FORM, "Transfer-Encoding: chunked"), *[ENDLESS] * 70), 413,
    ),
    "a trailer": (
        lambda c: c.say(c.head("POST /sign-in", *FORM, "Transfer-Encoding: chunked"), b"1\r\na\r\n0\r\nX-Late: a\r\n\r\n"), 400,
    ),
    "a trailer without an end": (
        lambda c: c.say(c.head("POST /sign-in", *FORM, "Transfer-Encoding: chunked"), b"0\r\nX: ", *[b"a" * 0x8000] * 70), 413,
    ),
    "too many fields": (
        lambda c: c.say(c.head("POST /sign-in", *FORM, "Content-Length: 3000", "Connection: close"), b"a=b&" * 750), 400,
    ),
    "no HTTP at all": (lambda c: c.say(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 400),
    "no host": (lambda c: c.say(b"GET / HTTP/1.1\r\n\r\n"), 400),
    "two hosts": (lambda c: c.say(c.head("GET /", "Host: evil.example")), 400),
    "another host": (lambda c: c.say(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421),
    "two lengths": (lambda c: c.say(c.head("POST /sign-in", *FORM, "Content-Length: 5", "Content-Length: 6"), b"a=b&c"), 400),
    "a length and chunks": (
        lambda c: c.say(c.head("POST /sign-in", *FORM, "Content-Length: 5", "Transfer-Encoding: chunked"), b"0\r\n\r\n"), 400,
    ),
    "a line break in a header": (lambda c: c.say(c.head("GET /", "X-A: b\rSet-Cookie: c=d")), 400),
    "a NUL in the head": (lambda c: c.say(c.head("GET /", "X-A: b\0c")), 400),
    "an address that is none": (lambda c: c.say(c.head("GET http://[")), 400),
}  # fmt: skip


@pytest.mark.parametrize("kind", LARGE)
@pytest.mark.measures("O-3")
def test_what_is_too_much_or_none_is_refused_without_reading_the_rest(
    hasty: Running, figures: Figures, kind: str
) -> None:
    client, status = LARGE[kind]
    with Raw(hasty) as raw:
        heard = client(raw).listen(PATIENT)
    figures.note("O-3", f"{heard.status} and closed after {heard.seconds:.1f} s", held=heard.status == status, of=kind)
    assert heard.was_closed
    assert (heard.status, heard.seconds < MOST_LINGER) == (status, True)
    assert _lacks(heard) == set()


def _lacks(heard: Heard) -> set[str]:
    """Which of the headers of every answer this one has not."""
    return {name for name, value in everywhere(is_https=False).items() if heard.headers.get(name) != value}


@pytest.mark.measures("O-1")
def test_after_a_refusal_nothing_that_was_sent_behind_it_is_done(hasty: Running) -> None:
    """A request hidden behind a refused one is not read as a second one."""
    with Raw(hasty) as raw:
        heard = raw.say(raw.head("GET /", "X-Much: " + "a" * 17_000), raw.head("GET /healthz")).listen(PATIENT)
    assert heard.bytes.count(b"HTTP/1.1 ") == 1


def test_an_unread_body_is_not_taken_for_the_next_request(hasty: Running) -> None:
    with Raw(hasty) as raw:
        hidden = raw.head("GET /healthz")
        heard = raw.say(raw.head("POST /nothing-here", f"Content-Length: {len(hidden) + 50}"), hidden).listen(PATIENT)
    assert heard.status == 404
    assert heard.headers["connection"] == "close"
    assert heard.bytes.count(b"HTTP/1.1 ") == 1


@pytest.mark.measures("O-1")
def test_a_client_that_says_it_is_done_gets_its_answer_or_is_closed(hasty: Running) -> None:
    with Raw(hasty) as raw:
        raw.say(raw.head("GET /help-now")).socket.shutdown(1)
        heard = raw.listen(PATIENT)
    assert heard.was_closed
    assert heard.seconds < SLACK + 1
    with Raw(hasty) as half:
        half.say(b"GET /help-now HTTP/1.1\r\n").socket.shutdown(1)
        assert half.listen(PATIENT).was_closed


@pytest.mark.measures("O-1")
def test_a_reader_that_does_not_read_is_let_go(hasty: Running) -> None:
    """Page after page is asked for and none is taken: the server's buffers must not hold them for ever."""
    with Raw(hasty, receive_buffer=4096) as raw:
        raw.socket.settimeout(PATIENT)
        request = raw.head("GET /help-now")
        with pytest.raises(ConnectionError):
            for _asked in range(3_000):
                raw.socket.sendall(request)
                time.sleep(0.004)  # so that each is answered before the next: requests in a heap are another test


@pytest.mark.measures("O-1")
def test_requests_in_a_heap_are_not_queued_without_end(hasty: Running) -> None:
    with Raw(hasty) as raw:
        raw.socket.settimeout(PATIENT)
        with pytest.raises(ConnectionError):
            for _heap in range(200):
                raw.socket.sendall(raw.head("GET /help-now") * 500)


@pytest.mark.measures("O-1")
def test_more_connections_than_there_is_room_for_push_out_the_idle_ones(hasty: Running) -> None:
    with ExitStack() as held:
        for _one in range(120):
            held.enter_context(Raw(hasty)).say(b"GET / HTTP/1.1\r\n")
        answer = httpx.get(f"{hasty.url}/help-now", timeout=PATIENT, verify=NO_TLS)
        assert answer.status_code == 200


DEEP = [b"[" * 60_000, b'{"a":' * 30_000, b"1" * 6_000, b'{"sign_in_name":' + b"[" * 40_000 + b"]" * 40_000 + b"}"]


@pytest.mark.parametrize("body", DEEP, ids=lambda b: str(b[:8]))
@pytest.mark.measures("O-3")
def test_json_has_its_bounds(hasty: Running, body: bytes) -> None:
    answer = httpx.post(
        f"{hasty.url}/api/v1/sessions", content=body, headers={"content-type": "application/json"}, verify=NO_TLS
    )
    assert answer.status_code in (400, 422)
    assert json.loads(answer.text)["status"] == answer.status_code


def test_others_are_served_all_the_while(hasty: Running) -> None:
    with ExitStack() as held:
        for _one in range(20):
            raw = held.enter_context(Raw(hasty))
            raw.say(raw.head("POST /sign-in", *FORM, "Content-Length: 100"), b"sign")
        with httpx.Client(base_url=hasty.url, timeout=PATIENT, verify=NO_TLS) as client:
            took = sorted(client.get("/groups").elapsed.total_seconds() for _page in range(20))
    assert took[-2] < 2
