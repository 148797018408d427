"""CONTRACT.md, "JSON API": accounts, sessions, what is one's own, health, and how a refusal looks."""

import re

import httpx
import pytest

from tests.api.village import PHONE, QUIET, joined, moderator, opened, problem, signed_out
from tests.conftest import Running
from tests.people import NO_TLS, PASSPHRASE, Person

GUARDED = [
    ("DELETE", "/sessions/current"), ("GET", "/me"), ("GET", "/me/stories"), ("GET", "/me/drafts"), ("GET", "/me/notices"),
    ("POST", "/me/recovery-codes"), ("GET", "/groups/first-weeks/persona-suggestions"),
    ("PUT", "/groups/first-weeks/membership"), ("DELETE", "/groups/first-weeks/membership"),
    ("GET", "/groups/first-weeks/stories"), ("POST", "/groups/first-weeks/stories"), ("GET", "/stories/x"),
    ("PATCH", "/stories/x"), ("DELETE", "/stories/x"), ("GET", "/stories/x/replies"), ("POST", "/stories/x/replies"),
    ("GET", "/replies/x"), ("PATCH", "/replies/x"), ("DELETE", "/replies/x"), ("PUT", "/stories/x/support/hope"),
    ("DELETE", "/stories/x/support/hope"), ("PUT", "/replies/x/support/hope"), ("DELETE", "/replies/x/support/hope"),
    ("POST", "/flags"), ("POST", "/moderation/preview"), ("GET", "/moderation/cases"), ("GET", "/moderation/cases/x"),
    ("POST", "/moderation/cases/x/claim"), ("POST", "/moderation/cases/x/decision"), ("GET", "/moderation/log"),
    ("POST", "/search"),
]  # fmt: skip
FOR_STAFF = [(m, p) for m, p in GUARDED if p.startswith("/moderation/") and not p.endswith("preview")]
DECISION = {"action": "publish", "reason": "looked at"}


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_without_a_token_there_is_401(on_sqlite: Running, method: str, path: str) -> None:
    with signed_out(on_sqlite) as client:
        for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic nobody"}):
            answer = client.request(method, path, json={} if method != "GET" else None, headers=headers)
            problem(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"


def test_the_desk_is_for_staff(hearth: Running) -> None:
    member = hearth.person()
    for method, path in FOR_STAFF:
        body = DECISION if path.endswith("decision") else None
        problem(member.api.request(method, path, json=body), 403)
    staff = moderator(hearth)
    for method, path in FOR_STAFF:
        body = DECISION if path.endswith("decision") else None
        assert staff.api.request(method, path, json=body).status_code == (404 if "/x" in path else 200)


def test_an_account_asks_for_nothing_and_tells_its_name_once(hearth: Running) -> None:
    with signed_out(hearth) as client:
        made = client.post("/accounts", json={"passphrase": PASSPHRASE})
        assert made.status_code == 201
        place = made.json()
        assert set(place) == {"sign_in_name", "token", "recovery_codes"}
        assert len(set(place["recovery_codes"])) == 10
        problem(client.post("/accounts", json={"passphrase": PASSPHRASE, "sign_in_name": "anna"}), 422, "sign_in_name")
        problem(client.post("/accounts", json={"passphrase": "short"}), 422, "passphrase")
        problem(client.post("/accounts", json={"passphrase": PASSPHRASE, "invitation": "f" * 32}), 422, "invitation")
        entered = client.post("/sessions", json={"sign_in_name": place["sign_in_name"], "passphrase": PASSPHRASE})
        assert (entered.status_code, set(entered.json())) == (201, {"token"})
        assert entered.json()["token"] != place["token"]


def test_a_wrong_pair_is_the_same_for_a_name_that_nobody_has(hearth: Running) -> None:
    person = hearth.person()
    with signed_out(hearth) as client:
        known = client.post("/sessions", json={"sign_in_name": person.sign_in_name, "passphrase": "not this one"})
        unknown = client.post("/sessions", json={"sign_in_name": "no-such-name", "passphrase": "not this one"})
    problem(known, 401)
    assert known.json() == unknown.json()


def test_a_recovery_code_is_spent_and_ends_older_sessions(hearth: Running) -> None:
    person = hearth.person()
    form = {"recovery_code": person.recovery_codes[0], "new_passphrase": "harbour pencil meadow thimble"}
    with signed_out(hearth) as client:
        back = client.post("/recoveries", json=form)
        assert (back.status_code, set(back.json())) == (201, {"token", "sign_in_name"})
        assert back.json()["sign_in_name"] == person.sign_in_name
        problem(client.post("/recoveries", json=form), 401)
        problem(client.post("/sessions", json={"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE}), 401)
        token = {"Authorization": f"Bearer {back.json()['token']}"}
        assert client.get("/me", headers=token).status_code == 200
    problem(person.api.get("/me"), 401)


def test_signing_out_ends_this_session_alone(hearth: Running) -> None:
    person = hearth.person()
    with signed_out(hearth) as other:
        form = {"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE}
        other.headers["Authorization"] = f"Bearer {other.post('/sessions', json=form).json()['token']}"
        ended = person.api.delete("/sessions/current")
        assert (ended.status_code, ended.content) == (204, b"")
        problem(person.api.get("/me"), 401)
        assert other.get("/me").status_code == 200


def test_new_recovery_codes_want_the_passphrase_again(hearth: Running) -> None:
    person = hearth.person()
    problem(person.api.post("/me/recovery-codes"), 403)
    problem(person.api.post("/me/recovery-codes", headers={"X-Passphrase": "not this one"}), 403)
    made = person.api.post("/me/recovery-codes", headers={"X-Passphrase": PASSPHRASE})
    assert made.status_code == 201
    assert not set(made.json()["recovery_codes"]) & set(person.recovery_codes)
    with signed_out(hearth) as client:
        old = {"recovery_code": person.recovery_codes[1], "new_passphrase": "harbour pencil meadow thimble"}
        problem(client.post("/recoveries", json=old), 401)


def test_who_one_is_stands_side_by_side_for_oneself_alone(hearth: Running) -> None:
    person, one, other = hearth.person(), opened(hearth), opened(hearth)
    names = {one: person.join(one), other: person.join(other)}
    me = person.api.get("/me").json()
    assert set(me) >= {"sign_in_name", "memberships", "limits"}
    assert me["sign_in_name"] == person.sign_in_name
    assert {m["group"]: m["persona"] for m in me["memberships"]} == names
    assert me["limits"] == []
    stories = {slug: person.share(slug, "Tonight", QUIET)["id"] for slug in names}
    draft = person.share(one, "Tonight", PHONE)["id"]
    mine = person.api.get("/me/stories").json()
    assert {s["id"]: (s["group"], s["status"]) for s in mine["items"]} == {
        stories[slug]: (slug, "published") for slug in names
    }
    assert [(d["id"], d["body"], d["status"]) for d in person.api.get("/me/drafts").json()["items"]] == [
        (draft, PHONE, "draft")
    ]
    stranger = joined(hearth, one)
    assert stranger.api.get("/me/drafts").json() == {"items": [], "next": None}
    problem(stranger.api.get(f"/stories/{draft}"), 404)


def test_a_notice_carries_its_statement_of_reasons(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", PHONE, as_is=True)["id"]
    case = staff.case_about(f"story:{story}")["id"]
    staff.decide(case, "return", guideline="keep-it-here", note_to_author="Leave the number out, please.")
    [notice] = author.api.get("/me/notices").json()["items"]
    assert (notice["subject"], notice["group"]) == (f"story:{story}", slug)
    assert "Leave the number out" in notice["statement"]["note_html"]
    assert notice["statement"]["rule_title"] == "What is said here stays here"
    assert fellow.api.get("/me/notices").json() == {"items": [], "next": None}


def test_times_are_utc_and_ids_tell_nothing(hearth: Running) -> None:
    slug = opened(hearth)
    author = joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00:00Z", story["created_at"])
    assert re.fullmatch(r"[0-9a-f]{32}", story["id"])


def test_health_is_open_to_all(hearth: Running) -> None:
    for path in ("/healthz", "/readyz"):
        assert httpx.get(f"{hearth.url}{path}", verify=NO_TLS).status_code == 200


def test_the_description_is_public_and_not_for_robots(hearth: Running) -> None:
    for path in ("/api/v1/openapi.json", "/api"):
        answer = httpx.get(f"{hearth.url}{path}", verify=NO_TLS)
        assert answer.status_code == 200
        assert "noindex" in answer.headers["x-robots-tag"]


def test_what_is_not_there_is_a_problem_too(hearth: Running) -> None:
    person: Person = hearth.person()
    problem(person.api.get("/nowhere"), 404)
    wrong_way = person.api.put("/me")
    problem(wrong_way, 405)
    assert wrong_way.headers["allow"] == "GET"
