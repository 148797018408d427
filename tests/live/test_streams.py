"""How streams begin again, end, and are bounded."""

from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.api.village import QUIET, joined, opened
from tests.conftest import Running
from tests.live.conftest import EACH, MOST, QUICK
from tests.live.ear import Ear
from tests.members.databases import fresh
from tests.people import NO_TLS, Person
from tests.security.server import Server

ENDS_SECONDS = 5
"""The session is looked at every second here, every 20 in earnest, where 30 are allowed."""


def _pair(hearth: Running) -> tuple[Person, Person, str]:
    slug = opened(hearth)
    author, peer = joined(hearth, slug), joined(hearth, slug)
    return author, peer, author.share(slug, "Tonight", QUIET)["id"]


def test_after_a_kill_exactly_what_was_missed_is_heard_once(server: Server) -> None:
    author, peer, story = _pair(server.running)
    ear = Ear(author.api)
    before_all = ear.last_id
    peer.reply(story, "Heard before.")
    ear.next("notice")
    server.kill()
    assert ear.ended.wait(ENDS_SECONDS)
    server.start()
    missed = [f"reply:{peer.reply(story, f'Missed, {n}.')['id']}" for n in range(3)]
    again = Ear(author.api, last_id=ear.last_id)
    assert [again.next("notice").said["subject"] for _each in missed] == missed
    # Who was cut off before a first event has an id all the same.
    from_the_start = Ear(author.api, last_id=before_all)
    assert [from_the_start.next("notice").said["subject"] for _each in range(4)][1:] == missed
    now = f"reply:{peer.reply(story, 'Now.')['id']}"
    assert again.next("notice").said["subject"] == now
    assert from_the_start.next("notice").said["subject"] == now
    last = Ear(author.api, last_id=again.last_id)
    after = f"reply:{peer.reply(story, 'After.')['id']}"
    assert last.next("notice").said["subject"] == after


def test_streams_end_at_once_when_hearth_stops(server: Server) -> None:
    author, peer, _story = _pair(server.running)
    ears = [Ear(author.api), Ear(peer.api), Ear(peer.api)]
    assert server.terminate() < ENDS_SECONDS
    assert [ear.all_until_the_end() for ear in ears] == [[], [], []]


def test_a_stream_ends_with_its_session_and_with_a_group(server: Server) -> None:
    author, peer, story = _pair(server.running)
    ear, other = Ear(author.api, story=story), Ear(peer.api, story=story)
    began = monotonic()
    assert author.api.delete("/sessions/current").status_code == 204
    slug = next(iter(peer.personas))
    assert peer.api.delete(f"/groups/{slug}/membership").status_code == 204
    peer_is_back = joined(server.running, slug)
    peer_is_back.api.get("/me")
    for each in (ear, other):
        assert each.ended.wait(ENDS_SECONDS)
    assert monotonic() - began < ENDS_SECONDS
    assert Ear(author.api).answer.status_code == 401
    assert Ear(peer.api).answer.status_code == 200


def test_nothing_is_heard_after_signing_out(server: Server) -> None:
    author, peer, story = _pair(server.running)
    ear = Ear(author.api)
    assert author.api.delete("/sessions/current").status_code == 204
    peer.reply(story, "For somebody who went.")
    assert ear.all_until_the_end() == []


def test_places_are_counted(server: Server) -> None:
    hearth = server.running
    first = hearth.person()
    ears = [Ear(first.api) for _each in range(EACH + 1)]
    assert [heard.kind for heard in ears[0].all_until_the_end()] == ["elsewhere"]
    assert not ears[1].ended.is_set()
    for _each in range((MOST - EACH) // EACH):
        person = hearth.person()
        ears += [Ear(person.api) for _each in range(EACH)]
    assert {ear.answer.status_code for ear in ears} == {200}
    refused = Ear(hearth.person().api)
    assert [ear.ended.is_set() for ear in ears] == [True] + [False] * MOST
    assert refused.answer.status_code == 503
    assert int(refused.answer.headers["retry-after"]) > 0
    ears[1].close()
    for _try in range(50):
        if Ear(hearth.person().api).answer.status_code == 200:
            break
    else:
        pytest.fail("a place that was left is not free")


def test_two_processes_hear_each_other(postgres: str, tmp_path: Path) -> None:
    url = fresh(postgres, "two_processes")
    one, other = Server(tmp_path, url, **QUICK), Server(tmp_path, url, **QUICK)
    try:
        one.start()
        other.start()
        author, peer, story = _pair(one.running)
        ear = Ear(author.api)
        for word in ("First.", "Second."):
            began = monotonic()
            said = httpx.post(
                f"{other.url}/api/v1/stories/{story}/replies",
                json={"body": word},
                headers=peer.api.headers,
                timeout=10,
                verify=NO_TLS,
            )
            assert said.status_code == 201
            heard = ear.next("notice")
            assert heard.said["subject"] == f"reply:{said.json()['id']}"
            assert heard.at - began < 2
            if word == "First.":
                _cut_off_listeners(postgres)
    finally:
        one.close()
        other.close()


def _cut_off_listeners(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN hearth_news%'"
        ).fetchall()
    assert len(ended) >= 2


def test_waiting_holds_no_thread_and_no_connection(on_sqlite: Running) -> None:
    """More streams than there are threads (40) or connections (20), and everything else goes on."""
    people = [on_sqlite.person() for _each in range(11)]
    ears = [Ear(person.api) for person in people for _each in range(6)]
    assert len(ears) > 40 + 20
    with httpx.Client(base_url=on_sqlite.url, timeout=5, verify=NO_TLS) as client:
        for _each in range(5):
            assert client.get("/groups").status_code == 200
    assert people[0].api.get("/me").status_code == 200
    assert not any(ear.ended.is_set() for ear in ears)
