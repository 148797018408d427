"""Who is sent away because it is too full is told so before any work is done for them, in the same words (O-5, O-6)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.foundation.web.wire import Wire
from tests.security.inside import at_home

HOURS_AND_ENDS = {"date", "connection"}
"""What differs: an answer by the connection itself is its last one."""
FULL = 64


@pytest.fixture
def home(tmp_path: Path) -> Iterator[tuple[httpx.Client, FastAPI]]:
    with at_home(tmp_path, protocol=Wire) as (url, app), httpx.Client(base_url=url, timeout=10) as stranger:
        yield stranger, app


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in HOURS_AND_ENDS}


@pytest.mark.parametrize(("path", "kind"), [("/groups", "text/html"), ("/api/v1/groups", "application/problem+json")])
def test_the_second_is_told_what_the_first_was(home: tuple[httpx.Client, FastAPI], path: str, kind: str) -> None:
    stranger, app = home
    well = stranger.get(path)
    assert well.status_code == 200
    app.state.traffic.reading = FULL
    first, second, other = stranger.get(path), stranger.get(path), stranger.get(f"{path}?after=x")
    assert [one.status_code for one in (first, second, other)] == [503, 503, 503]
    assert second.headers["connection"] == "close", "the first was answered by the application, the second before it"
    assert first.headers.get("connection") != "close"
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
