"""Closing a place: what goes at once, what goes within the day, what stays, and what nobody can see of it (D-2, D-3)."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from app.foundation import schema
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.foundation.times import now
from app.groups.models import Group
from app.main import build
from app.members.models import Membership
from app.mine import closing
from app.moderation.models import Flag
from app.stories.in_turn import WORDS_AT_ONCE
from app.stories.leaving import MOST_HOURS, step
from tests.api.village import PHONE, QUIET, invitation, joined, opened, row_counts
from tests.conftest import CHEAP, Running
from tests.mine.going import depart, departures
from tests.people import NO_TLS, PASSPHRASE, Person, Visitor

LEFT = "a member who left"


def _close(person: Person, posts: str = "", passphrase: str = PASSPHRASE) -> httpx.Response:
    return person.api.delete("/me", headers={"X-Passphrase": passphrase}, params={"posts": posts} if posts else None)


def _membership(hearth: Running, person: Person, slug: str) -> Membership:
    with (database := hearth.database).reading() as db:
        group_id = select(Group.id).where(Group.slug == slug).scalar_subquery()
        found = db.scalars(select(Membership).filter_by(group_id=group_id, persona=person.personas[slug])).one()
    database.engine.dispose()
    return found


def test_it_wants_the_passphrase_and_then_ends_the_place_at_once(hearth: Running) -> None:
    slug = opened(hearth)
    person = joined(hearth, slug)
    person.share(slug, "Draft", PHONE)
    story = person.share(slug, "Out", QUIET)["id"]
    assert person.api.put(f"/stories/{story}/saved").status_code == 204
    assert person.api.delete("/me").status_code == 403
    assert _close(person, passphrase="not my passphrase at all").status_code == 403
    assert _close(person, posts="burn").status_code == 422
    before = row_counts(hearth)
    answer = _close(person)
    assert (answer.status_code, answer.json()) == (202, {"posts": "erase", "claim_codes": []})
    after = row_counts(hearth)
    assert {t: after[t] - before[t] for t in ("accounts", "sessions", "recovery_codes", "private_rows")} == {
        "accounts": -1, "sessions": -1, "recovery_codes": -10, "private_rows": -2,
    }  # fmt: skip
    assert person.api.get("/me").status_code == 401
    door = httpx.Client(base_url=f"{hearth.url}/api/v1", timeout=30, verify=NO_TLS)
    again = {"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE}
    unknown = {"sign_in_name": "no-such-place-11", "passphrase": PASSPHRASE}
    closed, never = (door.post("/sessions", json=who) for who in (again, unknown))
    assert (closed.status_code, closed.text) == (never.status_code, never.text) == (401, never.text)
    code = {"recovery_code": person.recovery_codes[0], "new_passphrase": PASSPHRASE}
    assert door.post("/recoveries", json=code).status_code == 401
    depart(hearth)


def test_nothing_is_seen_of_it_until_a_moment_left_to_chance(hearth: Running) -> None:
    depart(hearth)
    slugs = [opened(hearth) for _n in range(4)]
    person, reader = joined(hearth, slugs[0]), joined(hearth, slugs[0])
    for slug in slugs[1:]:
        person.join(slug)
    story = person.share(slugs[0], "Still here", QUIET)["id"]
    seen = reader.api.get(f"/stories/{story}").json()
    _close(person)
    waiting = departures(hearth)
    assert len(waiting) == len(slugs)
    assert reader.api.get(f"/stories/{story}").json() == seen
    moments = [d.expires_at for d in waiting]
    assert all(now() - timedelta(minutes=2) < at < now() + timedelta(hours=MOST_HOURS) for at in moments)
    assert max(moments) - min(moments) > timedelta(minutes=1)
    assert depart(hearth) == len(slugs)
    assert departures(hearth) == []
    assert reader.api.get(f"/stories/{story}").status_code == 404


@pytest.mark.measures("D-3")
def test_erased_means_words_replies_gestures_flags_and_notices(hearth: Running) -> None:
    slug = opened(hearth)
    person, other = joined(hearth, slug), joined(hearth, slug)
    story = person.share(slug, "Mine", QUIET)["id"]
    under = other.reply(story, "Under yours.")["id"]
    theirs = other.share(slug, "Theirs", QUIET)["id"]
    reply = person.reply(theirs, "Under theirs.")["id"]
    person.api.put(f"/stories/{theirs}/support/hope")
    person.api.post("/flags", json={"subject": f"story:{theirs}", "reason": "other", "note": "Please look at this."})
    mine = _membership(hearth, person, slug)
    before = row_counts(hearth)
    _close(person)
    assert depart(hearth) == 1
    after = row_counts(hearth)
    for path in (f"/stories/{story}", f"/replies/{under}", f"/replies/{reply}"):
        assert other.api.get(path).status_code == 404
    left = other.api.get(f"/stories/{theirs}").json()
    assert (left["reply_count"], left["support"], left["replies"]["items"]) == (0, {}, [])
    assert {t: after[t] - before[t] for t in ("stories", "replies", "supports", "notes", "flags", "memberships")} == {
        "stories": -1, "replies": -2, "supports": -1, "notes": -1, "flags": 0, "memberships": 0,
    }  # fmt: skip
    assert not [n for n in other.api.get("/me/notices").json()["items"] if reply in n["subject"]]
    _has_gone(hearth, mine)


def _has_gone(hearth: Running, was: Membership) -> None:
    """Only the name's look-alike form is left, so that nobody is called so again."""
    database = hearth.database
    with database.reading() as db:
        left = db.get_one(Membership, was.id)
        flaggers = set(db.scalars(select(Flag.flagger)))
    database.engine.dispose()
    assert (left.persona, left.html, left.roles, left.is_left) == (LEFT, LEFT, [], True)
    assert left.skeleton == was.skeleton
    assert left.is_gone
    assert left.nullifier != was.nullifier
    assert left.claim_hash != was.claim_hash
    assert flaggers
    assert was.id not in flaggers


