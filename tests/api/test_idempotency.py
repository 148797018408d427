"""Idempotency-Key: a write that is repeated gives the first answer again and does nothing twice (U-7)."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from app.foundation.ids import new_id
from tests.api.village import ASKS, PHONE, QUIET, joined, moderator, opened, problem, row_counts
from tests.conftest import Running
from tests.people import Person

AT_ONCE = 12


def send(person: Person, method: str, path: str, body: object, key: str) -> httpx.Response:
    return person.api.request(method, path, json=body, headers={"Idempotency-Key": key})


def test_every_write_is_done_once_and_answered_alike(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    reply = author.reply(story, "And the next day as well.")["id"]
    case = staff.case_about(f"story:{author.share(slug, 'Tonight', ASKS)['id']}")["id"]
    publish = {"action": "publish", "reason": "looked at"}
    for who, method, path, body in (
        (author, "POST", f"/groups/{slug}/stories", {"title": "Tonight", "body": QUIET}),
        (author, "POST", f"/groups/{slug}/stories", {"title": "Tonight", "body": PHONE}),
        (fellow, "POST", f"/stories/{story}/replies", {"body": "I am glad."}),
        (author, "PATCH", f"/stories/{story}", {"body": "Another evening."}),
        (author, "PATCH", f"/replies/{reply}", {"body": "Another day."}),
        (fellow, "PUT", f"/stories/{story}/support/hope", None),
        (fellow, "DELETE", f"/stories/{story}/support/hope", None),
        (fellow, "POST", "/flags", {"subject": f"story:{story}", "reason": "other"}),
        (staff, "POST", f"/moderation/cases/{case}/claim", None),
        (staff, "POST", f"/moderation/cases/{case}/decision", publish),
        (author, "DELETE", f"/replies/{reply}", None),
        (author, "DELETE", f"/stories/{story}", None),
        (fellow, "DELETE", f"/groups/{slug}/membership", None),
        (fellow, "PUT", f"/groups/{slug}/membership", {"guidelines_version": 1}),
    ):
        key = new_id()
        first = send(who, method, path, body, key)
        assert first.is_success, (method, path, first.text)
        after = row_counts(hearth)
        again = send(who, method, path, body, key)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert row_counts(hearth) == after


def test_a_key_with_another_path_or_body_is_422(hearth: Running) -> None:
    slug = opened(hearth)
    author, key, path = joined(hearth, slug), new_id(), f"/groups/{slug}/stories"
    story = send(author, "POST", path, {"title": "Tonight", "body": QUIET}, key).json()["id"]
    before = row_counts(hearth)
    problem(send(author, "POST", path, {"title": "Tonight", "body": "Other words."}, key), 422, "Idempotency-Key")
    problem(send(author, "POST", f"/stories/{story}/replies", {"body": QUIET}, key), 422, "Idempotency-Key")
    problem(send(author, "DELETE", f"/stories/{story}", None, key), 422, "Idempotency-Key")
    assert row_counts(hearth) == before


def test_without_a_key_each_is_done(hearth: Running) -> None:
    slug = opened(hearth)
    author, form = joined(hearth, slug), {"title": "Tonight", "body": QUIET}
    answers = [author.api.post(f"/groups/{slug}/stories", json=form) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 2


def test_a_key_is_of_one_member_and_a_refusal_keeps_none(hearth: Running) -> None:
    slug, key = opened(hearth), new_id()
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    path, form = f"/groups/{slug}/stories", {"title": "Tonight", "body": QUIET}
    problem(send(author, "POST", path, {"title": "Tonight"}, key), 422, "body")
    first, other = send(author, "POST", path, form, key), send(fellow, "POST", path, form, key)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]


def test_many_at_once_are_one_story(hearth: Running) -> None:
    """On PostgreSQL those that come while the first still runs hear 409; nobody gets another story."""
    slug, key = opened(hearth), new_id()
    author = joined(hearth, slug)
    path, form = f"/groups/{slug}/stories", {"title": "Tonight", "body": QUIET}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _n: send(author, "POST", path, form, key), range(AT_ONCE)))
    assert {a.status_code for a in answers} <= {201, 409}
    assert len({a.json()["id"] for a in answers if a.status_code == 201}) == 1
    assert len(author.api.get(path).json()["items"]) == 1


def test_gestures_and_changes_at_once_are_never_our_fault(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        path = f"/stories/{story}/support/hope"
        assert {a.status_code for a in pool.map(lambda _n: fellow.api.put(path), range(AT_ONCE))} == {204}
        forms = [{"body": f"Evening {n}."} for n in range(AT_ONCE)]
        changed = list(pool.map(lambda form: author.api.patch(f"/stories/{story}", json=form), forms))
    assert {a.status_code for a in changed} <= {200, 409}
    assert 200 in {a.status_code for a in changed}
    seen = fellow.api.get(f"/stories/{story}").json()
    assert seen["support"] == {"hope": 1}
    assert "Evening" in seen["html"]
