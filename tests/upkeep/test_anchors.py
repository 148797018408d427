"""`hearth verify` finds a log whose end was cut off, once a night has anchored it (M-5, M-6)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.foundation.ids import new_id
from app.foundation.keys import Keys
from app.foundation.sealing import new_key
from app.log import actions as log
from app.members.member import DESK
from app.upkeep.actions import faults
from app.upkeep.retention import anchor_log
from tests.upkeep.indoors import Indoors

ENTRIES = 5


@pytest.fixture
def db(house: Indoors) -> Iterator[Session]:
    """Two chains, anchored one night, and a transaction in which the log's guards are gone; never committed."""
    write(house, DESK, ENTRIES)
    write(house, None, ENTRIES)
    assert anchor_log(house.home) == 2
    with house.home.database.writing() as session:
        if house.home.database.is_sqlite:
            session.execute(text("DROP TRIGGER log_entries_no_update"))
            session.execute(text("DROP TRIGGER log_entries_no_delete"))
        else:
            session.execute(text("DROP TRIGGER log_entries_append_only ON log_entries"))
        yield session
        session.rollback()


def write(house: Indoors, group_id: str | None, count: int) -> None:
    with house.home.database.writing() as session:
        for _entry in range(count):
            log.write(session, "case.claimed", group_id=group_id, by=new_id())
        session.commit()


def found(db: Session, keys: Keys | None) -> str:
    db.expire_all()
    return next(faults(db, keys), "")


def test_a_log_that_only_grew_is_whole(house: Indoors) -> None:
    write(house, DESK, ENTRIES)
    assert anchor_log(house.home) == 1
    assert anchor_log(house.home) == 0
    write(house, DESK, 1)
    write(house, None, 1)
    assert house.tick("log anchors", at_night=True) == {"log anchors": 2}
    write(house, DESK, 1)
    with house.home.database.reading() as db:
        assert found(db, house.home.keys) == ""
    assert sorted((row["chain"], row["number"]) for row in house.rows("log_anchors")) == sorted(
        [(DESK, ENTRIES), (DESK, ENTRIES + 1), ("site", 1)]
    )


@pytest.mark.measures("M-6")
@pytest.mark.parametrize("cut", [1, 2, ENTRIES])
@pytest.mark.parametrize("chain", [DESK, "site"])
def test_entries_cut_off_the_end_are_missed(house: Indoors, db: Session, cut: int, chain: str) -> None:
    assert found(db, house.home.keys) == ""
    values = {"chain": chain, "left": ENTRIES - cut}
    db.execute(text("DELETE FROM log_entries WHERE chain = :chain AND number > :left"), values)
    assert f"chain {chain} had another entry {ENTRIES} on " in found(db, house.home.keys)
    assert f"chain {chain} had another entry {ENTRIES} on " in found(db, None)


@pytest.mark.measures("M-6")
def test_entries_written_anew_after_a_cut_are_found_out(house: Indoors, db: Session) -> None:
    """The chain alone would hold."""
    db.execute(text("DELETE FROM log_entries WHERE chain = :desk AND number > 2"), {"desk": DESK})
    for _entry in range(ENTRIES):
        log.write(db, "case.released", group_id=DESK, by=new_id())
    assert f"chain {DESK} had another entry {ENTRIES}" in found(db, house.home.keys)


@pytest.mark.parametrize(
    "change", ["number = number - 1", "day = '2020-01-01'", "hash = mark", "mark = hash", "chain = 'other'"]
)
def test_an_anchor_that_the_server_did_not_make_is_named(house: Indoors, db: Session, change: str) -> None:
    db.execute(text(f"UPDATE log_anchors SET {change} WHERE chain = 'site'"))  # noqa: S608
    assert "is not this server's own" in found(db, house.home.keys)


def test_an_anchor_made_with_another_key_is_named(house: Indoors, db: Session) -> None:
    assert "is not this server's own" in found(db, Keys(new_key(), new_key(), new_key()))
