"""How often each rule of a group held something, and how often a person saw it otherwise. No number points at anybody:
counts under five are not told, others are rounded down to fives, and they change on Mondays alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from app.foundation.kept import Kept
from app.foundation.times import today
from app.moderation.models import Action, Decision, Fate, Finding
from app.moderation.verdict import Severity

CLEARLY = 5
"""Fewer are not told (k-anonymity, as for outcomes)."""
LATELY_DAYS = 30
LONG_DAYS = 90
KEPT_BYTES = 1024 * 1024
BYTES_A_RULE = 300


class Count(NamedTuple):
    """Rounded down to fives; 0 is fewer than five. `let_out`: of those of the longer time, unchanged, by a person."""

    lately: int = 0
    long: int = 0
    let_out: int = 0


NEVER = Count()


class Record(dict[str, Count]):
    """Counts by rule."""

    def of(self, rule_id: str) -> Count:
        return self.get(rule_id, NEVER)


def until() -> date:
    """The Monday before which it is counted: a number that changed each day would say when something was held."""
    return today() - timedelta(days=today().weekday())


def record(db: Session, group_id: str) -> Record:
    """What the rules of a group held up to last Monday; looked up once an hour."""
    key = (group_id, until())
    found = _kept().get(key)
    return _kept().keep(key, _counted(db, group_id, until())) if found is None else found


@cache
def _kept() -> Kept[Record]:
    return Kept(KEPT_BYTES, lambda found: BYTES_A_RULE * (1 + len(found)))


def _counted(db: Session, group_id: str, end: date) -> Record:
    by_person = aliased(Decision)
    held = (
        select(
            Finding.rule.label("rule"),
            Decision.id.label("decision_id"),
            func.max(case((Decision.day >= end - timedelta(days=LATELY_DAYS), 1), else_=0)).label("lately"),
            func.max(case((by_person.action == Action.PUBLISH, 1), else_=0)).label("let_out"),
        )
        .join(Finding, Finding.decision_id == Decision.id)
        .outerjoin(by_person, by_person.previous_id == Decision.id)
        .where(Decision.group_id == group_id, Decision.fate == Fate.HELD, Decision.outcome.is_not(None))
        .where(Decision.day >= end - timedelta(days=LONG_DAYS), Decision.day < end)
        .where(Finding.severity != Severity.NOTE)
        .group_by(Finding.rule, Decision.id)
        .subquery()
    )
    rows = db.execute(
        select(held.c.rule, func.sum(held.c.lately), func.count(), func.sum(held.c.let_out)).group_by(held.c.rule)
    )
    return Record({rule: Count(*_rounded(numbers)) for rule, *numbers in rows})


def _rounded(numbers: Sequence[int]) -> list[int]:
    return [int(number) // CLEARLY * CLEARLY for number in numbers]
