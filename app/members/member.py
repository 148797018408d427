"""Whoever stands at the door, with their keyring open."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from app.foundation.keys import Keys
from app.foundation.sealing import digest, mac, same
from app.members.keyring import Keyring
from app.members.models import STAFF, Account, Membership, Role
from app.members.powers import Powers

DESK = "6f1d0a8e5b7c4e92a3d4c81b9e07f256"
"""The one group whose id is known: the moderators' desk. Nobody finds it listed."""


class Stands(NamedTuple):
    """A membership as the pages read most know it. The fields are those of the row."""

    id: str
    group_id: str
    persona: str
    roles: list[str]
    claim_hash: str
    guidelines_version: int
    is_left: bool
    last_notice: int

    def has(self, *roles: Role) -> bool:
        return not self.is_left and any(role in self.roles for role in roles)


class Limited(NamedTuple):
    """Something one membership may not do for a while. The fields are those of the row."""

    id: str
    group_id: str
    membership_id: str
    is_site_wide: bool
    until_day: date
    decision_id: str


def csrf_secret(session_key: bytes) -> bytes:
    """What a session's forms carry masked (W-5)."""
    return bytes.fromhex(mac(session_key, "csrf"))


M = TypeVar("M", Membership, Stands)


@dataclass(slots=True)
class Reader(Generic[M]):
    """A person who reads, for the length of one request. Nothing that is stored says what this object knows."""

    keyring: Keyring
    keys: Keys
    session_hash: str
    session_key: bytes
    is_shared: bool
    """Whether this session runs on a device that others use too."""
    memberships: list[M]
    """Those whose claim secret the keyring holds, also the ones they left."""
    powers: Powers = field(default_factory=Powers, kw_only=True)

    def in_group(self, group_id: str) -> M | None:
        """One's membership of a group, unless it was left."""
        return next((m for m in self.memberships if m.group_id == group_id and not m.is_left), None)

    def once_in(self, group_id: str) -> M | None:
        """One's membership of a group, left or not."""
        return next((m for m in self.memberships if m.group_id == group_id), None)

    def owns(self, membership_id: str) -> bool:
        return any(m.id == membership_id for m in self.memberships)

    @property
    def joined(self) -> list[M]:
        return [m for m in self.memberships if not m.is_left and m.group_id != DESK]

    def wields(self, membership: M | None, *roles: Role) -> bool:
        """Whether a membership has one of these roles, and that is awake in this session. What staff may do is asked here
        and nowhere else; `has` alone says what somebody could wake."""
        if membership is None or not membership.has(*roles):
            return False
        if not self.powers.awake(membership.id):
            self.powers.missing = membership.group_id
            return False
        self.powers.missing = ""
        return True

    def staff_for(self, group_id: str) -> M | None:
        """The membership under which one moderates a group: the group's own staff role, else the desk's."""
        own, desk = self.in_group(group_id), self.in_group(DESK)
        if self.wields(own, Role.MODERATOR):
            return own
        return desk if self.wields(desk, Role.MODERATOR, Role.ADMINISTRATOR) else None

    @property
    def is_staff(self) -> bool:
        """Whether one stands at the desk, with a role that is awake."""
        held = [m for m in self.with_a_role if m.has(Role.MODERATOR, Role.ADMINISTRATOR)]
        awake = next((m for m in held if self.powers.awake(m.id)), held[0] if held else None)
        return self.wields(awake, Role.MODERATOR, Role.ADMINISTRATOR)

    @property
    def could_be_staff(self) -> bool:
        """Whether one has a role at the desk, awake or not."""
        return any(m.has(Role.MODERATOR, Role.ADMINISTRATOR) for m in self.memberships)

    @property
    def with_a_role(self) -> list[M]:
        """One's memberships with a role of staff, the desk's first."""
        return sorted((m for m in self.memberships if m.has(*STAFF)), key=lambda m: m.group_id != DESK)

    @property
    def is_waited_for_at_the_desk(self) -> bool:
        return any(w.group_id == DESK for w in self.keyring.waiting)

    @property
    def unread(self) -> int:
        read = {c.membership_id: c.read_notices for c in self.keyring.claims}
        return sum(m.last_notice - read[m.id] for m in self.memberships)

    @property
    def csrf_secret(self) -> bytes:
        return csrf_secret(self.session_key)


@dataclass(slots=True)
class Speaker(Reader[M]):
    """A person who may say something: with what limits them."""

    limits: list[Limited]


@dataclass(slots=True)
class Member(Speaker[Membership]):
    """A person who may change things too: with the account's row and key."""

    account: Account
    account_key: bytes


AnySpeaker = Speaker[Any]
AnyReader = Reader[Any]
"""Whoever reads, whether they came to change something or not."""


def holds(keyring: Keyring, membership: Membership | Stands) -> bool:
    """Whether this keyring's claim secret opens the membership."""
    claim = keyring.claim_on(membership.group_id)
    return (
        claim is not None and claim.membership_id == membership.id and same(digest(claim.secret), membership.claim_hash)
    )
