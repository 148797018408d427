"""What wakes a role, and what waits for a second administrator."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Digest, Id, values_of
from app.foundation.ids import new_id
from app.members.models import Role


class StaffFactor(Base):
    """The second factor of one staff membership. Codes, keys and counters are sealed: the row says that there is one."""

    __tablename__ = "staff_factors"

    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ProposalKind(StrEnum):
    """What an administrator asks a second one to agree to."""

    GRANT = "grant"
    REMOVE = "remove"
    INVITE = "invite"
    RESET = "reset"


class RoleProposal(Base):
    """A change of roles that one administrator asked for. It goes when a second one agrees, or its time is over."""

    __tablename__ = "role_proposals"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    kind: Mapped[ProposalKind] = mapped_column(values_of(ProposalKind))
    role: Mapped[Role | None] = mapped_column(values_of(Role))
    """None where a second factor is forgotten: that is about all roles of the membership."""
    membership_id: Mapped[Id | None] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"))
    """None for an invitation: nobody knows yet whose it will be."""
    code_hash: Mapped[Digest | None]
    """Of an invitation that works once somebody agreed."""
    by_membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"))
    expires_day: Mapped[date] = mapped_column(Date)
