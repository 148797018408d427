"""What wants to be looked at again, and when: the assessment, the helplines, the hours."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.home import Home
from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.foundation.times import today
from app.lawful.facts import Fact, changed, facts
from app.lawful.queries import FEWEST_SEATS, Choices, assessments, choices, help_mark, seats
from app.log import actions as log
from app.log.models import LogEntry
from app.log.rules import SITE

ASSESSMENT_DAYS = 365
"""Ofcom asks for a look at least once a year."""
ASSESSMENT_WARNING_DAYS = 30
HELP_DAYS = 180
"""Helplines change their numbers and hours; twice a year somebody compares them."""
DUE = "review.due"


class Review(NamedTuple):
    """Something that waits for an administrator. `since` None: it is due by itself and not by a day."""

    key: str
    text: str
    way: str


def due(db: Session, settings: Settings) -> list[Review]:
    """All that waits now, the most important first."""
    chosen = choices(db)
    found = [_help(chosen, settings), *_assessment(db, settings), _cover(db, chosen)]
    return [review for review in found if review]


def _help(chosen: Choices, settings: Settings) -> Review | None:
    seen = chosen.get("help")
    if seen is None:
        return (
            Review("help", _("Nobody has looked through the helplines yet."), "/set-up/help")
            if chosen.is_open
            else None
        )
    if seen.chosen["mark"] != help_mark(chosen.country or settings.country):
        return Review("help", _("The helplines changed since somebody looked through them."), "/set-up/help")
    if seen.day < _ago(HELP_DAYS):
        return Review("help", _("The helplines were last looked through half a year ago."), "/set-up/help")
    return None


def _assessment(db: Session, settings: Settings) -> list[Review]:
    signed = assessments(db)
    if not signed:
        return [Review("assessment", _("No risk assessment has been signed yet."), "/records/assessment")]
    newest = signed[0]
    different: list[Fact] = changed(newest.facts, facts(db, settings))
    if different:
        told = _("The risk assessment is out of date. Changed since: %(what)s.")
        names = ", ".join(fact.name for fact in different)
        return [Review("assessment", told % {"what": names}, "/records/assessment")]
    if newest.day < _ago(ASSESSMENT_DAYS - ASSESSMENT_WARNING_DAYS):
        return [Review("assessment", _("The risk assessment is due for its yearly look."), "/records/assessment")]
    return []


def _cover(db: Session, chosen: Choices) -> Review | None:
    if not chosen.is_open or seats(db) >= FEWEST_SEATS:
        return None
    told = _("Fewer than two people have a seat at the desk: nobody could decide about an appeal.")
    return Review("cover", told, "/desk/invite")


def _ago(days: int) -> date:
    return today() - timedelta(days=days)


def remind(home: Home) -> int:
    """Note in the log, once a month for each, what waits: so it can be shown that the desk was told. How many were noted."""
    with home.database.writing() as db:
        waiting = sorted({one.key for one in due(db, home.settings)} - _told(db, today().replace(day=1)))
        for key in waiting:
            log.write(db, DUE, group_id=None, by=None, reason=key)
        db.commit()
    return len(waiting)


def _told(db: Session, since: date) -> set[str]:
    """What was noted since this day."""
    noted = select(LogEntry.reason).where(LogEntry.chain == SITE, LogEntry.act == DUE, LogEntry.day >= since)
    return set(db.scalars(noted))
