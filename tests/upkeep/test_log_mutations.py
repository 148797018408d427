"""A thousand changes by chance to a log of three chains: each is found, at its first bad row (M-5, M-6)."""

import random
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.foundation.ids import new_id
from app.log import actions as log
from app.log.queries import first_broken
from app.members.member import DESK
from app.upkeep.actions import faults
from app.upkeep.retention import anchor_log
from tests.upkeep.indoors import Indoors

MUTATIONS = 1000
ENTRIES = 12
FIELDS = ("chain", "number", "group_id", "day", "act", "by_membership_id", "subject", "reason", "outline", "salt",
          "previous_hash", "hash")  # fmt: skip
Place = tuple[str, int]


@pytest.fixture
def db(house: Indoors) -> Iterator[Session]:
    """Three chains, anchored; then a transaction without the log's guards, never committed."""
    group_id = house.rows("groups")[-1]["id"]
    with house.home.database.writing() as session:
        for number in range(ENTRIES):
            for chain in (DESK, group_id, None):
                act = ("case.claimed", "case.remove", "group.rules")[number % 3]
                log.write(session, act, group_id=chain, by=new_id(), subject=f"story:{new_id()}", reason="kindness")
        session.commit()
    anchor_log(house.home)
    with house.home.database.writing() as session:
        if house.home.database.is_sqlite:
            session.execute(text("DROP TRIGGER log_entries_no_update"))
            session.execute(text("DROP TRIGGER log_entries_no_delete"))
        else:
            session.execute(text("ALTER TABLE log_entries DROP CONSTRAINT fk_log_entries_group_id_groups"))
            session.execute(text("DROP TRIGGER log_entries_append_only ON log_entries"))
        yield session
        session.rollback()


class Tampering:
    """Somebody with the database in hand, and no scruples. Each way returns the rows that may be named as the first bad one."""

    def __init__(self, db: Session, chance: random.Random) -> None:
        self.db, self.chance = db, chance
        lengths = db.execute(text("SELECT chain, max(number) FROM log_entries GROUP BY chain")).all()
        self.lengths: dict[str, int] = {row[0]: row[1] for row in lengths}
        self.chain = chance.choice(sorted(self.lengths))
        self.length = self.lengths[self.chain]
        self.number = chance.randint(1, self.length)

    def _do(self, order: str, **values: object) -> None:
        given = {"chain": self.chain, "number": self.number, **values}
        assert self.db.execute(text(order), given).rowcount >= 1, order  # type: ignore[attr-defined]

    def change_a_byte(self) -> set[Place]:
        """One letter of one field becomes another one."""
        name = self.chance.choice([f for f in FIELDS if f not in ("number", "day", "group_id")])
        where = "WHERE chain = :chain AND number = :number"
        found = text(f"SELECT {name} FROM log_entries {where}")  # noqa: S608
        old = self.db.scalar(found, {"chain": self.chain, "number": self.number})
        new = self._other(old or "")
        self._do(f"UPDATE log_entries SET {name} = :new {where}", new=new)  # noqa: S608
        return {(new, self.number), (self.chain, self.number + 1)} if name == "chain" else {(self.chain, self.number)}

    def _other(self, old: str) -> str:
        if not old:
            return self.chance.choice("0az")
        at = self.chance.randrange(len(old))
        return old[:at] + self.chance.choice([c for c in "0123456789abcdefgh:é " if c != old[at]]) + old[at + 1 :]

    def change_a_value(self) -> set[Place]:
        """A whole field becomes that of another row, or something else that fits."""
        name, new = self.chance.choice([
            ("day", "2020-01-01"), ("subject", ""), ("group_id", DESK if self.chain == "site" else None),
            ("by_membership_id", None), ("salt", None), ("outline", "other"), ("hash", "0" * 64), ("act", "case.keep"),
            ("reason", "no-selling"),
        ])  # fmt: skip
        self._do(f"UPDATE log_entries SET {name} = :new WHERE chain = :chain AND number = :number", new=new)  # noqa: S608
        return {(self.chain, self.number)}

    def delete(self) -> set[Place]:
        self._do("DELETE FROM log_entries WHERE chain = :chain AND number = :number")
        return {(self.chain, self.number + 1)} if self.number < self.length else set()

    def cut(self) -> set[Place]:
        """The end of a chain, or all of it."""
        self._do("DELETE FROM log_entries WHERE chain = :chain AND number >= :number")
        return set()

    def insert(self) -> set[Place]:
        """A row between two others, which make room for it; its hashes are its neighbour's."""
        self._move_up()
        self.db.execute(
            text("INSERT INTO log_entries (chain, number, group_id, day, act, by_membership_id, subject, reason, outline, salt, "
                 "previous_hash, hash) SELECT chain, number + 1, group_id, day, act, by_membership_id, subject, 'other', outline, "
                 "salt, hash, hash FROM log_entries WHERE chain = :chain AND number = :number"),
            {"chain": self.chain, "number": self.number},
        )  # fmt: skip
        return {(self.chain, self.number + 1)}

    def _move_up(self) -> None:
        for later in range(self.length, self.number, -1):
            self._do("UPDATE log_entries SET number = number + 1 WHERE chain = :chain AND number = :later", later=later)

    def swap(self) -> set[Place]:
        other = self.chance.choice([n for n in range(1, self.length + 1) if n != self.number])
        for old, new in ((self.number, 10**6), (other, self.number), (10**6, other)):
            self._do("UPDATE log_entries SET number = :new WHERE chain = :chain AND number = :old", old=old, new=new)
        return {(self.chain, min(self.number, other))}

    def copy_over(self) -> set[Place]:
        """All of a row but its number becomes another row's."""
        other = self.chance.choice([n for n in range(1, self.length + 1) if n != self.number])
        names = [f for f in FIELDS if f not in ("chain", "number")]
        row = "FROM log_entries o WHERE o.chain = :chain AND o.number = :other"
        taken = ", ".join(f"{name} = (SELECT {name} {row})" for name in names)
        self._do(f"UPDATE log_entries SET {taken} WHERE chain = :chain AND number = :number", other=other)  # noqa: S608
        return {(self.chain, self.number)}

    @property
    def ways(self) -> list[Callable[[], set[Place]]]:
        return [self.change_a_byte, self.change_a_value, self.delete, self.cut, self.insert, self.swap, self.copy_over]


