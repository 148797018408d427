"""What was decided here, half a year at a time. Counted from what is never changed or deleted, so that the same half year
says the same for good; no number points at anybody (SR-26, SR-35)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from app.foundation.kept import Kept
from app.foundation.sealing import digest
from app.foundation.times import today
from app.log.models import LogAnchor, LogEntry
from app.log.rules import SITE
from app.moderation.models import Action, Decision, Fate, Finding
from app.moderation.verdict import Outcome, Severity

MOST_HALF_YEARS = 6
KEPT_BYTES = 256 * 1024
BYTES_EACH = 8 * 1024
STEP_PERCENT = 5
"""Shares are told in steps of so much."""
RESTRICTS = (Action.REDACT, Action.RETURN, Action.REMOVE)
LIMITED = "membership.limited"
DISCLOSED = "persona.disclosed"


class HalfYear(NamedTuple):
    """What happened from `begin` to the day before `end`. Counts are rounded down to multiples of k; 0 is fewer than k.
    None: not told, since too few things stand behind it."""

    begin: date
    end: date
    read_by_rules: int
    waited: int
    urgent: int
    by_person: dict[str, int]
    let_out_percent: int | None
    """Of what had waited and was decided: how much went out as it was."""
    overturned_percent: int | None
    """Of what a person had restricted: how much a person put back."""
    median_days: int | None
    """From waiting to a person's decision; 0 is the same day."""
    pauses: int
    disclosed: bool
    by_rule: dict[str, int]


class Head(NamedTuple):
    """Where the log of staff stood on a night: whoever has it can show later that nothing before it was taken out."""

    day: date
    number: int
    site: str
    """The site chain's newest anchor."""
    all_chains: str
    """SHA-256 over all chains' newest anchors, a line `chain number hash` each, in the order of the chains."""


def half_years(first: date, until: date) -> list[tuple[date, date]]:
    """The half years from the one with `first` that were over before `until`, the newest first."""
    begin, edges = date(first.year, 1 if first.month < 7 else 7, 1), list[date]()
    while begin <= until:
        edges.append(begin)
        begin = date(begin.year, 7, 1) if begin.month == 1 else date(begin.year + 1, 1, 1)
    return list(pairwise(edges))[::-1]


def next_day(until: date) -> date:
    """When the half year that runs is over."""
    return date(until.year, 7, 1) if until.month < 7 else date(until.year + 1, 1, 1)


def report(db: Session, k: int) -> list[HalfYear]:
    """The half years that are over, the newest first. Looked up once in a process's life: they do not change any more."""
    first = db.scalar(select(func.min(Decision.day)))
    spans = half_years(first, today())[:MOST_HALF_YEARS] if first else []
    return [_kept_or_counted(db, k, begin, end) for begin, end in spans]


def _kept_or_counted(db: Session, k: int, begin: date, end: date) -> HalfYear:
    key = (str(db.get_bind().engine.url), k, begin)
    found = _kept().get(key)
    return _kept().keep(key, _counted(db, k, begin, end)) if found is None else found


@cache
def _kept() -> Kept[HalfYear]:
    return Kept(KEPT_BYTES, lambda _found: BYTES_EACH)


def _counted(db: Session, k: int, begin: date, end: date) -> HalfYear:
    count = _Counting(db, k, begin, end)
    before, by_person = aliased(Decision), aliased(Decision)
    waited = before.fate == Fate.HELD
    out = [by_person.action == Action.PUBLISH]
    back = [before.action.in_(RESTRICTS), by_person.action.in_((Action.PUBLISH, Action.KEEP))]
    return HalfYear(
        begin, end,
        count.rounded(count.decisions(Decision.outcome.is_not(None))),
        count.rounded(count.decisions(Decision.outcome.is_not(None), Decision.fate == Fate.HELD)),
        count.rounded(count.decisions(Decision.outcome == Outcome.URGENT)),
        {action.value: count.rounded(count.decisions(Decision.action == action)) for action in Action},
        count.percent(count.pairs(before, by_person, waited, *out), count.pairs(before, by_person, waited)),
        count.percent(count.pairs(before, by_person, *back), count.decisions(Decision.action.in_(RESTRICTS))),
        count.median(before, by_person, waited),
        count.rounded(count.acts(LIMITED)),
        count.acts(DISCLOSED) > 0,
        {rule: rounded for rule, number in count.rules() if (rounded := count.rounded(number))},
    )  # fmt: skip


