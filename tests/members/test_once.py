"""A write that is sent twice is done once (CONTRACT.md, Idempotency-Key; SECURITY.md, U-7)."""

import secrets
from functools import partial
from typing import Any

import httpx

from tests.conftest import Running
from tests.members.databases import as_bytes, dump
from tests.members.together import at_once
from tests.people import Person

GROUP = "kitchen-table"
WORDS = {"title": "Soup again", "body": "Leeks and potatoes, and it was warm in the kitchen."}


def _member(hearth: Running) -> Person:
    person = hearth.person()
    person.join(GROUP)
    return person


def _share(person: Person, key: str, group: str = GROUP, **more: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return person.api.post(f"/groups/{group}/stories", json={**WORDS, **more}, headers=headers)


def _shared(person: Person) -> list[str]:
    return [story["id"] for story in person.api.get("/me/stories", params={"limit": 50}).json()["items"]]


def test_a_repeat_gets_the_first_answer_and_does_nothing(hearth: Running) -> None:
    person, key = _member(hearth), secrets.token_hex(8)
    first = _share(person, key)
    assert first.status_code == 201
    again = [_share(person, key) for _time in range(3)]
    assert [(a.status_code, a.json()) for a in again] == [(201, first.json())] * 3
    assert _shared(person) == [first.json()["id"]]
    others = [_share(person, other) for other in (f"{key}-other", "", "")]
    assert len({first.json()["id"], *(o.json()["id"] for o in others)}) == 4
    assert len(_shared(person)) == 4


def test_a_key_with_another_request_is_refused(hearth: Running) -> None:
    person, key = _member(hearth), secrets.token_hex(8)
    person.join("evening-harbour")
    story = _share(person, key).json()["id"]
    other_body = _share(person, key, title="Bread")
    other_path = _share(person, key, group="evening-harbour")
    other_verb = person.api.patch(f"/stories/{story}", json=WORDS, headers={"Idempotency-Key": key})
    for refused in (other_body, other_path, other_verb):
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "Idempotency-Key"
    assert _shared(person) == [story]


def test_a_key_is_ones_own(hearth: Running) -> None:
    one, other, key = _member(hearth), _member(hearth), secrets.token_hex(8)
    assert _share(one, key).json()["id"] != _share(other, key).json()["id"]
    assert (len(_shared(one)), len(_shared(other))) == (1, 1)


def test_a_key_of_a_request_that_failed_is_free(hearth: Running) -> None:
    person, key = _member(hearth), secrets.token_hex(8)
    assert _share(person, key, title="").status_code == 422
    assert _share(person, key).status_code == 201
    assert len(_shared(person)) == 1


def test_twenty_at_once_are_one_story(hearth: Running) -> None:
    person, key = _member(hearth), secrets.token_hex(8)
    answers = at_once([partial(_share, person, key)] * 20)
    assert {a.status_code for a in answers} <= {201, 409}
    ids = {a.json()["id"] for a in answers if a.status_code == 201}
    assert _shared(person) == list(ids)
    assert len(ids) == 1
    listed = person.api.get(f"/groups/{GROUP}/stories", params={"limit": 50}).json()["items"]
    assert [s["id"] for s in listed if s["persona"] == person.personas[GROUP]] == list(ids)
    assert _share(person, key).json()["id"] in ids


def test_what_is_kept_of_a_request_leads_to_nobody(hearth: Running) -> None:
    person, key = _member(hearth), secrets.token_hex(8)
    story = _share(person, key).json()["id"]
    rows = dump(hearth.database)["idempotency"]
    assert rows
    kept = b"\n".join(as_bytes(cell) for row in rows for cell in row.values())
    assert not [secret for secret in (key, story, WORDS["title"], person.personas[GROUP]) if secret.encode() in kept]
    assert {(row["expires_at"].minute, row["expires_at"].second) for row in rows} == {(0, 0)}
    assert len({len(row["sealed_answer"]) for row in rows}) <= 3
