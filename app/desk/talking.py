"""A private word between a member and the moderators of a group: questions, answers, and another name. No sanction."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.desk.claiming import note_act, staff_for
from app.foundation import live
from app.foundation.db import hold
from app.foundation.errors import Conflict, Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.times import now, today
from app.groups import actions as groups
from app.groups.models import Group
from app.members.member import Member
from app.members.models import Membership
from app.moderation.models import Case, CaseStatus, Subject, Tier
from app.moderation.verdict import Kind, Outcome, Verdict
from app.moderation.weight import is_heavy
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind
from app.stories import fates, queries
from app.stories.in_turn import all_seen_anew
from app.stories.judging import judged
from app.stories.rules import must_speak
from app.stories.talks import Letter, Talk

ASKED = (Subject.QUESTION, Subject.PERSONA)
"""What a member may begin: each once at a time in a group."""
TIERS = {Subject.QUESTION: Tier.CONCERN, Subject.PERSONA: Tier.REPORT}


def of_member(db: Session, member: Member) -> list[Talk]:
    """One's own talks, over all memberships: only ever to oneself."""
    own = [m.id for m in member.memberships]
    return list(db.scalars(select(Talk).where(Talk.membership_id.in_(own)).order_by(Talk.day.desc(), Talk.id)))


def talk_for(db: Session, member: Member, talk_id: str) -> Talk | None:
    """One's own talk."""
    found = db.get(Talk, talk_id)
    return found if found and member.owns(found.membership_id) else None


def beside(db: Session, case: Case) -> Talk | None:
    """What is talked about with the member whose case this is."""
    if case.kind in ASKED:
        return db.get(Talk, case.subject_id)
    wanted = select(Talk).where(Talk.membership_id == case.membership_id, Talk.subject_id == case.subject_id)
    return db.scalars(wanted).first()


def ask(db: Session, member: Member, group: Group, kind: Subject, body: str) -> tuple[Talk, Verdict]:
    """Ask the moderators of a group something without flagging anybody, or for another name. A second question goes where
    the first one waits. Raises Forbidden for somebody who has not joined, Unfit for words that say who somebody is."""
    membership = member.in_group(group.id) or must_speak(member, group)
    hold(db, f"asking {membership.id}")
    waiting = select(Case.subject_id).where(
        Case.membership_id == membership.id, Case.kind == kind, Case.status == CaseStatus.OPEN
    )
    open_id = db.scalar(waiting)
    talk = db.get(Talk, open_id) if open_id else None
    if talk is None:
        talk = Talk(id=new_id(), group_id=group.id, membership_id=membership.id, kind=kind, may_rename=False)
        db.add(talk)
        db.flush()
    return talk, _said(db, talk, body, None)


def say(db: Session, talk: Talk, body: str) -> Verdict:
    """The member answers. Somebody looks at it: in the case it is about, or in a new light one."""
    return _said(db, talk, body, None)


def answer(db: Session, member: Member, case: Case, body: str) -> Talk:
    """A moderator's word to the member whose case this is, who hears of it. Raises Conflict if one does not hold it."""
    staff = _holding(db, member, case)
    talk = beside(db, case)
    if talk is None:
        talk = Talk(id=new_id(), group_id=case.group_id, membership_id=case.membership_id, kind=case.kind,
                    subject_id=case.subject_id, may_rename=False)  # fmt: skip
        db.add(talk)
        db.flush()
    _said(db, talk, body, staff)
    note_act(db, "talk.word", case, staff)
    notifications.tell(db, talk.membership_id, talk.group_id, NoticeKind.WORD, story_id=talk.id)
    return talk


def settle(db: Session, member: Member, case: Case, *, renames: bool = False) -> None:
    """A question is answered; a wish for another name is granted if `renames`, and the member chooses one. Raises Conflict
    for a case about words, which are decided about."""
    staff = _holding(db, member, case)
    talk = beside(db, case) if case.kind in ASKED else None
    if talk is None:
        raise Conflict(_("This case is about words. Decide about them."))
    if renames and talk.kind is Subject.PERSONA:
        talk.may_rename = True
        notifications.tell(db, talk.membership_id, talk.group_id, NoticeKind.WORD, story_id=talk.id)
    case.close(CaseStatus.DECIDED)
    note_act(db, "persona.granted" if renames else "talk.settled", case, staff)


def rename(db: Session, member: Member, talk: Talk, name: str) -> str:
    """The member takes another name, as a moderator agreed. Nobody is ever given the old one. Raises Conflict if nobody
    agreed, Unfit for a name that cannot be taken."""
    hold(db, f"telling {talk.id}")
    db.refresh(talk)
    membership = db.get_one(Membership, talk.membership_id)
    if not talk.may_rename or membership.is_gone:
        raise Conflict(_("A moderator looks at your wish first."))
    groups.take_another_name(db, member, db.get_one(Group, talk.group_id), membership, name)
    talk.may_rename = False
    all_seen_anew(db, membership.id)
    return membership.persona


def _holding(db: Session, member: Member, case: Case) -> Membership:
    staff = staff_for(db, member, case)
    if not member.owns(case.holder(now()) or ""):
        raise Conflict(_("Take this case first, so that nobody else decides it at the same time."))
    return staff


def _said(db: Session, talk: Talk, body: str, staff: Membership | None) -> Verdict:
    verdict = judged(db, db.get_one(Group, talk.group_id), body)
    told = [f.message for f in verdict.findings if f.kind is Kind.CONFIDENTIALITY]
    if told and verdict.outcome is not Outcome.URGENT:
        raise Unfit(_("Something needs another look."), {"body": " ".join(dict.fromkeys(told))})
    hold(db, f"telling {talk.id}")
    db.refresh(talk)
    letter = Letter(group_id=talk.group_id, number=len(talk.letters) + 1, by_membership_id=staff.id if staff else None)
    letter.words_judged(verdict, talk.group_id, today())
    talk.letters.append(letter)
    talk.day = today()
    db.flush()
    if staff is None:
        _call(db, talk, verdict)
    return verdict


def _call(db: Session, talk: Talk, verdict: Verdict) -> None:
    """Somebody shall look. Words of danger go to the top."""
    is_danger = verdict.outcome is Outcome.URGENT
    case = queries.open_case(db, talk.subject_id) if talk.subject_id else None
    case = case or queries.open_case(db, talk.id)
    if case is None:
        kind = talk.kind if talk.kind in ASKED else Subject.QUESTION
        case = Case(id=new_id(), group_id=talk.group_id, kind=kind, subject_id=talk.id, story_id="", number=0,
                    membership_id=talk.membership_id, tier=TIERS[kind])  # fmt: skip
        db.add(case)
    if is_danger:
        case.raise_to(Tier.URGENT)
        live.raised(db, fates.URGENT_NEWS, 1)
    case.is_heavy = case.is_heavy or is_heavy(f.rule for f in verdict.findings)
    db.flush()


def shown(talk: Talk, names: dict[str, str]) -> list[dict[str, Any]]:
    """The words of a talk in their order; `names` of the staff personas in it."""
    return [
        {
            "by": names.get(letter.by_membership_id or "", ""),
            "is_staff": letter.by_membership_id is not None,
            "is_heavy": is_heavy(f.rule for f in letter.decision.findings),
            "day": letter.day,
            "note_html": letter.safe_html,
        }
        for letter in talk.letters
    ]
