"""What the desk itself keeps: a word from one moderator to the next."""

from datetime import date

from sqlalchemy import Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id, furnished
from app.foundation.ids import new_id
from app.foundation.times import today
from app.moderation.models import Judged


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
