"""What people said of a rule's hits, and how far each rule came. No words, and nothing that leads to any."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Digest, Id, values_of
from app.foundation.times import this_month, today
from app.moderation.rule import State


class Said(StrEnum):
    """What a person says of one hit."""

    RIGHT = "right"
    WRONG = "wrong"
    STRICT = "strict"
    """Right, but too strict: it found what it looks for, and did too much about it."""


class Mark(Base):
    """What somebody said of one hit of a rule. Said again, it is said otherwise, not twice."""

    __tablename__ = "rule_marks"

    id: Mapped[Digest] = mapped_column(primary_key=True)
    """HMAC of the place under a key of the server's: it knows the place again, and leads to none."""
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    made: Mapped[Digest] = mapped_column(index=True)
    """SHA-256 of what the rule looks for: a draft that is saved keeps what was said of it."""
    said: Mapped[Said] = mapped_column(values_of(Said))
    month: Mapped[date] = mapped_column(Date, default=this_month)


class Step(StrEnum):
    """What happened to a rule."""

    CHANGED = "changed"
    """Somebody put it into another state."""
    FELL_BACK = "fell-back"
    """It went on trial by itself: people saw it otherwise too often."""
    ASKED = "asked"
    """People saw it otherwise too often, and it is about danger: it stays, and somebody should look."""
    SEEN = "seen"
    """Somebody looked, and left it as it is."""


class RuleEvent(Base):
    """One line of a rule's history, with its figures on that day. Rules of the site stand under the desk."""

    __tablename__ = "rule_events"

    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    step: Mapped[Step] = mapped_column(values_of(Step))
    state: Mapped[State] = mapped_column(values_of(State))
    by_membership_id: Mapped[Id | None]
    """The staff membership; None for what happened by itself."""
    day: Mapped[date] = mapped_column(Date, default=today)
    good: Mapped[int] = mapped_column(default=0)
    """Hits said to be right, or right but too strict, up to then."""
    judged: Mapped[int] = mapped_column(default=0)
    """All hits somebody said something of."""