class _Counting:
    """Questions about one half year."""

    def __init__(self, db: Session, k: int, begin: date, end: date) -> None:
        self.db, self.k, self.begin, self.end = db, k, begin, end

    def _in(self, column: Any) -> ColumnElement[bool]:
        return and_(column >= self.begin, column < self.end)

    def rounded(self, number: int) -> int:
        return number // self.k * self.k

    def percent(self, some: int, of_all: int) -> int | None:
        """None while fewer than k stand on either side: a share of few would be a person."""
        if of_all < self.k:
            return None
        step = round(100 * some / of_all / STEP_PERCENT) * STEP_PERCENT
        return step if some >= self.k and of_all - some >= self.k else None

    def decisions(self, *wanted: ColumnElement[bool]) -> int:
        return self.db.scalar(select(func.count()).select_from(Decision).where(self._in(Decision.day), *wanted)) or 0

    def pairs(self, before: Any, by_person: Any, *wanted: ColumnElement[bool]) -> int:
        """Decisions of persons about what another decision had said."""
        joined = select(func.count()).select_from(by_person).join(before, before.id == by_person.previous_id)
        return self.db.scalar(joined.where(self._in(by_person.day), by_person.action.is_not(None), *wanted)) or 0

    def median(self, before: Any, by_person: Any, waited: ColumnElement[bool]) -> int | None:
        rows = self.db.execute(
            select(before.day, by_person.day, func.count())
            .join(before, before.id == by_person.previous_id)
            .where(self._in(by_person.day), by_person.action.is_not(None), before.day.is_not(None), waited)
            .group_by(before.day, by_person.day)
        )
        waits = sorted(((decided - held).days, number) for held, decided, number in rows)
        total = sum(number for _days, number in waits)
        return _middle(waits, total) if total >= self.k else None

    def acts(self, act: str) -> int:
        wanted = select(func.count()).select_from(LogEntry).where(LogEntry.act == act, self._in(LogEntry.day))
        return self.db.scalar(wanted) or 0

    def rules(self) -> Iterator[tuple[str, int]]:
        """For each rule, in how many texts that waited it had found something."""
        found = self.db.execute(
            select(Finding.rule, func.count(Decision.id.distinct()))
            .join(Decision, Decision.id == Finding.decision_id)
            .where(self._in(Decision.day), Decision.fate == Fate.HELD, Decision.outcome.is_not(None))
            .where(Finding.severity != Severity.NOTE, Finding.rule.not_like("group.%"))
            .group_by(Finding.rule)
            .order_by(Finding.rule)
        )
        return ((row[0], row[1]) for row in found)


def _middle(waits: list[tuple[int, int]], total: int) -> int:
    seen = 0
    for days, number in waits:
        seen += number
        if 2 * seen >= total:
            return days
    return 0


def newest_head(db: Session) -> Head | None:
    """None before the first night."""
    newest = select(LogAnchor.chain, func.max(LogAnchor.number).label("number")).group_by(LogAnchor.chain).subquery()
    heads = db.scalars(
        select(LogAnchor).join(newest, (LogAnchor.chain == newest.c.chain) & (LogAnchor.number == newest.c.number))
    )
    found = sorted(heads, key=lambda one: one.chain)
    site = next((one for one in found if one.chain == SITE), None)
    if site is None:
        return None
    lines = "".join(f"{one.chain} {one.number} {one.hash}\n" for one in found)
    return Head(max(one.day for one in found), site.number, site.hash, digest(lines))


def last_day(half: HalfYear) -> date:
    return half.end - timedelta(days=1)
