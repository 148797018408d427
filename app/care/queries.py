"""What is known about a case of danger, and who is on duty."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.care.models import Answer, Carer, Crisis, Duty, Pair
from app.care.rules import covers
from app.foundation.settings import settings
from app.foundation.times import now
from app.members.member import DESK
from app.members.models import Membership, Role
from app.moderation.models import Case, CaseStatus, Subject, Tier
from app.notifications.models import Notice, NoticeKind

MOST_URGENT = 100
"""Cases of which those who come on duty are told at once."""


def crisis_of(db: Session, case_id: str) -> Crisis | None:
    return db.get(Crisis, case_id)


def answers_about(db: Session, subject_id: str) -> list[Answer]:
    """What was written to the author of these words, in that order."""
    return list(db.scalars(select(Answer).where(Answer.subject_id == subject_id).order_by(Answer.number)))


def pair_of(db: Session, case_id: str) -> Pair | None:
    """Who was asked to read a case along."""
    return db.get(Pair, case_id)


def answers_to(db: Session, membership_ids: Sequence[str]) -> list[Answer]:
    """What was written to the author of any words of these memberships."""
    own = select(Answer).join(Case, Case.id == Answer.case_id).where(Case.membership_id.in_(membership_ids))
    return list(db.scalars(own.order_by(Answer.subject_id, Answer.number)))


def here_and_now() -> datetime:
    """This moment in the zone of the duty calendar."""
    return now().astimezone(ZoneInfo(settings().duty_zone))


def on_duty(db: Session, group_id: str) -> list[str]:
    """The memberships that look after a group at this moment: of its own moderators, and of the desk."""
    at = here_and_now()
    found = {m.id for duty, m in _standing(db, group_id) if covers(duty, at)}
    away = db.scalars(select(Carer.membership_id).where(Carer.membership_id.in_(found), Carer.away_day == at.date()))
    return sorted(found - set(away)) if found else []


def has_calendar(db: Session, group_id: str) -> bool:
    """Whether anybody ever said when they are on duty."""
    return bool(_standing(db, group_id))


def _standing(db: Session, group_id: str) -> list[tuple[Duty, Membership]]:
    """Duties of those who still may decide."""
    rows = db.execute(
        select(Duty, Membership)
        .join(Membership, Membership.id == Duty.membership_id)
        .where(Duty.group_id.in_({DESK, group_id}))
    )
    return [(duty, m) for duty, m in rows if can_decide(m)]


def can_decide(membership: Membership) -> bool:
    """Whether a membership decides about words: as a moderator, or as an administrator of the desk."""
    desk = membership.group_id == DESK
    return membership.has(Role.MODERATOR, *([Role.ADMINISTRATOR] if desk else []))


def everybody(db: Session, group_id: str) -> list[str]:
    """All who may decide about a group's words."""
    of = select(Membership).where(Membership.group_id.in_({DESK, group_id}), Membership.is_left.is_(False))
    return sorted(m.id for m in db.scalars(of) if can_decide(m))


def urgent_cases() -> Select[Case]:
    """What waits of danger, the oldest first."""
    wanted = select(Case).where(Case.status == CaseStatus.OPEN, Case.tier == Tier.URGENT)
    return wanted.order_by(Case.opened_at, Case.id).limit(MOST_URGENT)


def unheard(db: Session, case: Case, whom: Sequence[str]) -> list[str]:
    """Those among `whom` that were never alerted about the words of this case."""
    reply_id = case.subject_id if case.kind is Subject.REPLY else None
    about = Notice.reply_id == reply_id if reply_id else Notice.reply_id.is_(None)
    told = db.scalars(
        select(Notice.membership_id).where(
            Notice.membership_id.in_(whom), Notice.kind == NoticeKind.ALERT, Notice.story_id == case.story_id, about
        )
    )
    return sorted(set(whom) - set(told))


def duties_between(db: Session, group_ids: Sequence[str], first: date, last: date) -> list[tuple[Duty, str]]:
    """All weekly duties, and single ones of these days, with the name of who has taken each."""
    rows = db.execute(
        select(Duty, Membership)
        .join(Membership, Membership.id == Duty.membership_id)
        .where(Duty.group_id.in_(group_ids))
        .where(Duty.weekday.is_not(None) | Duty.on_day.between(first, last))
    )
    return [(duty, m.persona) for duty, m in rows if can_decide(m)]


def own_duties(db: Session, membership_ids: Sequence[str]) -> list[Duty]:
    return list(db.scalars(select(Duty).where(Duty.membership_id.in_(membership_ids))))
