"""Roles, second factors and proposals as pages and programs see them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.foundation.language import gettext as _
from app.foundation.language import ngettext
from app.foundation.times import now, today
from app.groups import queries as groups
from app.members.member import DESK, Member
from app.members.models import STAFF, Membership, Role
from app.members.queries import personas
from app.staff import picture, queries
from app.staff.actions import Offer, opened
from app.staff.factor import Tried
from app.staff.models import ProposalKind, RoleProposal

KEY_GROUP = 4
SECONDS_A_MINUTE, MINUTES_AN_HOUR = 60, 60


def role_name(role: Role) -> str:
    return {
        Role.MEMBER: _("Member"),
        Role.FACILITATOR: _("Facilitator"),
        Role.MODERATOR: _("Moderator"),
        Role.ADMINISTRATOR: _("Administrator"),
    }[role]


def own_roles(db: Session, member: Member) -> list[dict[str, Any]]:
    """One's roles, the desk's first, with what wakes them."""
    return [own_role(db, member, staff) for staff in member.with_a_role]


def own_role(db: Session, member: Member, staff: Membership) -> dict[str, Any]:
    row, group = queries.factor(db, staff.id), groups.named(db, [staff.group_id])[staff.group_id]
    factor, until = opened(member, staff, row) if row else None, member.powers.until(staff.id)
    return {
        "group_id": staff.group_id,
        "group": group.slug,
        "group_name": group.name,
        "persona": staff.persona,
        "roles": [(role.value, role_name(role)) for role in STAFF if staff.has(role)],
        "factor": factor,
        "is_awake": member.powers.awake(staff.id),
        "awake_until": until,
        "awake_for": _for(until - now()) if until else "",
    }


def _for(left: timedelta) -> str:
    minutes = max(1, int(left.total_seconds()) // SECONDS_A_MINUTE)
    if minutes < MINUTES_AN_HOUR:
        return ngettext("Awake for another minute.", "Awake for another %(num)s minutes.", minutes) % {"num": minutes}
    hours = round(minutes / MINUTES_AN_HOUR)
    return ngettext("Awake for about another hour.", "Awake for about another %(num)s hours.", hours) % {"num": hours}


def why_not(tried: Tried) -> str:
    if tried is Tried.USED:
        return _("This code was used already. In half a minute your app shows the next one.")
    return _("This code does not fit. If it just changed, type the new one.")


def offer(made: Offer) -> dict[str, Any]:
    """A key as a picture, and in groups of letters for copying by hand."""
    grouped = " ".join(made.secret[i : i + KEY_GROUP] for i in range(0, len(made.secret), KEY_GROUP))
    size, path = picture.drawn(made.address)
    return {"secret": grouped, "address": made.address, "sealed": made.sealed, "size": size, "path": path}


def staff(db: Session) -> list[dict[str, Any]]:
    """Everybody with a role, the desk first."""
    found = queries.staff(db)
    named = groups.named(db, list({m.group_id for m in found}))
    factors = queries.with_factors(db, [m.id for m in found])
    found.sort(key=lambda m: (m.group_id != DESK, named[m.group_id].name, m.persona))
    return [
        {
            "id": m.id,
            "persona": m.persona,
            "group_id": m.group_id,
            "group_name": named[m.group_id].name,
            "roles": [(role.value, role_name(role)) for role in STAFF if m.has(role)],
            "has_factor": m.id in factors,
        }
        for m in found
    ]


def proposals(db: Session, member: Member) -> list[dict[str, Any]]:
    """What waits for a second administrator."""
    return shown(db, member, queries.proposals(db, today()))


def shown(db: Session, member: Member, found: list[RoleProposal]) -> list[dict[str, Any]]:
    named = groups.named(db, list({p.group_id for p in found}))
    names = personas(db, [i for p in found for i in (p.membership_id, p.by_membership_id) if i])
    return [
        {
            "id": p.id,
            "kind": p.kind.value,
            "group": named[p.group_id].slug,
            "persona": names.get(p.membership_id or "", ""),
            "role": p.role.value if p.role else "",
            "by": names.get(p.by_membership_id, ""),
            "until": p.expires_day,
            "waits": _waits((p.expires_day - today()).days),
            "text": in_words(p, names.get(p.membership_id or "", ""), named[p.group_id].name),
            "is_own": member.owns(p.by_membership_id),
            "is_about_me": p.membership_id is not None and member.owns(p.membership_id),
        }
        for p in found
    ]


def _waits(days: int) -> str:
    if days < 1:
        return _("It waits until tonight.")
    return ngettext("It waits until tomorrow.", "It waits another %(num)s days.", days) % {"num": days}


def in_words(asked: RoleProposal, persona: str, group: str) -> str:
    said = {"persona": persona, "group": group, "role": role_name(asked.role) if asked.role else ""}
    words = {
        ProposalKind.GRANT: _("%(persona)s shall have the role %(role)s in %(group)s."),
        ProposalKind.REMOVE: _("The role %(role)s in %(group)s shall be taken from %(persona)s."),
        ProposalKind.INVITE: _("Somebody shall be invited to %(group)s with the role %(role)s."),
        ProposalKind.RESET: _(
            "The second factor of %(persona)s in %(group)s shall be forgotten, so that they set up a new one."
        ),
    }
    return words[asked.kind] % said
