"""What waits for an administrator is noted in the log once a month, and told at the desk; a seat, a line or a year can make it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from app.lawful import reviews
from app.lawful.actions import look_at_help, mark_of, sign
from app.lawful.facts import facts
from app.lawful.forms import AssessmentForm, HelpForm
from app.lawful.models import Assessment, Chosen
from app.lawful.queries import help_mark
from app.lawful.risks import EVERY_RISK
from app.log.models import LogEntry
from app.members.member import DESK
from app.members.models import Membership
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge_line
from tests.upkeep.indoors import Indoors

BEGAN = datetime(2026, 3, 4, 10, 20, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Indoors:
    return Indoors(f"sqlite:///{tmp_path}/hearth.db", tmp_path)


def _due(house: Indoors) -> set[str]:
    with house.home.database.reading() as db:
        return {one.key for one in reviews.due(db, house.home.settings)}


def _everything_done(house: Indoors) -> None:
    """As an administrator leaves it: an office, helplines looked through, an assessment signed."""
    staff = Membership(id="0" * 32)
    with house.home.database.writing() as db:
        office = Chosen(name="office", version=1, chosen={"name": "The board"})
        office.words_judged(judge_line(Guidelines(), "The board"), DESK)
        db.add(office)
        db.flush()
        look_at_help(db, staff, house.home.settings, HelpForm(looked=True, shown=help_mark("")))
        there = mark_of(facts(db, house.home.settings))
        sign(db, staff, house.home.settings, AssessmentForm(agree=True, shown=there), dict.fromkeys(EVERY_RISK, "low"))
        db.commit()


def test_reviews_come_back_when_their_time_is_over(house: Indoors) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        assert _due(house) == {"assessment"}
        _everything_done(house)
        assert _due(house) == set()
        clock.move_to(BEGAN + timedelta(days=reviews.HELP_DAYS))
        assert _due(house) == set()
        clock.move_to(BEGAN + timedelta(days=reviews.HELP_DAYS + 1))
        assert _due(house) == {"help"}
        clock.move_to(BEGAN + timedelta(days=reviews.ASSESSMENT_DAYS - reviews.ASSESSMENT_WARNING_DAYS + 1))
        assert _due(house) == {"help", "assessment"}
        with house.home.database.reading() as db:
            (kept,) = db.query(Assessment).all()
        assert (kept.day, kept.office) == (BEGAN.date(), "The board")


def test_the_log_says_once_a_month_that_the_desk_was_told(house: Indoors) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        told = []
        for day in (0, 1, 20, 28, 29):
            clock.move_to(BEGAN + timedelta(days=day))
            told.append(house.tick("reminders", at_night=True)["reminders"])
        assert told == [1, 0, 0, 1, 0], "in March once, and on the first of April"
        _everything_done(house)
        clock.move_to(BEGAN + timedelta(days=60))
        assert house.tick("reminders", at_night=True)["reminders"] == 0
    with house.home.database.reading() as db:
        noted = [entry.reason for entry in db.query(LogEntry).filter(LogEntry.act == reviews.DUE)]
    assert noted == ["assessment", "assessment"]
