"""Entries of a chain, how far it had come each night, and the journal of deletions."""

from datetime import date

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Digest, Id
from app.foundation.times import today


class LogEntry(Base):
    """An act of staff. One chain a group, and one for the site; triggers refuse change and deletion."""

    __tablename__ = "log_entries"

    chain: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[Id | None] = mapped_column(ForeignKey("groups.id"))
    day: Mapped[date] = mapped_column(Date, default=today)
    act: Mapped[str] = mapped_column(String(40))
    by_membership_id: Mapped[Id | None]
    subject: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(String(60), default="")
    """The guideline or the class of the reason, never free text: an entry cannot be taken back."""
    outline: Mapped[str | None] = mapped_column(String(101))
    """What members of the group are told of it (`log.acts`). Older entries have neither this nor a salt."""
    salt: Mapped[Id | None]
    """So that a member who checks the chain cannot find out by trying what the rest of the entry says."""
    previous_hash: Mapped[Digest]
    hash: Mapped[Digest]


class Deletion(Base):
    """Something that was deleted for good, by the hash of its random id: a restored backup must not bring it back (D-6)."""

    __tablename__ = "deletions"

    hash: Mapped[Digest] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, default=today)
    """By chance, up to `MOST_DAYS_LATER` after it happened."""


class LogAnchor(Base):
    """How far a chain had come one night, and the server's mark on that (M-6)."""

    __tablename__ = "log_anchors"

    chain: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, default=today)
    hash: Mapped[Digest]
    mark: Mapped[Digest]
    """HMAC under a key made of the server's sealing key."""
