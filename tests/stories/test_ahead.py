"""The doors that words are looked at by while they are written: for those of our pages alone, and nothing is kept."""

import asyncio
from pathlib import Path
from threading import Event

import httpx
import pytest

from app.foundation.crew import Crew
from app.foundation.errors import TooMany
from app.foundation.settings import Settings
from app.foundation.web.limits import AHEAD, Limits
from tests.api.pages import Desk
from tests.api.village import row_counts
from tests.conftest import Running

WORDS = {"title": "Tonight", "body": "Ring me: 07700 900123."}


@pytest.fixture
def desk(hearth: Running) -> Desk:
    return Desk(hearth)


def _ahead(desk: Desk, **changed: str) -> httpx.Response:
    csrf = desk.form(desk.writing)["csrf"]
    return desk.send(f"/groups/{desk.group}/ahead", {"csrf": csrf, **WORDS, **changed})


def test_a_piece_of_a_page_comes_back_and_nothing_is_kept(desk: Desk) -> None:
    csrf = desk.form(desk.writing)["csrf"]
    before = row_counts(desk.hearth)
    answer = desk.send(f"/groups/{desk.group}/ahead", {"csrf": csrf, **WORDS})
    assert answer.status_code == 200
    assert "<mark>07700 900123</mark>" in answer.text
    assert 'data-put="[phone number removed]"' in answer.text
    assert "<html" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert row_counts(desk.hearth) == before
    assert "07700" not in desk.hearth.log.read_text()


def test_what_is_typed_is_text_and_nothing_else(desk: Desk) -> None:
    answer = _ahead(desk, body='<img src=x onerror="alert(1)"> 07700 900123 </div><script>x</script>')
    assert "<img" not in answer.text
    assert "<script" not in answer.text
    assert "&lt;img" in answer.text


def test_words_that_are_not_there_yet_are_nothing_to_talk_about(desk: Desk) -> None:
    for answer in (
        _ahead(desk, body=""),
        _ahead(desk, title="", body=" \n"),
        _ahead(desk, title="", body="It rained."),
    ):
        assert answer.status_code == 200
        assert "<section" not in answer.text


def test_only_our_own_page_may_ask(desk: Desk) -> None:
    good = desk.form(desk.writing)["csrf"]
    door = f"/groups/{desk.group}/ahead"
    assert desk.send(door, WORDS).status_code == 403
    assert desk.send(door, {**WORDS, "csrf": "x" * 88}).status_code == 403
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    assert desk.send(door, {**WORDS, "csrf": good}, **foreign).status_code == 403
    outsider = desk.hearth.visitor().http.post(door, data={**WORDS, "csrf": good}, follow_redirects=False)
    assert "07700" not in outsider.text or outsider.status_code in (303, 401)
    assert "<mark>" not in outsider.text


def test_what_one_may_not_read_is_not_there(desk: Desk) -> None:
    other = Desk(desk.hearth)
    csrf = desk.form(desk.writing)["csrf"]
    told = other.person.share(other.slug, "Elsewhere", "It was quiet.")["id"]
    for door in (f"/groups/{other.group}/ahead", f"/stories/{told}/ahead", "/stories/0/ahead"):
        assert desk.send(door, {**WORDS, "csrf": csrf}).status_code == 404


def test_words_that_are_too_long_are_not_looked_at(desk: Desk) -> None:
    assert _ahead(desk, body="a" * 10_001).status_code == 422
    assert _ahead(desk, title="a" * 201).status_code == 422


def test_looking_ahead_is_counted_for_itself(tmp_path: Path) -> None:
    limits = Limits(Settings(secrets_dir=tmp_path, base_url="http://127.0.0.1:8000"))
    for _rest in range(AHEAD.at_once):
        limits.look_ahead("one")
    with pytest.raises(TooMany):
        limits.look_ahead("one")
    limits.look_ahead("another")
    limits.open_page("one")
    assert limits.refused["ahead"] == 1


def test_whoever_waits_for_a_turn_is_counted() -> None:
    """The doors keep away while the line is long."""

    async def crowd() -> tuple[int, int]:
        crew, go = Crew(1), Event()
        asked = [asyncio.ensure_future(crew.do(go.wait)) for _ in range(4)]
        await asyncio.sleep(0)
        waiting = crew.in_line
        go.set()
        await asyncio.gather(*asked)
        return waiting, crew.in_line

    assert asyncio.run(crowd()) == (3, 0)