@pytest.mark.measures("M-5", "M-6")
def test_every_change_is_found_and_its_first_row_is_named(house: Indoors, db: Session) -> None:
    """On PostgreSQL a tenth of them: each costs it more, and they are the same."""
    chance = random.Random(20260322)
    assert list(faults(db, house.home.keys)) == []
    by_chain, by_anchor = 0, 0
    for _nth in range(MUTATIONS if house.home.database.is_sqlite else MUTATIONS // 10):
        with db.begin_nested() as mutation:
            tampering = Tampering(db, chance)
            way = chance.choice(tampering.ways)
            may_be_named = way()
            found = first_broken(db)
            if found:
                by_chain += 1
                assert (found.chain, int(found.number)) in may_be_named, way.__name__
            else:
                by_anchor += 1
                assert not may_be_named, way.__name__
                told = list(faults(db, house.home.keys))
                assert f"cut: chain {tampering.chain} had another entry {tampering.length} " in told[0], way.__name__
            mutation.rollback()
    assert by_chain > 5 * by_anchor > 0
    assert list(faults(db, house.home.keys)) == []


def test_bytes_that_are_no_text_no_day_and_no_number_are_named_too(house: Indoors, db: Session) -> None:
    """SQLite takes anything in any column; `hearth verify` must not fall over it."""
    if not house.home.database.is_sqlite:
        return
    for name, value in (
        ("day", "'2026-02-3x'"),
        ("day", "x'ff00'"),
        ("subject", "CAST(x'c328' AS TEXT)"),
        ("act", "7"),
    ):
        with db.begin_nested() as mutation:
            order = f"UPDATE log_entries SET {name} = {value} WHERE chain = :desk AND number = 4"  # noqa: S608
            db.execute(text(order), {"desk": DESK})
            assert f"chain {DESK}, entry 4 " in next(faults(db, house.home.keys))
            mutation.rollback()
