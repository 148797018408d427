"""What is known about a case of danger beside its words, and when which moderator is on duty."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, false
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id, furnished, values_of
from app.foundation.ids import new_id
from app.foundation.times import today
from app.moderation.models import Judged


class Level(StrEnum):
    """How near danger is, as a moderator sees it. In doubt it is one level up (SAFETY.md, SR-03)."""

    PAST = "past"
    CONCERN = "concern"
    IMMINENT = "imminent"


class Crisis(Base):
    """What people at the desk did about a case of danger, and what its author gave them for it."""

    __tablename__ = "crises"

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    level: Mapped[Level | None] = mapped_column(values_of(Level))
    is_being_read: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a person said: I am reading this now."""
    sealed_wishes: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Under the server's key, until they are opened or the case is closed."""
    were_opened: Mapped[bool] = mapped_column(default=False, server_default=false())


class Answer(Judged, Base):
    """What a moderator wrote to the author of words in a case. No decision about the words hangs on it."""

    __tablename__ = "answers"

    subject_id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    day: Mapped[date] = mapped_column(Date, default=today)


class Duty(Base):
    """Hours in which a moderator is on duty: every week on a weekday, or on one day. `ends` is past the last hour."""

    __tablename__ = "duties"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int | None]
    """0 is Monday."""
    on_day: Mapped[date | None] = mapped_column(Date)
    starts: Mapped[int]
    ends: Mapped[int]

    __table_args__: Any = furnished(CheckConstraint("(weekday IS NULL) <> (on_day IS NULL)", name="weekly_or_once"))


class Carer(Base):
    """How much a moderator reads today, and whether they practised. Which cases it was is not kept."""

    __tablename__ = "carers"

    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    heavy_day: Mapped[date | None] = mapped_column(Date)
    heavy_count: Mapped[int] = mapped_column(default=0)
    """Heavy cases taken on that day. Another day begins at none."""
    goes_on: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether they said on that day that they read on beyond their budget."""
    away_day: Mapped[date | None] = mapped_column(Date)
    """The day on which they said: today I can't."""
    practised: Mapped[int] = mapped_column(default=0)
    """How many of the practice cases they walked, from the first on."""
    practised_month: Mapped[date | None] = mapped_column(Date)


class Buddy(Base):
    """Two moderators who look out for each other: one asked, the other agreed, or has not yet."""

    __tablename__ = "buddies"

    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    buddy_membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    sealed_drawer: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What opens their debriefs, on its way from one keyring to the other. Empty once it has arrived."""

    @property
    def is_agreed(self) -> bool:
        return self.sealed_drawer is None


class Pair(Base):
    """A second moderator who was asked to read a case along."""

    __tablename__ = "pairs"

    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"))
    has_come: Mapped[bool] = mapped_column(default=False, server_default=false())


class Debrief(Base):
    """What stayed with a moderator, written down. Only its writer and their buddy have what opens it."""

    __tablename__ = "debriefs"

    tag: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    day: Mapped[date] = mapped_column(Date, default=today)
