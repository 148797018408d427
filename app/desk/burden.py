"""How much a moderator carries: what may be taken in hand, what is offered, and who reads along."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import buddies, carers
from app.care import queries as care
from app.care.models import Carer, Pair
from app.desk import rules
from app.desk.queries import Seen
from app.foundation.errors import Conflict, Forbidden, Unfit
from app.foundation.language import gettext as _
from app.log import actions as log
from app.members.member import Member
from app.members.models import Membership
from app.moderation.models import Case, CaseStatus
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind


def seats(member: Member) -> list[Membership]:
    """The memberships under which one decides."""
    return [m for m in member.memberships if care.can_decide(m)]


def is_guarded(member: Member) -> bool:
    """Whether this desk looks after its moderators: HEARTH_DESK_GUARDS=off leaves that out."""
    return member.powers.confirmed is not None


def has_enough(member: Member, rows: Sequence[Carer]) -> bool:
    """Whether today's measure is full, and this moderator did not say that they go on."""
    return is_guarded(member) and carers.has_enough(rows)


def seat_of(member: Member) -> Membership | None:
    """The membership under which one is looked after: the first that decides and is awake."""
    return next((m for m in seats(member) if member.powers.awake(m.id)), None)


def taken(db: Session, member: Member, staff: Membership, case: Case) -> None:
    """A free case is taken in hand. Raises Forbidden before the practice cases were walked, Conflict for a heavy one
    beyond today's budget."""
    carers.take(db, seats(member), staff, is_heavy=case.is_heavy, is_guarded=is_guarded(member))


def offered(db: Session, member: Member, found: Sequence[Seen]) -> list[Seen]:
    """What the queue shows to this moderator: light cases alone, once today's budget is used up."""
    if not has_enough(member, carers.rows_of(db, seats(member))):
        return list(found)
    return [seen for seen in found if not seen.case.is_heavy]


def shown(db: Session, member: Member) -> dict[str, Any]:
    """What the queue says about the moderator themselves: whether they have practised, read enough, or are away."""
    rows = carers.rows_of(db, seats(member))
    today = care.here_and_now().date()
    return {
        "has_enough": has_enough(member, rows),
        "has_practised": not is_guarded(member) or carers.has_practised(rows),
        "is_due_again": carers.is_due_again(rows),
        "is_away": any(row.away_day == today for row in rows),
        "heavy": carers.heavy_today(rows),
    }


def go_on(db: Session, seat: Membership) -> None:
    """Read on today beyond the budget. One's buddy hears of it."""
    carers.go_on(db, seat)
    buddy = buddies.buddy_of(db, seat)
    other = db.get(Membership, buddy) if buddy else None
    if other:
        notifications.tell(db, other.id, other.group_id, NoticeKind.GOES_ON)


def be_away(db: Session, seat: Membership) -> None:
    """Today I can't: what this seat has in hand goes back, and it is not alerted."""
    carers.be_away(db, seat, is_away=True)
    held = select(Case).where(Case.claimed_by == seat.id, Case.status == CaseStatus.OPEN).order_by(Case.id)
    for case in db.scalars(held.with_for_update()):
        case.let_go()
        log.write(
            db, "case.released", group_id=case.group_id, by=seat.id, subject=f"{case.kind.value}:{case.subject_id}"
        )


def ask_along(db: Session, member: Member, case: Case, whom: str) -> None:
    """Ask another moderator to read a case along. Raises Conflict without the case in hand, Unfit for who cannot."""
    staff = rules.must_hold(member, case)
    if whom not in care.everybody(db, case.group_id) or member.owns(whom) or whom == case.membership_id:
        raise Unfit(_("Something needs another look."), {"whom": _("Choose one of those offered.")})
    pair = care.pair_of(db, case.id)
    if pair is None:
        db.add(Pair(case_id=case.id, group_id=case.group_id, membership_id=whom, has_come=False))
    else:
        pair.membership_id, pair.has_come = whom, False
    db.flush()
    other = db.get_one(Membership, whom)
    notifications.tell(db, whom, other.group_id, NoticeKind.PAIR, story_id=case.story_id,
                       reply_id=case.subject_id if case.subject_id != case.story_id else None)  # fmt: skip
    log.write(db, "case.paired", group_id=case.group_id, by=staff.id, subject=f"{case.kind.value}:{case.subject_id}")


def come_along(db: Session, member: Member, case: Case) -> None:
    """Read a case along, as one was asked to. It counts for whoever reads along too."""
    pair = care.pair_of(db, case.id)
    if pair is None or not member.owns(pair.membership_id):
        raise Forbidden(_("This case is for somebody else."))
    if not case.is_open:
        raise Conflict(_("This is decided already."))
    if not pair.has_come:
        pair.has_come = True
        seat = next(m for m in member.memberships if m.id == pair.membership_id)
        taken(db, member, seat, case)
        log.write(
            db, "case.read-along", group_id=case.group_id, by=seat.id, subject=f"{case.kind.value}:{case.subject_id}"
        )