@pytest.mark.measures("D-3")
def test_kept_means_what_readers_see_under_no_name(hearth: Running) -> None:
    slug = opened(hearth)
    person, other = joined(hearth, slug), joined(hearth, slug)
    persona = person.personas[slug]
    story = person.share(slug, "Mine", "Before I changed it, and quiet.")["id"]
    person.api.patch(f"/stories/{story}", json={"body": "After I changed it, and quiet."})
    held = person.share(slug, "Held", "Does anyone know where I can buy some oxy tonight?")["id"]
    theirs = other.share(slug, "Theirs", QUIET)["id"]
    reply = person.reply(theirs, "Under theirs.")["id"]
    other.api.get(f"/stories/{theirs}")
    page = _page_of(hearth, other, theirs)
    assert persona in page.text
    answer = _close(person, posts="keep").json()
    assert [(c["group"], c["persona"]) for c in answer["claim_codes"]] == [(slug, persona)]
    depart(hearth)
    shown = other.api.get(f"/stories/{story}").json()
    assert (shown["persona"], "After I changed it" in shown["html"]) == (LEFT, True)
    assert other.api.get(f"/replies/{reply}").json()["persona"] == LEFT
    page.open(f"/stories/{theirs}")
    assert (persona in page.text, LEFT in page.text) == (False, True)
    database = hearth.database
    with database.reading() as db:
        bodies = list(db.scalars(text("SELECT body FROM story_versions WHERE story_id = :id").bindparams(id=story)))
        assert bodies == ["After I changed it, and quiet."]
        assert not db.scalar(text("SELECT count(*) FROM stories WHERE id = :id").bindparams(id=held))
    database.engine.dispose()


def _page_of(hearth: Running, person: Person, story: str) -> Visitor:
    visitor = hearth.visitor().open("/sign-in")
    visitor.press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE)
    return visitor.open(f"/stories/{story}")


