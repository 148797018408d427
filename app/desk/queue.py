"""The queue: in which order cases wait for whom. Asked in pieces that an index answers, however many wait."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, String, func, literal, select, tuple_, type_coerce, union_all
from sqlalchemy.orm import Session

from app.desk.queries import cases_for, flagged_by
from app.foundation.settings import settings
from app.foundation.times import now
from app.members.member import AnyReader, Member
from app.moderation.models import Case, CaseStatus, Tier

Status = Literal["open", "mine", "decided", "withdrawn"]
Weight = Literal["", "heavy", "light"]
MOST_COUNTED = 99
"""Nobody is told how many more there are than this: counting all of a long queue would take long."""
MOST_TRIED = 10
"""Cases looked at for whoever takes the next one, while others take them at the same moment."""


class Stream(StrEnum):
    """A part of the queue that somebody may want to see by itself. Appeals are no cases: they stand at `/desk/appeals`."""

    URGENT = "urgent"
    REPORTS = "reports"
    SOON = "soon"
    HELD = "held"


TIERS = {Stream.URGENT: Tier.URGENT, Stream.REPORTS: Tier.REPORT, Stream.HELD: Tier.HELD, Stream.SOON: Tier.CONCERN}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases somebody wants to see: everything they may, unless it says less."""

    status: Status = "open"
    stream: Stream | None = None
    group_id: str = ""
    kind: str = ""
    weight: Weight = ""


class Place(NamedTuple):
    """Where a page of the queue ended: how soon, since when, which; and the moment its first page was seen at. By that
    moment all its pages are in one order, whatever grows old meanwhile."""

    rank: int
    opened_at: datetime
    case_id: str
    seen_at: datetime


class Page(NamedTuple):
    """Cases in their order, and where the next page begins if there is one."""

    cases: list[Case]
    next: Place | None


def page_of(db: Session, member: AnyReader, wanted: Wanted, after: Place | None, size: int) -> Page:
    """The cases a member may decide: most urgent first, then oldest. `mine` are the open ones in one's own hand. What was
    decided or withdrawn comes newest first."""
    at = after.seen_at if after else now()
    found = _waiting(db, member, wanted, at, after, size + 1)
    if wanted.status in ("decided", "withdrawn"):
        found = _past(db, member, wanted, after, size + 1)
    cases = _whole(db, [case_id for case_id, _rank in found[:size]])
    if len(found) <= size:
        return Page(cases, None)
    return Page(cases, Place(found[size - 1][1], cases[-1].opened_at, cases[-1].id, at))


def _waiting(
    db: Session, member: AnyReader, wanted: Wanted, at: datetime, after: Place | None, limit: int
) -> list[tuple[str, int]]:
    pieces = list(_pieces(_those(member, wanted), at, after, limit))
    if wanted.status in ("decided", "withdrawn") or not pieces:
        return []
    every = union_all(*pieces).subquery()
    ordered = select(every.c.id, every.c.rank).order_by(every.c.rank, every.c.opened_at, every.c.id).limit(limit)
    return [(row[0], row[1]) for row in db.execute(ordered)]


def _pieces(those: Select[str, datetime], at: datetime, after: Place | None, limit: int) -> Iterator[Select[Any]]:
    """The queue in pieces, each in the order of an index: a tier, and of it what has or has not grown old."""
    for rank, tier, is_old in _ranks():
        if after and rank < after.rank:
            continue
        piece = those.add_columns(literal(rank).label("rank")).where(Case.tier == tier)
        if is_old is not None:
            aged = Case.opened_at <= at - _promise()
            piece = piece.where(aged if is_old else Case.opened_at > at - _promise())
        if after and rank == after.rank:
            piece = piece.where(tuple_(Case.opened_at, Case.id) > (after.opened_at, after.case_id))
        yield select(piece.order_by(Case.opened_at, Case.id).limit(limit).subquery())


def _ranks() -> Iterator[tuple[int, Tier, bool | None]]:
    """How soon what is looked at: by its tier, and one tier sooner once it is older than was promised. Nothing climbs to
    where somebody may be in danger."""
    highest = list(Tier).index(Tier.REPORT)
    for rank, tier in enumerate(Tier):
        if rank <= highest:
            yield rank, tier, None
        else:
            yield rank - 1, tier, True
            yield rank, tier, False


def _promise() -> timedelta:
    return timedelta(minutes=settings().promise_minutes)


def is_late(case: Case, at: datetime) -> bool:
    """Whether an open case has waited longer than was promised."""
    return case.is_open and case.opened_at <= at - _promise()


def _past(db: Session, member: AnyReader, wanted: Wanted, after: Place | None, limit: int) -> list[tuple[str, int]]:
    those = _those(member, wanted).order_by(Case.opened_at.desc(), Case.id.desc()).limit(limit)
    if after:
        those = those.where(tuple_(Case.opened_at, Case.id) < (after.opened_at, after.case_id))
    return [(row[0], 0) for row in db.execute(those)]


def _those(member: AnyReader, wanted: Wanted) -> Select[str, datetime]:
    """Ids and ages of all that somebody wants to see and may."""
    those = cases_for(member).with_only_columns(Case.id, Case.opened_at).where(*_filters(wanted))
    if wanted.status == "mine":
        own = [m.id for m in member.memberships]
        return those.where(Case.claimed_by.in_(own), Case.claimed_until > now(), Case.status == CaseStatus.OPEN)
    return those.where(Case.status == CaseStatus(wanted.status))


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    kind = type_coerce(Case.kind, String)
    if wanted.stream:
        yield Case.tier == TIERS[wanted.stream]
    if wanted.group_id:
        yield Case.group_id == wanted.group_id
    if wanted.kind:
        yield kind == wanted.kind
    if wanted.weight:
        yield Case.is_heavy == (wanted.weight == "heavy")


def _whole(db: Session, case_ids: Sequence[str]) -> list[Case]:
    found = {case.id: case for case in db.scalars(select(Case).where(Case.id.in_(case_ids)))}
    return [found[case_id] for case_id in case_ids if case_id in found]


def counts(db: Session, member: AnyReader) -> dict[str, int]:
    """How many cases are open in each stream, and heavy and light ones: up to one more than MOST_COUNTED."""
    asked = {stream.value: Wanted(stream=stream) for stream in Stream}
    asked |= {"heavy": Wanted(weight="heavy"), "light": Wanted(weight="light")}
    pieces = [
        select(literal(name), func.count()).select_from(_those(member, wanted).limit(MOST_COUNTED + 1).subquery())
        for name, wanted in asked.items()
    ]
    return {row[0]: row[1] for row in db.execute(union_all(*pieces))}


def urgent(db: Session, member: AnyReader) -> list[str]:
    """The ids of open cases in which somebody may be in danger, for those who may look: as many as are counted."""
    those = _those(member, Wanted(stream=Stream.URGENT)).order_by(Case.opened_at, Case.id).limit(MOST_COUNTED)
    return [row[0] for row in db.execute(those)]


def next_ones(db: Session, member: Member, wanted: Wanted) -> list[str]:
    """Ids of the cases to offer to somebody who takes the next one, first the first: those in nobody's hand, about words
    that they did not flag themselves."""
    at = now()
    free = (Case.claimed_until.is_(None) | (Case.claimed_until <= at), ~flagged_by(member))
    pieces = list(_pieces(_those(member, wanted).where(*free), at, None, MOST_TRIED))
    every = union_all(*pieces).subquery()
    ordered = select(every.c.id).order_by(every.c.rank, every.c.opened_at, every.c.id).limit(MOST_TRIED)
    return list(db.scalars(ordered))
