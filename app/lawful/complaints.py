"""How long it took from a reader's word, or a rule's, to a person's decision (SR-31, SR-34). Of nobody: no names, no ids."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from statistics import median_low
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.appeals.models import Appeal, AppealStatus, OutsideNotice
from app.foundation.times import now
from app.moderation.models import Case, CaseStatus, Decision, Fate, Flag

SECONDS_AN_HOUR = 3600
APPEAL, OUTSIDE = "appeal", "outside"
"""How those came that are no cases."""
HEAD = (
    "number", "about", "came_as", "reasons", "known_on", "status", "decided_on", "hours", "action", "guideline", "put_back"
)  # fmt: skip


class Complaint(NamedTuple):
    """One case, objection or notice. `hours` counts from when this place knew of it: to the decision, or to now while it is
    open; None for what is known by its days alone."""

    about: str
    came_as: str
    reasons: tuple[str, ...]
    known_on: date
    status: str
    decided_on: date | None
    hours: int | None
    action: str
    guideline: str
    put_back: bool
    """Whether another person later saw it otherwise."""


def complaints(db: Session) -> list[Complaint]:
    """All cases, objections and notices from outside that are still kept (for a year), the oldest day first and in no order
    within it."""
    found = [*_cases(db), *_appeals(db), *_from_outside(db)]
    return [one for one, _id in sorted(found, key=lambda pair: (pair[0].known_on, pair[1]))]


def _cases(db: Session) -> list[tuple[Complaint, str]]:
    reasons: dict[str, set[str]] = {}
    for case_id, reason in db.execute(select(Flag.case_id, Flag.reason)):
        reasons.setdefault(case_id, set()).add(reason.value)
    back = aliased(Decision)
    undone = select(back.previous_id).where(back.previous_id.is_not(None), back.fate == Fate.PUBLISHED)
    put_back = {one for one in db.scalars(undone) if one}
    rows = db.execute(select(Case, Decision).outerjoin(Decision, Decision.id == Case.decision_id))
    return [(_told(case, decided, reasons.get(case.id, set()), put_back), case.id) for case, decided in rows]


def _told(case: Case, decided: Decision | None, reasons: set[str], put_back: set[str]) -> Complaint:
    is_restricting = decided is not None and decided.fate is not Fate.PUBLISHED
    return Complaint(
        case.kind.value, case.tier.value, tuple(sorted(reasons)), case.opened_at.date(), case.status.value,
        decided.day if decided else None, _hours(case, now()), decided.action.value if decided and decided.action else "",
        decided.guideline if decided else "", decided is not None and is_restricting and decided.id in put_back,
    )  # fmt: skip


def _appeals(db: Session) -> Iterator[tuple[Complaint, str]]:
    """Objections know their days alone."""
    for one, answer in db.execute(select(Appeal, Decision).outerjoin(Decision, Decision.id == Appeal.answer_id)):
        is_undone = one.status is AppealStatus.OVERTURNED
        status = CaseStatus.OPEN if one.is_open else CaseStatus.DECIDED
        answered = answer.day if answer else None
        yield (
            Complaint(
                one.kind.value, APPEAL, (), one.day, status.value, answered, None, one.status.value, "", is_undone
            ),
            one.id,
        )


def _from_outside(db: Session) -> Iterator[tuple[Complaint, str]]:
    """Notices of somebody who may have no place here. Those about words that are here count in their case too."""
    for one in db.scalars(select(OutsideNotice)):
        status = CaseStatus.DECIDED if one.answered_day else CaseStatus.OPEN
        action = one.outcome.value if one.outcome else ""
        yield (
            Complaint(
                "notice", OUTSIDE, (one.reason.value,), one.day, status.value, one.answered_day, None, action, "", False
            ),
            one.id,
        )


def _hours(case: Case, at: datetime) -> int | None:
    if case.status is not CaseStatus.OPEN:
        return case.waited_hours
    return int((at - case.opened_at).total_seconds() // SECONDS_AN_HOUR)


class Clock(NamedTuple):
    """How quick the desk is."""

    decided: int
    middle_hours: int | None
    longest_hours: int | None
    open: int
    oldest_open_hours: int | None


def clock(found: list[Complaint]) -> Clock:
    took = [one.hours for one in found if one.status == CaseStatus.DECIDED and one.hours is not None]
    waits = [one.hours for one in found if one.status == CaseStatus.OPEN and one.hours is not None]
    decided = sum(one.status == CaseStatus.DECIDED for one in found)
    return Clock(
        decided, median_low(took) if took else None, max(took, default=None), len(waits), max(waits, default=None)
    )


def as_csv(found: list[Complaint]) -> str:
    """For a spreadsheet. Every cell is a number, a day or a key of a list: nothing in it was typed by anybody."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows(_cells(number, one) for number, one in enumerate(found, 1))
    return out.getvalue()


def _cells(number: int, one: Complaint) -> Iterator[str]:
    yield str(number)
    yield from (one.about, one.came_as, " ".join(one.reasons), one.known_on.isoformat(), one.status)
    yield one.decided_on.isoformat() if one.decided_on else ""
    yield "" if one.hours is None else str(one.hours)
    yield from (one.action, one.guideline, "yes" if one.put_back else "no")
