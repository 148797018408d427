"""Sealed case material: kept when somebody tells a moderator, opened by two of the staff in two roles, for a while, and never
without a line in the log and a word to whom it concerns (SECURITY.md part 3, "Sealed case material")."""

import json
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.appeals.models import Opening, OpeningReason, Snapshot
from app.desk import queries
from app.desk.appeal_queries import in_reach
from app.foundation.errors import Conflict, Forbidden, NotFound
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.sealing import seal, unseal
from app.foundation.settings import settings
from app.foundation.times import now
from app.log import actions as log
from app.members.member import DESK, Member
from app.members.models import Membership, Role
from app.moderation.models import Case, Subject
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind
from app.staff.actions import must_be_fresh
from app.stories.models import Reply, Story

ASKING_HOURS = 24
"""So long a second person can agree."""


class Material(NamedTuple):
    """Words as they were: before some were taken out, or as a reader saw them who told a moderator."""

    is_original: bool
    number: int
    title: str
    body: str


def keep(db: Session, sealing: bytes, case: Case, telling: Story | Reply) -> None:
    """Seal what readers see of these words now: that is what somebody told a moderator about."""
    version = telling.shown
    if version is None:
        return
    before = db.get(Snapshot, {"case_id": case.id, "number": version.number})
    if before:
        return
    words = json.dumps({"title": getattr(version, "title", ""), "body": version.body}).encode()
    sealed = seal(sealing, words, _place(case.id, version.number))
    db.add(Snapshot(case_id=case.id, number=version.number, group_id=case.group_id, sealed=sealed))
    db.flush()


def _place(case_id: str, number: int) -> str:
    return f"snapshot {case_id} {number}"


def has_material(db: Session, case: Case) -> bool:
    kept = select(Snapshot.number).where(Snapshot.case_id == case.id).limit(1)
    return case.sealed_original is not None or db.scalars(kept).first() is not None


def opening_of(db: Session, case: Case) -> Opening | None:
    """Who looks at a case's material now, or asked to; None once that has lapsed."""
    found = db.scalars(select(Opening).where(Opening.case_id == case.id)).first()
    return found if found and found.expires_at > now() else None


def waiting(db: Session, member: Member) -> list[Opening]:
    """What waits for a second role where one could look."""
    wanted = select(Opening).where(
        in_reach(member, Opening.group_id), Opening.second_membership_id.is_(None), Opening.expires_at > now()
    )
    own = [m.id for m in member.memberships]
    wanted = wanted.join(Case, Case.id == Opening.case_id).where(Case.membership_id.not_in(own))
    return list(db.scalars(wanted.order_by(Opening.id)))


def ask(db: Session, member: Member, case: Case, reason: OpeningReason) -> Opening:
    """Ask for a second person in another role. Raises NotFound if nothing is sealed, Conflict if somebody asked already."""
    staff = _staff(db, member, case)
    if not has_material(db, case):
        raise NotFound(_("Nothing is sealed here, or its time is over."))
    if opening_of(db, case):
        raise Conflict(_("Somebody asked for this already."))
    db.execute(delete(Opening).where(Opening.case_id == case.id))
    made = Opening(
        id=new_id(), group_id=case.group_id, case_id=case.id, reason=reason, by_membership_id=staff.id,
        expires_at=now() + timedelta(hours=ASKING_HOURS),
    )  # fmt: skip
    db.add(made)
    _log(db, "sealed.asked", case, staff, reason)
    return made


def agree(db: Session, member: Member, case: Case) -> Opening:
    """Agree that it is opened, for both of you. Whose words these are is told. Raises Conflict if nobody asks, Forbidden
    for whoever asked, and for the same role."""
    staff = _staff(db, member, case)
    asked = opening_of(db, case)
    if asked is None or asked.second_membership_id:
        raise Conflict(_("Nobody asks for this any more."))
    if member.owns(asked.by_membership_id):
        raise Forbidden(_("You asked for this yourself. It takes another person."))
    first = db.get(Membership, asked.by_membership_id, populate_existing=True)
    if first is None or not _roles_of(first):
        raise Conflict(_("Whoever asked for this is no moderator any more, so it has lapsed."))
    if not any(one != other for one in _roles_of(first) for other in _roles_of(staff)):
        raise Forbidden(_("It takes two roles: a moderator of the group, of the desk, or an administrator."))
    asked.second_membership_id = staff.id
    asked.expires_at = now() + timedelta(hours=settings().sealed_hours)
    _log(db, "sealed.agreed", case, staff, asked.reason)
    notifications.tell(
        db, case.membership_id, case.group_id, NoticeKind.SEALED, story_id=case.story_id,
        reply_id=case.subject_id if case.kind is Subject.REPLY else None,
    )  # fmt: skip
    return asked


def look(db: Session, member: Member, case: Case) -> list[Material]:
    """What is sealed, for the two who opened it. Each look is a line in the log. Raises Forbidden for anybody else, and
    once its time is over."""
    staff = _staff(db, member, case)
    opened = opening_of(db, case)
    if opened is None or not may_look(member, opened):
        raise Forbidden(_("This is sealed. Two of you, in two roles, can open it together for a while."))
    _log(db, "sealed.opened", case, staff, opened.reason)
    found = list[Material]()
    if case.sealed_original:
        found.append(
            _material(True, case.number, unseal(member.keys.sealing, case.sealed_original, f"original {case.id}"))
        )
    for one in db.scalars(select(Snapshot).where(Snapshot.case_id == case.id).order_by(Snapshot.number)):
        found.append(_material(False, one.number, unseal(member.keys.sealing, one.sealed, _place(case.id, one.number))))
    return found


def _material(is_original: bool, number: int, plain: bytes) -> Material:
    words = json.loads(plain)
    return Material(is_original, number, words["title"], words["body"])


def may_look(member: Member, opened: Opening) -> bool:
    """Whether one is of the two, and both have agreed."""
    second = opened.second_membership_id
    return bool(second) and (member.owns(opened.by_membership_id) or member.owns(second or ""))


def _staff(db: Session, member: Member, case: Case) -> Membership:
    """The membership under which one acts here: never about one's own words, nor as the one who asked for a look. Raises
    Asleep unless the role was confirmed a moment ago."""
    staff = member.staff_for(case.group_id)
    if staff is None or member.owns(case.membership_id) or queries.has_flagged(db, member, case):
        raise Forbidden(_("This case is for somebody else."))
    must_be_fresh(member, staff)
    return staff


def _roles_of(staff: Membership) -> set[str]:
    """In which roles somebody of the staff stands before sealed material."""
    if staff.is_left:
        return set()
    if staff.group_id != DESK:
        return {"group"} if staff.has(Role.MODERATOR) else set()
    return {role for role in staff.roles if role in (Role.MODERATOR, Role.ADMINISTRATOR)}


def _log(db: Session, act: str, case: Case, staff: Membership, reason: str) -> None:
    log.write(
        db, act, group_id=case.group_id, by=staff.id, subject=f"{case.kind.value}:{case.subject_id}", reason=reason
    )
