"""Turns: by which processes agree on who does what the clock asks for (docs/decisions/0006-the-clock.md)."""

from datetime import datetime

from sqlalchemy import Connection, String, insert, update
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id
from app.foundation.times import now

MARK = "rows written anew"


class Turn(Base):
    """When an act was last done, and who has it in hand. Some rows are marks: the clock's own, and the rewrite's."""

    __tablename__ = "turns"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    done_at: Mapped[datetime | None]
    held_by: Mapped[Id | None]
    """A random id of the process that has it in hand."""
    expires_at: Mapped[datetime | None]
    """Until when it does, unless it says so again."""


def mark(connection: Connection) -> None:
    """Leave a mark in this transaction: by its row's `xmin`, PostgreSQL tells which rows are newer."""
    if not connection.execute(update(Turn).where(Turn.name == MARK).values(done_at=now())).rowcount:
        connection.execute(insert(Turn).values(name=MARK, done_at=now()))
