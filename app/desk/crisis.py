"""What a moderator does where somebody may be in danger. Each act is in the log."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import actions as care
from app.care.forms import WishesForm
from app.care.models import Level
from app.desk import actions, queries
from app.desk.rules import must_hold
from app.groups import queries as groups
from app.groups.models import Group
from app.log import actions as log
from app.members.member import Member
from app.members.models import Membership
from app.moderation.judge import judge
from app.moderation.models import Case, CaseStatus
from app.notifications import actions as notifications
from app.notifications.models import Notice, NoticeKind
from app.staff.actions import must_be_fresh
from app.stories import fates
from app.stories.models import GentleNote, Reply, Story


def case_about(db: Session, member: Member, subject_id: str) -> Case | None:
    """The case about some words that this member may look at: the open one, or the newest."""
    about = select(Case.id).where(Case.subject_id == subject_id)
    ids = db.scalars(about.order_by(Case.status != CaseStatus.OPEN, Case.opened_at.desc(), Case.id)).all()
    return next((found for one in ids if (found := queries.case_for(db, member, one))), None)


def read_now(db: Session, member: Member, case: Case) -> None:
    """Take a case in hand and let its author know that a person is reading. Raises what taking a case raises."""
    actions.claim(db, member, case)
    care.is_reading(db, case)
    _log(db, "case.reading", case, must_hold(member, case))


def put_level(db: Session, member: Member, case: Case, level: Level) -> None:
    """Say how near danger is. Raises Conflict without the case in hand."""
    staff = must_hold(member, case)
    care.put_level(db, case, level)
    _log(db, "case.level", case, staff, level.value)


def answer(db: Session, member: Member, case: Case, words: str) -> None:
    """Write to the author. Raises Conflict without the case in hand, Unfit for words that cannot be sent."""
    staff = must_hold(member, case)
    verdict = judge(groups.guidelines_of(db, db.get_one(Group, case.group_id)), words)
    care.answer(db, case, words, verdict)
    care.is_reading(db, case)
    _log(db, "case.answered", case, staff)


def open_wishes(db: Session, member: Member, case: Case) -> WishesForm:
    """Read the wishes that the author gave along, once. Raises Conflict without the case in hand or without wishes, Asleep
    unless one's role was confirmed just now."""
    staff = must_hold(member, case)
    must_be_fresh(member, staff)
    opened = care.open_wishes(db, member.keys, case)
    _log(db, "case.wishes", case, staff)
    return opened


def put_note(db: Session, member: Member, case: Case, note: GentleNote | None) -> None:
    """Let a gentle note stand over the thread, or take it off."""
    staff = must_hold(member, case)
    story = fates.in_hand(db, db.get_one(Story, case.story_id))
    story.gentle_note = note
    db.flush()
    fates.seen_anew(db, story.id, in_lists=False)
    log.write(db, "thread.noted" if note else "thread.unnoted", group_id=case.group_id, by=staff.id,
              subject=f"story:{story.id}", reason=note.value if note else "")  # fmt: skip


def ask_repliers(db: Session, member: Member, case: Case) -> int:
    """Ask those who answered in the thread how they are, each once. How many that were."""
    staff = must_hold(member, case)
    asked = select(Notice.membership_id).where(Notice.kind == NoticeKind.CARE, Notice.story_id == case.story_id)
    answered = select(Reply.membership_id).where(
        Reply.story_id == case.story_id, Reply.number.is_not(None), Reply.membership_id != case.membership_id
    )
    whom = db.scalars(
        select(Membership.id)
        .where(Membership.id.in_(answered), Membership.id.not_in(asked), Membership.is_left.is_(False))
        .order_by(Membership.id)
    ).all()
    for one in whom:
        notifications.tell(db, one, case.group_id, NoticeKind.CARE, story_id=case.story_id)
    log.write(db, "thread.asked", group_id=case.group_id, by=staff.id, subject=f"story:{case.story_id}")
    return len(whom)


def _log(db: Session, act: str, case: Case, staff: Membership, reason: str = "") -> None:
    subject = f"{case.kind.value}:{case.subject_id}"
    log.write(db, act, group_id=case.group_id, by=staff.id, subject=subject, reason=reason)