def test_staff_roles_and_groups_one_left_go_too(hearth: Running) -> None:
    depart(hearth)
    slug, left = opened(hearth), opened(hearth)
    person = hearth.person(invitation(hearth, slug=slug))
    person.join(slug)
    person.join(left)
    person.api.delete(f"/groups/{left}/membership")
    mine = [_membership(hearth, person, group) for group in (slug, left)]
    assert mine[0].roles == ["moderator"]
    _close(person)
    assert depart(hearth) == 2
    for was in mine:
        database = hearth.database
        with database.reading() as db:
            now_is = db.get_one(Membership, was.id)
        database.engine.dispose()
        assert (now_is.persona, now_is.roles) == (LEFT, [])


def test_no_two_things_of_one_person_are_written_together(on_postgres: Running) -> None:
    """PostgreSQL remembers which transaction wrote a row (`xmin`), until the nightly rewrite."""
    depart(on_postgres)
    slugs = [opened(on_postgres) for _n in range(3)]
    person = joined(on_postgres, slugs[0])
    for slug in slugs[1:]:
        person.join(slug)
    ids = [_membership(on_postgres, person, group).id for group in person.personas]
    database = on_postgres.database
    _close(person)
    with database.engine.connect() as connection:
        queued = list(connection.scalars(text("SELECT xmin::text FROM departures")))
    assert len(set(queued)) == len(queued) == len(slugs)
    depart(on_postgres)
    with database.engine.connect() as connection:
        wrote = text("SELECT xmin::text FROM memberships WHERE id = ANY(:ids)").bindparams(ids=ids)
        gone = list(connection.scalars(wrote))
    database.engine.dispose()
    assert len(set(gone)) == len(gone) == len(slugs)


def test_much_is_erased_in_small_steps(on_sqlite: Running) -> None:
    slug, _others = opened(on_sqlite), depart(on_sqlite)
    person, other = joined(on_sqlite, slug), joined(on_sqlite, slug)
    story = other.share(slug, "Theirs", QUIET)["id"]
    for n in range(WORDS_AT_ONCE + 3):
        person.reply(story, f"For the {n}th time, I hear you.")
    mine = person.share(slug, "Mine", QUIET)["id"]
    person.reply(mine, "Under my own.")
    _close(person)
    (waiting,), before = departures(on_sqlite), row_counts(on_sqlite)["replies"]
    with on_sqlite.database.writing() as db:
        assert not step(db, waiting.membership_id)
        db.commit()
    assert WORDS_AT_ONCE - 1 <= before - row_counts(on_sqlite)["replies"] <= WORDS_AT_ONCE
    assert depart(on_sqlite) == 1
    assert other.api.get(f"/stories/{story}").json()["reply_count"] == 0
    assert other.api.get(f"/stories/{mine}").status_code == 404


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A Hearth in this process, that can be made to break in the middle."""
    for name, value in CHEAP.items():
        monkeypatch.setenv(name, value)
    chosen = Settings(database_url=f"sqlite:///{tmp_path}/hearth.db", secrets_dir=tmp_path / "secrets",
                      signup_challenge=False, rate_limits=False)  # fmt: skip
    app = build(chosen)
    schema.upgrade(app.state.house.database.engine)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def test_broken_off_in_the_middle_it_can_be_done_again(house: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    place = house.post("/api/v1/accounts", json={"passphrase": PASSPHRASE}).json()
    house.headers["authorization"] = f"Bearer {place['token']}"
    house.headers["x-passphrase"] = PASSPHRASE

    def breaks(*_given: object) -> bool:
        raise RuntimeError(new_id())

    with monkeypatch.context() as broken:
        broken.setattr(closing, "_is_last", breaks)
        assert house.delete("/api/v1/me").status_code == 500
    assert house.get("/api/v1/me").status_code == 200
    assert house.delete("/api/v1/me").status_code == 202
    assert house.get("/api/v1/me").status_code == 401
