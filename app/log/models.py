"""One entry of a chain."""

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
    previous_hash: Mapped[Digest]
    hash: Mapped[Digest]
