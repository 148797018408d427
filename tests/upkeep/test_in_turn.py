"""On PostgreSQL, whoever touches many stories at once and somebody who answers one of them never wait for each other:
one of the two would be turned away. And a departure that is broken off anywhere goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.foundation.home import Home
from app.foundation.times import now
from app.mine.closing import depart_due
from app.stories import in_turn, leaving
from app.stories.purging import unread_words
from app.upkeep.actions import faults
from app.upkeep.retention import purge
from tests.members.databases import fresh
from tests.people import PASSPHRASE, Person
from tests.upkeep.indoors import BEGAN, DAY, SLUG, Indoors
from tests.upkeep.test_unread_words import ASKS, TIME, WORDS, decide

AT_ONCE = 2


@pytest.fixture
def on_postgres(postgres: str, tmp_path: Path) -> Iterator[Indoors]:
    made = Indoors(fresh(postgres, "in_turn"), tmp_path)
    yield made
    made.home.database.engine.dispose()


def joined(house: Indoors) -> Person:
    person = house.person()
    person.join(SLUG)
    return person


def closed(house: Indoors, person: Person, posts: str) -> None:
    asked = person.api.delete("/me", params={"posts": posts}, headers={"X-Passphrase": PASSPHRASE})
    assert asked.status_code == 202, asked.text
    house.sql("UPDATE departures SET expires_at = :now", now=now())


def while_somebody_answers(house: Indoors, work: Callable[[Home], int]) -> int:
    """What `work` does, while a reply has the last of all stories, and then counts itself in its group."""
    last = max(row["id"] for row in house.rows("stories"))
    with ThreadPoolExecutor(1) as thread, house.home.database.engine.connect() as reply:
        reply.execute(text("SELECT id FROM stories WHERE id = :last FOR NO KEY UPDATE"), {"last": last})
        begun = thread.submit(work, house.home)
        _until_it_waits(house)
        reply.execute(text("UPDATE groups SET activity = activity + 1 WHERE slug = :slug"), {"slug": SLUG})
        reply.commit()
        return begun.result(60)


def _until_it_waits(house: Indoors) -> None:
    with house.home.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while not looking.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            pass


def purged(home: Home) -> int:
    with home.database.writing() as db:
        count = unread_words(db, 10)
        db.commit()
    return count


def test_words_that_go_while_somebody_answers(on_postgres: Indoors) -> None:
    staff, author = on_postgres.moderator(), joined(on_postgres)
    with time_machine.travel(BEGAN, tick=False) as time:
        told = [author.share(SLUG, "Tonight", f"{n}. {ASKS}", as_is=True)["id"] for n in range(2)]
        for story in told:
            decide(staff, f"story:{story}", "return")
        time.shift(TIME + DAY)
        assert while_somebody_answers(on_postgres, purged) == 2
    for n in range(2):
        author.share(SLUG, "Tonight", f"{n}. {WORDS}")
    closed(on_postgres, author, "erase")
    assert while_somebody_answers(on_postgres, depart_due) == 1
    assert on_postgres.rows("stories") == []


def test_a_name_that_goes_while_somebody_answers(on_postgres: Indoors) -> None:
    leaver, other = joined(on_postgres), joined(on_postgres)
    for n in range(2):
        leaver.reply(other.share(SLUG, "Tonight", f"{n}. {WORDS}")["id"], "I know these evenings.")
    closed(on_postgres, leaver, "keep")
    assert while_somebody_answers(on_postgres, depart_due) == 1
    assert on_postgres.rows("departures") == []


def test_a_departure_goes_on_in_small_steps_wherever_it_was_broken_off(
    house: Indoors, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver, other = joined(house), joined(house)
    stories = [other.share(SLUG, "Tonight", f"{n}. {WORDS}")["id"] for n in range(AT_ONCE + 1)]
    for story in stories:
        leaver.reply(story, "I know these evenings.")
        assert leaver.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"}).status_code == 202
    closed(house, leaver, "keep")
    (departure,) = house.rows("departures")
    for room in (leaving, in_turn):
        monkeypatch.setattr(room, "WORDS_AT_ONCE", AT_ONCE)
    monkeypatch.setattr(leaving, "ROWS_AT_ONCE", AT_ONCE)
    seen, steps = _seen(house, departure["membership_id"]), 0
    while house.rows("departures"):
        with house.home.database.writing() as db:
            leaving.step(db, departure["membership_id"])
            db.commit()
        before, seen, steps = seen, _seen(house, departure["membership_id"]), steps + 1
        assert len(before - seen) <= AT_ONCE
    names = {row["persona"] for row in house.rows("memberships") if row["id"] == departure["membership_id"]}
    assert names == {"a member who left"}
    assert departure["membership_id"] not in {row["flagger"] for row in house.rows("flags")}
    out, answered, unnamed = 1, 1, 1
    assert {version for what, version in seen if what in stories} == {str(out + answered + unnamed)}
    flags, name, shown, end = 2, 1, 2, 1
    assert steps == flags + name + shown + end


def _seen(house: Indoors, membership: str) -> set[tuple[str, str]]:
    """Each story with its version, and each flag with who gave it."""
    versions = {(row["id"], str(row["version"])) for row in house.rows("stories")}
    return versions | {(row["id"], row["flagger"]) for row in house.rows("flags")}


def test_what_looks_through_everything_may_take_longer_than_a_person_would_wait(on_postgres: Indoors) -> None:
    told: list[list[str]] = []

    def looked(db: Session, _limit: int = 0) -> int:
        told.append([str(db.scalar(text(f"SHOW {name}"))) for name in ("statement_timeout", "lock_timeout")])
        driver: Any = db.connection().connection.driver_connection
        assert (driver.answer_seconds is None) == (len(told) > 1)
        return 0

    with on_postgres.home.database.reading() as db:
        looked(db)
        assert list(faults(db, on_postgres.home.keys)) == []
        looked(db)
    purge("anything", looked)(on_postgres.home)
    assert told == [["3500ms", "3s"], ["0", "0"], ["0", "3s"]]
