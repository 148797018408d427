"""What a membership is told."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id, furnished, values_of
from app.foundation.ids import new_id
from app.foundation.times import today


class NoticeKind(StrEnum):
    """Why somebody is told something."""

    REPLY = "reply"
    DECISION = "decision"
    FLAG_OUTCOME = "flag-outcome"
    FLAG_AGAIN = "flag-again"
    LIMIT = "limit"
    APPEAL = "appeal"
    SEALED = "sealed-opened"
    ROLE = "role"
    ALERT = "alert"
    READING = "reading"
    ANSWER = "answer"
    WISHES = "wishes"
    CARE = "care"
    BUDDY = "buddy"
    GOES_ON = "goes-on"
    PAIR = "pair"
    WORD = "word"
    """A moderator's word in a talk: the notice's `story_id` is the talk's."""


class Notice(Base):
    """One thing told to one membership. Whether it was read is in the keyring, not here."""

    __tablename__ = "notices"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[NoticeKind] = mapped_column(values_of(NoticeKind))
    story_id: Mapped[Id | None]
    reply_id: Mapped[Id | None]
    decision_id: Mapped[Id | None] = mapped_column(ForeignKey("decisions.id"))
    day: Mapped[date] = mapped_column(Date, default=today)

    __table_args__ = furnished(UniqueConstraint("membership_id", "number"))
