"""Who may do what. Unknown means no."""

from datetime import date

from app.members.member import DESK, AnyReader, AnySpeaker, Limited, Member, Stands
from app.members.models import Membership, Role


def can_administer(member: AnyReader) -> bool:
    """Open groups and invite staff."""
    return member.wields(member.in_group(DESK), Role.ADMINISTRATOR)


def can_tend(member: AnyReader, group_id: str) -> bool:
    """Change a group's own texts and invite into it."""
    return member.wields(member.in_group(group_id), Role.FACILITATOR) or can_administer(member)


def could_tend(member: AnyReader, group_id: str) -> bool:
    """The same by a role that may sleep: for showing the way, which leads by the place where it is woken."""
    own, desk = member.in_group(group_id), member.in_group(DESK)
    return bool((own and own.has(Role.FACILITATOR)) or (desk and desk.has(Role.ADMINISTRATOR)))


def tends_as(member: Member, group_id: str) -> Membership | None:
    """The membership under which one changes a group's texts or invites into it; None if one may not."""
    own = member.in_group(group_id)
    if member.wields(own, Role.FACILITATOR):
        return own
    return member.in_group(DESK) if can_administer(member) else None


def limit_on(member: AnySpeaker, membership: Membership | Stands, today: date) -> Limited | None:
    """What keeps this membership from speaking now: a limit of its own, or the strictest site-wide one of any
    membership in the open keyring (SECURITY.md, "A limit that follows a person"). It is written on none of the others."""
    held = [
        limit
        for limit in member.limits
        if limit.until_day >= today and (limit.is_site_wide or limit.membership_id == membership.id)
    ]
    return max(held, key=lambda limit: limit.until_day, default=None)
