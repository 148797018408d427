"""Appeals, acts that wait for a second person, sealed copies and who opened them, and notices from outside."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Digest, Id, furnished, values_of
from app.foundation.ids import new_id
from app.foundation.times import today
from app.moderation.models import Judged

WHILE_OPEN: dict[str, Any] = {"sqlite_where": text("status = 'open'")}


class Appealed(StrEnum):
    """What is appealed against: what was done with words, or a pause from writing."""

    WORDS = "words"
    LIMIT = "limit"


class AppealStatus(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"


class Appeal(Judged, Base):
    """Somebody asks that another person looks again. One for each decision about words, and one for each limit."""

    __tablename__ = "appeals"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Appealed] = mapped_column(values_of(Appealed))
    about_id: Mapped[Id] = mapped_column(ForeignKey("decisions.id"))
    """The decision that is appealed against."""
    subject_id: Mapped[Id]
    """The story or reply; for a limit, the limit."""
    story_id: Mapped[Id | None]
    reply_id: Mapped[Id | None]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    """Whether what is written in it tells of danger."""
    status: Mapped[AppealStatus] = mapped_column(values_of(AppealStatus), default=AppealStatus.OPEN)
    day: Mapped[date] = mapped_column(Date, default=today)
    due_day: Mapped[date] = mapped_column(Date)
    answer_id: Mapped[Id | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    """The decision that answers it."""

    __table_args__ = furnished(UniqueConstraint("about_id", "kind"), Index(None, "status", "due_day"))

    @property
    def is_open(self) -> bool:
        return self.status is AppealStatus.OPEN

    @property
    def subject(self) -> str:
        """As CONTRACT.md names it: `story:ID`, `reply:ID` or `limit:ID`."""
        kind = "limit" if self.kind is Appealed.LIMIT else "reply" if self.reply_id else "story"
        return f"{kind}:{self.subject_id}"


class Act(StrEnum):
    """What one moderator may not do alone (SECURITY.md, M-7)."""

    REMOVE = "remove"
    CLOSE_GROUP = "close-group"


class ProposalStatus(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    VOID = "void"


class Proposal(Judged, Base):
    """An act that waits for a second person. Its words say why it is asked for; once declined, why it was not done."""

    __tablename__ = "proposals"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    act: Mapped[Act] = mapped_column(values_of(Act))
    subject_id: Mapped[Id]
    """The case, or the group."""
    number: Mapped[int] = mapped_column(default=0)
    """The version of the words that was read; 0 for a group."""
    by_membership_id: Mapped[Id]
    second_membership_id: Mapped[Id | None]
    sealed_form: Mapped[bytes] = mapped_column(LargeBinary)
    """All that was chosen, under the server's key: done as it was asked for, or not at all."""
    status: Mapped[ProposalStatus] = mapped_column(values_of(ProposalStatus), default=ProposalStatus.OPEN)
    day: Mapped[date] = mapped_column(Date, default=today)
    expires_day: Mapped[date] = mapped_column(Date)

    __table_args__ = furnished(
        Index("uq_proposals_open_subject", "subject_id", unique=True, **WHILE_OPEN), Index(None, "status", "day")
    )


class Snapshot(Base):
    """Words as a reader saw them who told a moderator, sealed with the server's key: an edit does not change what a case is
    about, nor does taking them back (J9)."""

    __tablename__ = "snapshots"

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    day: Mapped[date] = mapped_column(Date, default=today)


class OpeningReason(StrEnum):
    """Why sealed material is opened. A key, never words."""

    APPEAL = "appeal"
    DANGER = "danger"
    NOTICE = "notice"
    LAW = "law"


class Opening(Base):
    """Two of the staff, in two roles, look at the sealed material of one case for a while. The row goes within a day."""

    __tablename__ = "openings"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), unique=True)
    reason: Mapped[OpeningReason] = mapped_column(values_of(OpeningReason))
    by_membership_id: Mapped[Id]
    second_membership_id: Mapped[Id | None]
    expires_at: Mapped[datetime]
    """Until when a second person can agree; once one did, until when it is open."""


class Illegal(StrEnum):
    """What a notice from outside says is wrong. Broad, as the law differs from place to place."""

    PRIVATE = "private"
    THREAT = "threat"
    CHILD = "child"
    SELLING = "selling"
    HATE = "hate"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of a notice that no decision about words answers."""

    NOT_FOUND = "not-found"
    NOT_WRONG = "not-wrong"
    DONE = "done"


class OutsideNotice(Judged, Base):
    """Somebody, perhaps without a place here, says that something is against the law. Nothing leads to them."""

    __tablename__ = "outside_notices"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    reference_hash: Mapped[Digest] = mapped_column(unique=True)
    reason: Mapped[Illegal] = mapped_column(values_of(Illegal))
    case_id: Mapped[Id | None] = mapped_column(index=True)
    """The case about the words it names; none if it named none that are here."""
    outcome: Mapped[Outcome | None] = mapped_column(values_of(Outcome))
    day: Mapped[date] = mapped_column(Date, default=today)
    answered_day: Mapped[date | None] = mapped_column(Date)

    __table_args__ = furnished(Index(None, "answered_day", "day"))
