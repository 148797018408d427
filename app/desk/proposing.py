"""What one moderator may not do alone, and asking a second person for it (SECURITY.md, M-7)."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.appeals.models import Act, Proposal, ProposalStatus
from app.desk.forms import DecisionForm
from app.desk.queries import histories, words_of
from app.foundation.errors import Conflict, Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.sealing import seal
from app.foundation.settings import settings
from app.foundation.times import today
from app.groups import queries as groups
from app.groups.models import Group
from app.log import actions as log
from app.members.member import DESK, Member
from app.members.models import Membership, Role
from app.moderation.judge import judge
from app.moderation.models import Action, Case, Tier
from app.moderation.verdict import MILD, Kind, Verdict

MOST_ALONE = 20
"""Words that one moderator takes down alone in one group on one day. Each one beyond that takes two (M-7: bulk acts)."""


def takes_two(db: Session, case: Case, form: DecisionForm, staff: Membership) -> bool:
    """Whether a second person must agree: to take down the words of somebody who may be in danger, or very
    much on one day. Nobody is limited for good and nothing is deleted here (what is taken down comes back whole for the
    asking), so that neither needs a rule."""
    if form.action is not Action.REMOVE:
        return False
    return (
        case.tier is Tier.URGENT
        or _tells_of_danger(db, case)
        or appeals.removals(db, case.group_id, today(), by=staff.id) >= MOST_ALONE
    )


def _tells_of_danger(db: Session, case: Case) -> bool:
    words = words_of(db, case)
    told = histories(db, [words.decision_id])[words.decision_id] if words else []
    return any(f.kind is Kind.CRISIS and f.rule not in MILD for decision in told for f in decision.findings)


def propose_removal(db: Session, member: Member, case: Case, staff: Membership, form: DecisionForm) -> Proposal:
    """Ask a second person to agree to a decision, and give the case back meanwhile."""
    guidelines = groups.guidelines_of(db, db.get_one(Group, case.group_id))
    made = _propose(
        db, member, Act.REMOVE, case.group_id, case.id, staff, form.model_dump_json(), judge(guidelines, form.reason)
    )
    made.number = case.number
    case.claimed_by = case.claimed_until = None
    log.write(db, "case.proposed", group_id=case.group_id, by=staff.id,
              subject=f"{case.kind.value}:{case.subject_id}", reason=form.guideline)  # fmt: skip
    return made


def closing_takes_two(db: Session, member: Member, group: Group) -> bool:
    """Whether a group has members beside whoever wants to close it."""
    own = [m.id for m in member.memberships]
    others = select(Membership.id).where(
        Membership.group_id == group.id, Membership.is_left.is_(False), Membership.id.not_in(own)
    )
    return db.scalars(others.limit(1)).first() is not None


def propose_closing(db: Session, member: Member, group: Group, staff: Membership, why: str) -> Proposal:
    """Ask a second person to agree that a group is closed. Raises Unfit without a reason, Conflict if it is asked for or
    done already."""
    if not why.strip():
        raise Unfit(_("Something needs another look."), {"reason": _("Say in a few words why, for whoever agrees.")})
    if group.is_closed:
        raise Conflict(_("This group is closed already."))
    must_not_wait(db, group.id)
    made = _propose(
        db, member, Act.CLOSE_GROUP, group.id, group.id, staff, "{}", judge(groups.guidelines_of(db, group), why)
    )
    log.write(db, "group.close-proposed", group_id=group.id, by=staff.id, subject=f"group:{group.id}")
    return made


def _propose(
    db: Session, member: Member, act: Act, group_id: str, subject_id: str, staff: Membership, form: str, why: Verdict
) -> Proposal:
    before = appeals.proposal_about(db, subject_id)
    if before:
        before.status = ProposalStatus.VOID
        db.flush()
    proposal_id = new_id()
    made = Proposal(
        id=proposal_id, group_id=group_id, act=act, subject_id=subject_id, number=0, by_membership_id=staff.id,
        sealed_form=seal(member.keys.sealing, form.encode(), f"proposal {proposal_id}"), status=ProposalStatus.OPEN,
        day=today(), expires_day=today() + timedelta(days=settings().agree_days),
    )  # fmt: skip
    made.words_judged(why, group_id, today())
    db.add(made)
    db.flush()
    return made


def must_not_wait(db: Session, subject_id: str) -> None:
    """Raise Conflict while a second person may still agree to something here."""
    waits = appeals.proposal_about(db, subject_id)
    if waits and not why_void(db, waits):
        raise Conflict(_("This waits for a second person. They agree or not, or whoever asked takes it back."))


def why_void(db: Session, one: Proposal) -> str:
    """Why nobody can agree to it any more; nothing while they can. Asked anew each time: a role may have ended."""
    if one.status is not ProposalStatus.OPEN:
        return _("This is settled already.")
    if one.expires_day < today():
        return _("Nobody agreed in time, so this has lapsed.")
    first = db.get(Membership, one.by_membership_id, populate_existing=True)
    if first is None or not _may_ask(one.act, first):
        return _("Whoever asked for this is no moderator any more, so it has lapsed.")
    case = db.get(Case, one.subject_id) if one.act is Act.REMOVE else None
    if one.act is Act.REMOVE and (case is None or not case.is_open):
        return _("This case is closed meanwhile.")
    if case and case.number != one.number:
        return _("The words were changed meanwhile, so this has lapsed.")
    return ""


def _may_ask(act: Act, first: Membership) -> bool:
    if act is Act.REMOVE:
        return appeals.may_moderate(first)
    return first.has(Role.ADMINISTRATOR) if first.group_id == DESK else first.has(Role.FACILITATOR)
