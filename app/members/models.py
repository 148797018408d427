"""Accounts and what opens them; memberships, which know no account."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Digest, Id, furnished, values_of
from app.foundation.ids import new_id
from app.foundation.times import this_month
from app.moderation.models import Judged

GONE = 0
"""The version of guidelines of a membership that left for good. Real versions begin at 1."""


class Role(StrEnum):
    """What a membership may do beside speaking."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


STAFF = (Role.FACILITATOR, Role.MODERATOR, Role.ADMINISTRATOR)
"""Roles with powers over what others wrote or agreed on: they sleep until a second factor wakes them."""


class Account(Base):
    """A place that one passphrase opens. What is inside is sealed (SECURITY.md part 3)."""

    __tablename__ = "accounts"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    name_mac: Mapped[Digest] = mapped_column(unique=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    cost: Mapped[str] = mapped_column(String(40))
    verifier: Mapped[Digest]
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    keyring: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[Id]
    opened_month: Mapped[date] = mapped_column(Date, default=this_month)


class RecoveryCode(Base):
    """One of ten ways back in. The row goes when the code is used."""

    __tablename__ = "recovery_codes"

    code_mac: Mapped[Digest] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)


class SignedIn(Base):
    """A session: a cookie for pages, a bearer token for programs. The row alone opens nothing."""

    __tablename__ = "sessions"

    id_hash: Mapped[Digest] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_times: Mapped[bytes] = mapped_column(LargeBinary)
    """Under the account key: a thief cannot compare when an account was used with when a persona wrote."""
    purge_day: Mapped[date] = mapped_column(Date)


class Membership(Judged, Base):
    """A persona in a group. It stands alone: nothing here leads to an account or to another membership."""

    __tablename__ = "memberships"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    persona: Mapped[str] = mapped_column(String(60))
    skeleton: Mapped[str] = mapped_column(String(120))
    roles: Mapped[list[str]] = mapped_column(JSON)
    claim_hash: Mapped[Digest]
    nullifier: Mapped[Digest]
    joined_month: Mapped[date] = mapped_column(Date, default=this_month)
    guidelines_version: Mapped[int]
    is_left: Mapped[bool] = mapped_column(default=False)
    last_notice: Mapped[int] = mapped_column(default=0)

    __table_args__ = furnished(UniqueConstraint("group_id", "skeleton"), UniqueConstraint("group_id", "nullifier"))

    def has(self, *roles: Role) -> bool:
        return not self.is_left and any(role in self.roles for role in roles)

    @property
    def is_gone(self) -> bool:
        """Whether it left for good: what readers see is no longer its name, and nobody can come back to it."""
        return self.guidelines_version == GONE


class FormerName(Base):
    """A name that somebody in a group had before, by its look-alike form: nobody is given it again. It leads to nobody."""

    __tablename__ = "former_names"

    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    skeleton: Mapped[str] = mapped_column(String(120), primary_key=True)


class Limit(Base):
    """Something one membership may not do for a while. Site-wide ones are found when the keyring is open."""

    __tablename__ = "limits"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    is_site_wide: Mapped[bool]
    until_day: Mapped[date] = mapped_column(Date)
    decision_id: Mapped[Id] = mapped_column(ForeignKey("decisions.id"))


class Departure(Base):
    """A membership that leaves for good within the day, and what becomes of its words. The row goes with it."""

    __tablename__ = "departures"

    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    expires_at: Mapped[datetime]
    """When it is due: by chance within 20 hours, so that nobody sees which memberships left together."""
    keeps_words: Mapped[bool]
    exceptions: Mapped[list[str]] = mapped_column(JSON)
    """Ids of stories of this membership with which it is the other way round."""
    renewed_to: Mapped[Id | None]
    """None while its name stands. Then up to which story, by id, readers are shown that a member left; begins empty."""


class Invitation(Base):
    """A role somebody may take, once. The row goes when it is used."""

    __tablename__ = "invitations"

    code_hash: Mapped[Digest] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(values_of(Role))
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    expires_day: Mapped[date] = mapped_column(Date)


class Ticket(Base):
    """A form ticket that was used: it is not taken twice."""

    __tablename__ = "tickets"

    id_hash: Mapped[Digest] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class Guess(Base):
    """How many tries at a sign-in name are open: until when none is. The row means nothing after a few minutes."""

    __tablename__ = "guesses"

    name_mac: Mapped[Digest] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class IdempotencyKey(Base):
    """A write that was answered; a repeat gets the same answer. The key leads to nobody."""

    __tablename__ = "idempotency"

    key_mac: Mapped[Digest] = mapped_column(primary_key=True)
    request_mac: Mapped[Digest]
    sealed_answer: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class PrivateRow(Base):
    """Something only its owner can read: a draft, a setting. Tag and key are in the keyring."""

    __tablename__ = "private_rows"

    tag: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
