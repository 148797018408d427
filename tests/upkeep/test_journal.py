"""The journal of deletions ties nothing together: neither by its days nor by the order of its lines (D-6)."""

from datetime import timedelta
from functools import partial

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.foundation.sealing import digest
from app.foundation.times import today
from app.log import actions as log
from app.log.models import Deletion
from app.log.purging import MOST_DAYS_LATER
from app.log.queries import was_deleted
from app.stories import choices
from app.stories.choices import ERASE_ALL, Choice
from app.tables import TABLES
from app.upkeep import journal
from tests.upkeep.indoors import Indoors

PAIRS = 200
MOST_TOGETHER = 40
"""By chance it is one pair in twenty. More than this many of 200 are together once in 10^13 runs."""


def noted(house: Indoors, *ids: str) -> None:
    with house.home.database.writing() as db:
        log.deleted(db, *ids)
        db.commit()


def test_two_that_go_together_share_no_day_but_by_chance(house: Indoors) -> None:
    with house.home.database.writing() as db:
        for pair in range(PAIRS):
            log.deleted(db, f"a {pair}", f"b {pair}")
        db.commit()
    days = {row["hash"]: row["day"] for row in house.rows("deletions")}
    together = sum(days[digest(f"a {pair}")] == days[digest(f"b {pair}")] for pair in range(PAIRS))
    assert together < MOST_TOGETHER
    assert {(day - today()).days for day in days.values()} <= set(range(MOST_DAYS_LATER + 1))
    assert max(days.values()) > today() + timedelta(days=MOST_DAYS_LATER // 2)


def test_the_file_is_in_one_order_whatever_was_noted_when(house: Indoors) -> None:
    for minute in range(8):
        noted(house, f"a {minute}", f"b {minute}")
        assert journal.write_out(house.home) == 2
    file = journal.file_of(house.home.settings)
    hashes = [line.split()[1] for line in file.read_text().splitlines()]
    assert hashes == sorted(hashes)
    assert len(hashes) == 16
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert file.stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_off_is_written_anew(house: Indoors) -> None:
    noted(house, "a", "b")
    journal.write_out(house.home)
    file = journal.file_of(house.home.settings)
    whole = file.read_text()
    file.write_text(whole[:-10])
    assert journal.write_out(house.home) == 1
    assert file.read_text() == whole


def test_of_all_choices_for_one_persona_the_last_holds() -> None:
    """Closing was broken off and begun again with another choice; later somebody came with the claim code."""
    engine = create_engine("sqlite://")
    TABLES[Deletion.__tablename__].create(engine)
    chosen = [Choice(True, ("a",)), Choice(False, ("b", "c")), Choice(False, ("a",)), ERASE_ALL]
    with Session(engine) as db:
        knows = partial(was_deleted, db)
        assert choices.last(knows, "mine", ["a"]) is None
        for choice in chosen:
            choices.note(db, "mine", choice)
            assert choices.last(knows, "mine", ["a", "b", "c"]) == choice
        assert choices.last(knows, "another's", ["a", "b", "c"]) is None
