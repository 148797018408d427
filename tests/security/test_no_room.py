"""Who is sent away because it is too full is told so before any work is done for them, in the same words (O-5, O-6)."""

import socket
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.foundation.web.wire import Wire
from tests.people import NO_TLS
from tests.security.inside import at_home

HOURS = {"date"}
FULL = 64


@pytest.fixture
def home(tmp_path: Path) -> Iterator[tuple[httpx.Client, FastAPI]]:
    with (
        at_home(tmp_path, protocol=Wire) as (url, app),
        httpx.Client(base_url=url, timeout=10, verify=NO_TLS) as stranger,
    ):
        yield stranger, app


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in HOURS}


@pytest.mark.parametrize(("path", "kind"), [("/groups", "text/html"), ("/api/v1/groups", "application/problem+json")])
def test_the_second_is_told_what_the_first_was(home: tuple[httpx.Client, FastAPI], path: str, kind: str) -> None:
    stranger, app = home
    well = stranger.get(path)
    assert well.status_code == 200
    app.state.traffic.reading = FULL
    first = stranger.get(path)
    worked = app.state.traffic.took_seconds
    second, other = stranger.get(path), stranger.get(f"{path}?after=x")
    assert [one.status_code for one in (first, second, other)] == [503, 503, 503]
    assert app.state.traffic.took_seconds == worked, "the first was answered by the application, the others before it"
    assert _headers(first) == _headers(second) == _headers(other)
    assert first.text == second.text
    assert first.headers["content-type"].startswith(kind)
    assert first.headers["retry-after"] == "5"
    assert app.state.traffic.shed == 3
    app.state.traffic.reading = 0
    assert stranger.get(path).text == well.text


def test_help_and_words_go_past_it(home: tuple[httpx.Client, FastAPI]) -> None:
    stranger, app = home
    app.state.traffic.reading = FULL
    for path in ("/", "/groups", "/groups"):
        assert stranger.get(path).status_code == 503
    for path in ("/help-now", "/healthz", "/robots.txt"):
        assert stranger.get(path).status_code == 200, path
    assert stranger.post("/api/v1/accounts", json={"passphrase": "short"}).status_code == 422
    app.state.traffic.writing = FULL
    refused = stranger.post("/groups/kitchen-table/write", data={"body": "Words that are not to be lost"})
    assert refused.status_code == 503
    assert "Words that are not to be lost" in refused.text


def test_who_is_sent_away_keeps_the_connection_for_the_next_try(home: tuple[httpx.Client, FastAPI]) -> None:
    stranger, app = home
    app.state.traffic.reading = FULL
    assert stranger.get("/groups").status_code == 503
    place = (stranger.base_url.host, stranger.base_url.port or 0)
    with socket.create_connection(place, timeout=10) as line, line.makefile("rb") as heard:
        asks = f"GET /groups HTTP/1.1\r\nHost: {place[0]}\r\n\r\n".encode()
        for _try in range(3):
            line.sendall(asks)
            assert _status(heard) == 503
        app.state.traffic.reading = 0
        line.sendall(asks)
        assert _status(heard) == 200


def test_a_program_that_writes_is_told_once_all_of_it_is_there(home: tuple[httpx.Client, FastAPI]) -> None:
    stranger, app = home
    app.state.traffic.reading = app.state.traffic.writing = FULL
    assert stranger.get("/api/v1/groups").status_code == 503
    place = (stranger.base_url.host, stranger.base_url.port or 0)
    head = f"POST /api/v1/accounts HTTP/1.1\r\nHost: {place[0]}\r\nContent-Type: application/json\r\nContent-Length: 23\r\n"
    worked = app.state.traffic.took_seconds
    with socket.create_connection(place, timeout=10) as line, line.makefile("rb") as heard:
        for extra in ("", "", "Expect: 100-continue\r\n"):
            line.sendall(f"{head}{extra}\r\n".encode() + b'{"passphrase": ')
            line.sendall(b'"short"}')
            assert _status(heard) == 503
    assert app.state.traffic.took_seconds == worked


def test_many_tries_in_one_go_are_all_told_or_none_is_half_told(home: tuple[httpx.Client, FastAPI]) -> None:
    stranger, app = home
    app.state.traffic.reading = FULL
    assert stranger.get("/groups").status_code == 503
    place = (stranger.base_url.host, stranger.base_url.port or 0)
    with socket.create_connection(place, timeout=10) as line, line.makefile("rb") as heard:
        line.sendall(f"GET /groups HTTP/1.1\r\nHost: {place[0]}\r\n\r\n".encode() * 50)
        line.shutdown(socket.SHUT_WR)
        answers = [_status(heard)]
        while heard.peek(1):
            answers.append(_status(heard))
    assert 1 <= len(answers) <= 50
    assert set(answers) == {503}


def _status(heard: BufferedReader) -> int:
    """Of one whole answer."""
    status = int(heard.readline().split()[1])
    length = 0
    while (head := heard.readline()) not in (b"\r\n", b""):
        name, _colon, value = head.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    assert len(heard.read(length)) == length
    return status
