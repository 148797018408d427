"""Taking a case in hand, reading what it is about, giving it back with a word for the next one."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from app.desk import burden, queries, queue
from app.desk.queue import Wanted
from app.foundation.errors import Conflict, Forbidden, Unfit
from app.foundation.language import gettext as _
from app.foundation.settings import settings
from app.foundation.times import now, today
from app.groups import queries as groups
from app.groups.models import Group
from app.log import actions as log
from app.members.member import Member
from app.members.models import Membership
from app.moderation.judge import judge
from app.moderation.models import Case
from app.moderation.verdict import Kind
from app.stories import fates
from app.stories.talks import Handover


def claim(db: Session, member: Member, case: Case, *, opens: bool = False) -> Case:
    """Take a case in hand for a while; taking it again makes that longer. Light words are read with it: this row of the log
    says so. Heavy ones are opened by themselves, or with it if one `opens` them. Raises Conflict if somebody else has it or
    it is decided, Forbidden if one flagged these words oneself."""
    staff = staff_for(db, member, case)
    holder = case.holder(now())
    _must_be_free(member, holder)
    if holder is None:
        case.let_go()
        burden.taken(db, member, staff, case)
    case.claimed_by = staff.id
    case.claimed_until = now() + timedelta(minutes=settings().claim_minutes)
    note_act(db, "case.claimed", case, staff)
    if not case.is_heavy:
        case.opened_number = case.number
    elif opens:
        open_words(db, member, case)
    return case


def take_next(db: Session, member: Member, wanted: Wanted, *, opens: bool = False) -> Case | None:
    """Take the first case of the queue that is free, and that nobody else takes at this moment; None if there is none."""
    for case_id in queue.next_ones(db, member, offered_to(db, member, wanted)):
        case = queries.case_for(db, member, case_id, to_change=True, waits=False)
        if case and case.is_open and case.holder(now()) is None and not queries.has_flagged(db, member, case):
            return claim(db, member, case, opens=opens)
    return None


def offered_to(db: Session, member: Member, wanted: Wanted) -> Wanted:
    """What is offered to somebody who takes the next one: light cases alone, once they have read enough for today."""
    return replace(wanted, weight="light") if burden.shown(db, member)["has_enough"] else wanted


def open_words(db: Session, member: Member, case: Case) -> None:
    """Read what a case is about. For words that others cannot read, or that are heavy, there is a row in the log, or there
    are no words (SECURITY.md, M-3). Raises Forbidden for somebody who may not look."""
    staff = member.staff_for(case.group_id)
    if staff is None:
        raise Forbidden(_("This case is for somebody else."))
    words = queries.words_of(db, case)
    if case.is_heavy or (words is not None and not words.is_shown):
        note_act(db, "case.read", case, staff)
    if case.holder(now()) == staff.id:
        case.opened_number = case.number


def is_open_to(member: Member, case: Case) -> bool:
    """Whether this member has the case in hand, and has opened the version it is about."""
    return member.owns(case.holder(now()) or "") and case.opened_number == case.number


def must_have_read(db: Session, member: Member, case: Case) -> None:
    """Raises Conflict for somebody who decides about words that they have in hand and did not open."""
    words = queries.words_of(db, case)
    is_met = words is None or (words.is_shown and not case.is_heavy)
    if not is_met and member.owns(case.holder(now()) or "") and not is_open_to(member, case):
        raise Conflict(_("Open the words first: nobody decides about what they have not read."))


def cover(db: Session, member: Member, case: Case, *, is_covered: bool) -> None:
    """Put words behind a note for their readers while one looks at them, or not any more. Raises Conflict if one does not
    hold the case, or nobody sees these words."""
    staff = staff_for(db, member, case)
    if not member.owns(case.holder(now()) or ""):
        raise Conflict(_("Take this case first, so that nobody else decides it at the same time."))
    telling = fates.telling_of(db, case)
    if telling is None or telling.shown is None:
        raise Conflict(_("Nobody but their author sees these words."))
    if telling.is_covered != is_covered:
        fates.cover(db, telling, is_covered=is_covered)
        note_act(db, "case.covered" if is_covered else "case.uncovered", case, staff)


def release(db: Session, member: Member, case: Case, word: str = "") -> Case:
    """Give a case back. Nobody needs to say why; `word` is for whoever takes it next. Raises Conflict if somebody else has
    it, Unfit for a word that says who somebody is."""
    staff = staff_for(db, member, case)
    _must_be_free(member, case.holder(now()))
    if word.strip():
        _hand_over(db, case, staff, word)
    case.let_go()
    note_act(db, "case.released", case, staff)
    return case


def _must_be_free(member: Member, holder: str | None) -> None:
    if holder and not member.owns(holder):
        raise Conflict(_("Somebody else has this in hand."))


def _hand_over(db: Session, case: Case, staff: Membership, word: str) -> None:
    verdict = judge(groups.guidelines_of(db, db.get_one(Group, case.group_id)), word)
    told = [f.message for f in verdict.findings if f.kind is Kind.CONFIDENTIALITY]
    if told:
        raise Unfit(_("Something needs another look."), {"note": " ".join(dict.fromkeys(told))})
    before = queries.handovers(db, [case.id]).get(case.id)
    said = Handover(group_id=case.group_id, case_id=case.id, by_membership_id=staff.id,
                    number=before.number + 1 if before else 1)  # fmt: skip
    said.words_judged(verdict, case.group_id, today())
    db.add(said)
    db.flush()


def staff_for(db: Session, member: Member, case: Case) -> Membership:
    """The membership under which one acts here, if one may."""
    staff = member.staff_for(case.group_id)
    if staff is None or member.owns(case.membership_id):
        raise Forbidden(_("This case is for somebody else."))
    if queries.has_flagged(db, member, case):
        raise Forbidden(_("You asked for a look at these words yourself. Somebody else decides about them."))
    if not case.is_open:
        raise Conflict(_("This is decided already."))
    return staff


def note_act(db: Session, act: str, case: Case, staff: Membership, reason: str = "") -> None:
    """Write an act on a case into the log of its group."""
    subject = f"{case.kind.value}:{case.subject_id}"
    log.write(db, act, group_id=case.group_id, by=staff.id, subject=subject, reason=reason)
