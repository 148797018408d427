"""A few words that others do not read: between a member and the moderators of a group, and from one moderator to the next."""

from datetime import date, timedelta

from sqlalchemy import CursorResult, Date, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.foundation.db import Base, Id, furnished, values_of
from app.foundation.ids import new_id
from app.foundation.times import today
from app.moderation.models import Case, CaseStatus, Judged, Subject

TALK_DAYS = 365
"""Like all that is kept for looking back (docs/retention.md)."""


class Talk(Base):
    """One thing that a member and the moderators of a group talk about. It is no sanction, and no decision."""

    __tablename__ = "talks"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Subject] = mapped_column(values_of(Subject))
    """What it began with: a question, the wish for another name, or words that a moderator looked at."""
    subject_id: Mapped[Id | None]
    """The words that a moderator looked at."""
    may_rename: Mapped[bool] = mapped_column(default=False)
    """Whether a moderator agreed to another name, which was not chosen yet."""
    day: Mapped[date] = mapped_column(Date, default=today)
    """Of the last word."""

    letters: Mapped[list["Letter"]] = relationship(
        order_by="Letter.number", lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )


class Letter(Judged, Base):
    """One word of a talk: the member's, or a moderator's (`by_membership_id`). Counted inside the talk."""

    __tablename__ = "letters"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    talk_id: Mapped[Id] = mapped_column(ForeignKey("talks.id", ondelete="CASCADE"))
    number: Mapped[int]
    by_membership_id: Mapped[Id | None]
    day: Mapped[date] = mapped_column(Date, default=today)

    __table_args__ = furnished(UniqueConstraint("talk_id", "number"))


class Handover(Judged, Base):
    """What whoever gave a case back wants the next one to know. Counted inside the case."""

    __tablename__ = "handovers"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    by_membership_id: Mapped[Id]
    number: Mapped[int]
    day: Mapped[date] = mapped_column(Date, default=today)

    __table_args__ = furnished(UniqueConstraint("case_id", "number"))


def forget_talks(db: Session, membership_id: str, limit: int) -> bool:
    """Delete some of what a membership and moderators said to each other; nobody needs to answer any more. Whether there
    was any."""
    ids = list(db.scalars(select(Talk.id).where(Talk.membership_id == membership_id).limit(limit)))
    for case in db.scalars(select(Case).where(Case.subject_id.in_(ids), Case.status == CaseStatus.OPEN)):
        case.close(CaseStatus.WITHDRAWN)
    db.execute(delete(Talk).where(Talk.id.in_(ids)))
    return bool(ids)


def old_talks(db: Session, limit: int) -> int:
    """Delete at most `limit` talks in which nobody said anything for a year; how many that were."""
    asked = select(Case.id).where(Case.subject_id == Talk.id, Case.status == CaseStatus.OPEN).exists()
    old = select(Talk.id).where(Talk.day < today() - timedelta(days=TALK_DAYS), ~asked).limit(limit)
    gone = db.execute(delete(Talk).where(Talk.id.in_(old)).execution_options(synchronize_session=False))
    assert isinstance(gone, CursorResult)  # noqa: S101
    return gone.rowcount
