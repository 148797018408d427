"""What was chosen at the set-up, and the assessments that were signed."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id
from app.foundation.ids import new_id
from app.foundation.times import today
from app.moderation.models import Judged


class Chosen(Judged, Base):
    """One step of the set-up, as it stands. Each change is an entry of the log; only the newest choice is kept.
    `html` is what was typed in it for others to read, if anything."""

    __tablename__ = "site_settings"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int]
    day: Mapped[date] = mapped_column(Date, default=today)
    chosen: Mapped[dict[str, Any]] = mapped_column(JSON)


class Assessment(Judged, Base):
    """One signed assessment of what could go wrong here. `html` is what its signer wrote about it."""

    __tablename__ = "assessments"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int]
    """The first is 1."""
    day: Mapped[date] = mapped_column(Date, default=today)
    office: Mapped[str] = mapped_column(String(80))
    """Who answers for it, as the set-up named them: an office, not a person."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What it rests on, as it was then: `lawful.facts`."""
    levels: Mapped[dict[str, str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
