"""What has had its time goes by itself, on its day and not before; what waits or is read stays (D-4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from app.foundation.times import now
from app.members.models import Role
from app.upkeep.retention import purge
from tests.people import PASSPHRASE, Person
from tests.upkeep.indoors import BEGAN, DAY, SLUG, Indoors

SECOND = timedelta(seconds=1)
MIDNIGHT = BEGAN.replace(hour=0, minute=0)
WORDS = "It was a quiet evening and I went for a walk."
NUMBER = "My number is 07700 900123, call me any evening."
SENTENCE = {"note_to_author": "Please leave the number out.", "guideline": "confidentiality"}

Arranged = Callable[[Indoors], None]


def told(house: Indoors) -> tuple[Person, Person, dict[str, str]]:
    """An author with a story that is out, and somebody at the desk."""
    author, staff = house.person(), house.moderator()
    author.join(SLUG)
    return author, staff, author.share(SLUG, "Tonight", WORDS)


def asked_about(house: Indoors, action: str, **more: object) -> None:
    """A reader flags a story with a note; staff decides."""
    _author, staff, story = told(house)
    reader = house.person()
    reader.join(SLUG)
    flag = {"subject": f"story:{story['id']}", "reason": "other", "note": "It reads like an advert."}
    assert reader.api.post("/flags", json=flag).status_code == 202
    case = staff.case_about(f"story:{story['id']}")
    guideline = staff.api.get(f"/groups/{SLUG}").json()["guidelines"]["items"][0]["id"]
    more = {"note_to_author": "A sentence for you.", "guideline": guideline} | more
    decided = staff.decide(case["id"], action, **more)
    assert decided.status_code == 200, decided.text


def a_ticket(house: Indoors) -> None:
    house.sql("INSERT INTO tickets (id_hash, expires_at) VALUES ('a', :at)", at=BEGAN.replace(minute=0) + 3 * DAY / 24)


def an_answer(house: Indoors) -> None:
    person = house.person()
    person.join(SLUG)
    sent = person.api.post(
        f"/groups/{SLUG}/stories", json={"title": "Tonight", "body": WORDS}, headers={"Idempotency-Key": "one"}
    )
    assert sent.status_code == 201


def a_session(house: Indoors) -> None:
    house.person()


def an_invitation(house: Indoors) -> None:
    house.sql("DELETE FROM invitations")
    house.invitation(Role.MODERATOR)


def a_pause(house: Indoors) -> None:
    asked_about(house, "keep", limit={"days": 7})


def a_notice(house: Indoors) -> None:
    author, _staff, story = told(house)
    reader = house.person()
    reader.join(SLUG)
    reader.reply(story["id"], "I know these evenings.")
    assert author.personas


def a_flag(house: Indoors) -> None:
    asked_about(house, "keep")


def an_original(house: Indoors) -> None:
    asked_about(house, "redact", redactions=[{"field": "body", "start": 0, "end": 8}])


def a_deletion(house: Indoors) -> None:
    author, _staff, story = told(house)
    assert author.api.delete(f"/stories/{story['id']}").status_code == 204


KINDS: list[tuple[str, Arranged, str, str, datetime]] = [
    ("tickets", a_ticket, "tickets", "true", BEGAN.replace(minute=0) + 3 * DAY / 24),
    ("kept answers", an_answer, "idempotency", "true", BEGAN.replace(minute=0) + 25 * DAY / 24),
    ("sessions", a_session, "sessions", "true", datetime(2026, 4, 14, tzinfo=BEGAN.tzinfo)),
    ("invitations", an_invitation, "invitations", "true", MIDNIGHT + 15 * DAY),
    ("limits", a_pause, "limits", "true", MIDNIGHT + 8 * DAY),
    ("notices", a_notice, "notices", "true", MIDNIGHT + 31 * DAY),
    ("flags", a_flag, "flags", "true", MIDNIGHT + 31 * DAY),
    ("flags", a_flag, "notes", "flag_id IS NOT NULL", MIDNIGHT + 31 * DAY),
    ("notes", a_flag, "notes", "explains_id IS NOT NULL", MIDNIGHT + 366 * DAY),
    ("cases", a_flag, "cases", "true", MIDNIGHT + 366 * DAY),
    ("sealed originals", an_original, "cases", "sealed_original IS NOT NULL", MIDNIGHT + 31 * DAY),
    ("deletions", a_deletion, "deletions", "true", MIDNIGHT + 60 * DAY),
    ("unopened accounts", a_session, "accounts", "true", datetime(2027, 10, 1, tzinfo=BEGAN.tzinfo)),
    ("unopened accounts", a_session, "recovery_codes", "true", datetime(2027, 10, 1, tzinfo=BEGAN.tzinfo)),
]
"""What, how it comes to be, where it lies, and from which moment on it is gone."""
NAMES = {kind[0] for kind in KINDS}


@pytest.mark.measures("D-4")
def test_everything_is_there_until_its_time_and_gone_then(house: Indoors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.log.actions.secrets.randbelow", lambda days: days - 1)
    with time_machine.travel(BEGAN, tick=False) as time:
        for arranged in dict.fromkeys(kind[1] for kind in KINDS):
            arranged(house)
        there = {kind: count(house, kind[2], kind[3]) for kind in KINDS}
        assert min(there.values()) > 0
        for moment in sorted({kind[4] for kind in KINDS}):
            time.move_to(moment - SECOND)
            house.tick(*NAMES)
            still = [kind for kind in KINDS if kind[4] >= moment]
            assert {kind: count(house, kind[2], kind[3]) for kind in still} == {kind: there[kind] for kind in still}
            logged = {kind[0]: house.purged().count(kind[0]) for kind in KINDS}
            time.move_to(moment + 5 * SECOND + DAY / 24)
            done = house.tick(*NAMES)
            for what, _arranged, table, where, _moment in [kind for kind in KINDS if kind[4] == moment]:
                assert (what, done[what] > 0, count(house, table, where)) == (what, True, 0)
                assert house.purged().count(what) == logged[what] + 1
        time.shift(DAY / 12)
        assert sum(house.tick(*NAMES).values()) == 0


def count(house: Indoors, table: str, where: str) -> int:
    with house.home.database.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {where}").scalar_one())  # noqa: S608


def test_an_account_that_is_opened_stays(house: Indoors) -> None:
    with time_machine.travel(BEGAN, tick=False) as time:
        person, other = house.person(), house.person()
        time.move_to(BEGAN + 400 * DAY)
        back = person.api.post("/sessions", json={"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE})
        assert back.status_code == 201, back.text
        time.move_to(datetime(2027, 10, 1, 5, tzinfo=BEGAN.tzinfo))
        assert house.tick("unopened accounts")["unopened accounts"] == 1
        for who, status in ((person, 201), (other, 401)):
            asked = {"sign_in_name": who.sign_in_name, "passphrase": PASSPHRASE}
            assert house.person().api.post("/sessions", json=asked).status_code == status


def test_a_backup_does_not_bring_an_account_back(house: Indoors) -> None:
    with time_machine.travel(BEGAN, tick=False) as time:
        house.person()
        time.move_to(BEGAN + 600 * DAY)
        house.tick("unopened accounts")
        assert len(house.rows("deletions")) == 1


@pytest.mark.measures("D-4")
def test_the_log_says_once_a_day_what_was_purged(house: Indoors) -> None:
    with time_machine.travel(BEGAN, tick=False) as time:
        house.sql("DELETE FROM invitations")
        for hours in (0, 2, 4, 24):
            time.move_to(BEGAN + hours * DAY / 24)
            house.sql(
                "INSERT INTO tickets (id_hash, expires_at) VALUES ('a', :at), ('b', :at)", at=now() - timedelta(hours=1)
            )
            assert house.tick("tickets")["tickets"] == 2
        assert house.purged() == ["tickets", "tickets"]
        entries = [row for row in house.rows("log_entries") if row["act"] == "purged"]
        assert [row["subject"] for row in entries] == ["", ""]


def test_a_purge_that_is_killed_halfway_goes_on_where_it_was(house: Indoors) -> None:
    """What a kill leaves: the batches before it are whole, the one under way is not there at all."""
    rows = ", ".join(f"('{n}', :at)" for n in range(5))
    house.sql(f"INSERT INTO tickets (id_hash, expires_at) VALUES {rows}", at=BEGAN)  # noqa: S608
    calls = 0

    def some(db: Session, limit: int) -> int:
        nonlocal calls
        calls += 1
        from app.members.purging import spent_tickets

        count = spent_tickets(db, limit)
        if calls == 2:
            raise KeyboardInterrupt
        return count

    act = purge("tickets", some, 2)
    with pytest.raises(KeyboardInterrupt):
        act(house.home)
    assert len(house.rows("tickets")) == 3
    assert house.purged() == ["tickets"]
    assert act(house.home) == 3
    assert (len(house.rows("tickets")), house.purged()) == (0, ["tickets"])
