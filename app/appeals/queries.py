"""Appeals and what waits for a second person, asked for by the decision or the words they are about."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, delete, func, or_, select
from sqlalchemy.orm import Session

from app.appeals.models import Appeal, Appealed, AppealStatus, OutsideNotice, Proposal, ProposalStatus
from app.foundation.settings import settings
from app.members.member import DESK
from app.members.models import Limit, Membership, Role
from app.moderation.models import Action, Case, Decision

AGAINST = (Action.RETURN, Action.REMOVE, Action.REDACT)
"""What a person can decide against somebody's words."""


def last_day(decision: Decision) -> date | None:
    """Until when a decision can be appealed against. None for one without a day: names and a group's own texts."""
    return decision.day + timedelta(days=settings().appeal_days) if decision.day else None


def against(db: Session, decision_id: str, kind: Appealed) -> Appeal | None:
    """The appeal against a decision, whatever came of it."""
    return db.scalars(select(Appeal).where(Appeal.about_id == decision_id, Appeal.kind == kind)).first()


def answered_by(db: Session, decision_id: str) -> Appeal | None:
    """The appeal that a decision answers."""
    return db.scalars(select(Appeal).where(Appeal.answer_id == decision_id)).first()


def limit_of(db: Session, decision_id: str) -> Limit | None:
    """The pause that came with a decision, while it lasts."""
    return db.scalars(select(Limit).where(Limit.decision_id == decision_id)).first()


def case_of(db: Session, decision: Decision) -> Case | None:
    """The case that a decision closed."""
    wanted = select(Case).where(Case.group_id == decision.group_id, Case.decision_id == decision.id)
    return db.scalars(wanted).first()


def is_open_about(words: Any) -> ColumnElement[bool]:
    """Whether somebody still has to answer an appeal about a story or a reply: until then nothing of it goes by age."""
    about = or_(Appeal.story_id == words, Appeal.reply_id == words)
    return select(Appeal.id).where(about, Appeal.status == AppealStatus.OPEN).exists()


def forget(db: Session, *, story_id: str = "", reply_id: str = "") -> None:
    """The words are gone for good, and with them what was asked about them and never answered."""
    about = Appeal.story_id == story_id if story_id else Appeal.reply_id == reply_id
    waits = Appeal.status == AppealStatus.OPEN
    db.execute(delete(Appeal).where(about, waits, Appeal.kind == Appealed.WORDS))


def forget_all(db: Session, membership_id: str) -> None:
    """Nobody comes to read an answer any more."""
    db.execute(delete(Appeal).where(Appeal.membership_id == membership_id))


def made_by(db: Session, memberships: Sequence[str]) -> list[Appeal]:
    """One's own appeals: for their owner alone."""
    return list(db.scalars(select(Appeal).where(Appeal.membership_id.in_(memberships)).order_by(Appeal.day, Appeal.id)))


def urgent_waiting(db: Session) -> int:
    """How many open appeals tell of danger."""
    wanted = select(func.count()).where(Appeal.status == AppealStatus.OPEN, Appeal.is_urgent)
    return db.scalar(wanted) or 0


def proposal_about(db: Session, subject_id: str) -> Proposal | None:
    """What waits for a second person about a case or a group."""
    wanted = select(Proposal).where(Proposal.subject_id == subject_id, Proposal.status == ProposalStatus.OPEN)
    return db.scalars(wanted).first()


def agreed_to(db: Session, case: Case) -> Proposal | None:
    """By whose word together a case was decided, if it took two people."""
    wanted = select(Proposal).where(Proposal.subject_id == case.id, Proposal.status == ProposalStatus.AGREED)
    return db.scalars(wanted).first()


def removals(db: Session, group_id: str, since: date, *, by: str = "", of: str = "") -> int:
    """How many words one of the staff (`by`) took down in a group since a day, or one persona (`of`) had taken down.
    What was undone on appeal does not count, nor does the answer that left it as it was."""
    answers = select(Appeal.id).where(Appeal.answer_id == Decision.id).exists()
    undone = select(Appeal.id).where(Appeal.about_id == Decision.id, Appeal.status == AppealStatus.OVERTURNED).exists()
    counted = select(func.count(Decision.id)).where(
        Decision.group_id == group_id, Decision.action == Action.REMOVE, Decision.day >= since, ~undone, ~answers
    )
    if by:
        counted = counted.where(Decision.by_membership_id == by)
    if of:
        counted = counted.join(Case, and_(Case.decision_id == Decision.id, Case.group_id == group_id))
        counted = counted.where(Case.membership_id == of)
    return db.scalar(counted) or 0


def staff_besides(db: Session, group_id: str, memberships: Sequence[str]) -> int:
    """How many staff memberships could act in a group besides these. Two of them may be one person: nobody can know."""
    wanted = select(Membership).where(
        Membership.group_id.in_([group_id, DESK]), cast(Membership.roles, String) != "[]",
        Membership.id.not_in(memberships),
    )  # fmt: skip
    return sum(may_moderate(one) for one in db.scalars(wanted))


def may_moderate(staff: Membership) -> bool:
    """Whether a membership can decide about words: of its group, or at the desk of all."""
    return staff.has(Role.MODERATOR) or (staff.group_id == DESK and staff.has(Role.ADMINISTRATOR))


def outside_about(db: Session, case_id: str) -> list[OutsideNotice]:
    """What came from outside about the words of a case."""
    return list(db.scalars(select(OutsideNotice).where(OutsideNotice.case_id == case_id).order_by(OutsideNotice.id)))
