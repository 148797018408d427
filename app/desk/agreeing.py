"""A second person agrees to an act, or does not (SECURITY.md, M-7, M-10)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.appeals.models import Act, Proposal, ProposalStatus
from app.desk import actions, queries
from app.desk.appeal_queries import in_reach
from app.desk.forms import DecisionForm
from app.desk.proposing import why_void
from app.desk.rules import tends_as
from app.desk.sentences import fit_sentence
from app.foundation.db import hold_with_others
from app.foundation.errors import Conflict, Forbidden, NotFound, Refusal
from app.foundation.language import gettext as _
from app.foundation.sealing import unseal
from app.foundation.times import today
from app.groups import closing
from app.groups import queries as groups
from app.groups.models import Group
from app.log import actions as log
from app.members import queries as members
from app.members.member import Member
from app.members.models import Membership
from app.moderation.models import Case
from app.staff.taking import held_as


def waiting(db: Session, member: Member) -> list[Proposal]:
    """What waits for a second person where one could be it, or asked for it oneself; the oldest first."""
    wanted = select(Proposal).where(Proposal.status == ProposalStatus.OPEN).order_by(Proposal.day, Proposal.id)
    words = list(db.scalars(wanted.where(Proposal.act == Act.REMOVE, in_reach(member, Proposal.group_id))))
    closings = db.scalars(wanted.where(Proposal.act == Act.CLOSE_GROUP))
    found = [*words, *(one for one in closings if tends_as(member, one.group_id))]
    return [one for one in found if not why_void(db, one) and _concerns(db, member, one)]


def _concerns(db: Session, member: Member, one: Proposal) -> bool:
    """Not what is proposed about one's own words."""
    case = db.get(Case, one.subject_id) if one.act is Act.REMOVE else None
    return case is None or not member.owns(case.membership_id)


def find(db: Session, member: Member, proposal_id: str) -> Proposal | None:
    """One of them, and nobody else settles it until the transaction ends."""
    one = db.get(Proposal, proposal_id)
    if one is None:
        return None
    if one.act is Act.REMOVE and queries.case_for(db, member, one.subject_id, to_change=True) is None:
        return None
    if one.act is Act.CLOSE_GROUP and tends_as(member, one.group_id) is None:
        return None
    return db.get(Proposal, proposal_id, with_for_update=True, populate_existing=True)


def second_for(db: Session, member: Member, one: Proposal) -> Membership:
    """The membership under which one is the second person. Raises Conflict for what has lapsed, Forbidden for whoever
    asked, and for whom the case is not."""
    hold_with_others(db, held_as(one.by_membership_id))
    void = why_void(db, one)
    if void:
        raise Conflict(void)
    if member.owns(one.by_membership_id):
        raise Forbidden(_("You asked for this yourself. It takes another person."))
    if one.act is Act.REMOVE:
        return actions.may_decide(db, member, db.get_one(Case, one.subject_id))
    staff = tends_as(member, one.group_id)
    if staff is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return staff


def agree(db: Session, member: Member, one: Proposal) -> None:
    """Let it be done, as it was asked for."""
    second = second_for(db, member, one)
    first = db.get_one(Membership, one.by_membership_id)
    one.status, one.second_membership_id = ProposalStatus.AGREED, second.id
    _log(db, one, "agreed", second)
    if one.act is Act.CLOSE_GROUP:
        closing.close(db, first, db.get_one(Group, one.group_id))
        return
    form = DecisionForm.model_validate_json(unseal(member.keys.sealing, one.sealed_form, f"proposal {one.id}"))
    actions.carry_out(db, member.keys.sealing, db.get_one(Case, one.subject_id), first, form)


def decline(db: Session, member: Member, one: Proposal, sentence: str) -> None:
    """Do not agree, and say why. The case waits for a decision as before."""
    second = second_for(db, member, one)
    guidelines = groups.guidelines_of(db, db.get_one(Group, one.group_id))
    why = fit_sentence(sentence, guidelines, "sentence")
    one.status, one.second_membership_id = ProposalStatus.DECLINED, second.id
    one.words_judged(why, one.group_id, today())
    _log(db, one, "declined", second)


def take_back(db: Session, member: Member, one: Proposal) -> None:
    """Whoever asked thinks better of it."""
    if one.status is not ProposalStatus.OPEN:
        raise Conflict(_("This is settled already."))
    first = db.get(Membership, one.by_membership_id)
    if first is None or not member.owns(first.id):
        raise Forbidden(_("This is for whoever asked."))
    one.status = ProposalStatus.VOID
    _log(db, one, "withdrawn", first)


def _log(db: Session, one: Proposal, what: str, staff: Membership) -> None:
    kind = "case" if one.act is Act.REMOVE else "group"
    log.write(db, f"{kind}.{what}", group_id=one.group_id, by=staff.id, subject=f"{kind}:{one.subject_id}")


def shown(db: Session, member: Member, found: Sequence[Proposal]) -> list[dict[str, Any]]:
    """What waits, as pages and programs see it."""
    names = members.personas(db, [one.by_membership_id for one in found])
    named = groups.named(db, [one.group_id for one in found])
    return [
        {
            "id": one.id, "act": one.act.value, "is_closing": one.act is Act.CLOSE_GROUP, "subject_id": one.subject_id,
            "group": named[one.group_id].slug, "group_name": named[one.group_id].name,
            "by": names.get(one.by_membership_id, ""), "day": one.day, "until": one.expires_day, "html": one.safe_html,
            "mine": member.owns(one.by_membership_id), "why_not": why_not(db, member, one),
            "case": _case_line(db, member, one),
        }
        for one in found
    ]  # fmt: skip


def why_not(db: Session, member: Member, one: Proposal) -> str:
    """Why this member cannot be the second person; nothing if they can."""
    try:
        second_for(db, member, one)
    except Refusal as no:
        return no.detail
    return ""


def _case_line(db: Session, member: Member, one: Proposal) -> dict[str, Any]:
    """What a removal would say to the author, and by which guideline."""
    if one.act is not Act.REMOVE:
        return {}
    form = DecisionForm.model_validate_json(unseal(member.keys.sealing, one.sealed_form, f"proposal {one.id}"))
    case = db.get_one(Case, one.subject_id)
    titles = {item.id: item.title for item in groups.items(db, db.get_one(Group, one.group_id))}
    return {
        "id": case.id, "persona": members.personas(db, [case.membership_id]).get(case.membership_id, ""),
        "guideline": titles.get(form.guideline, form.guideline), "note_to_author": form.note_to_author,
        "pause_days": form.limit.days if form.limit else 0,
    }  # fmt: skip


def about_case(db: Session, member: Member, case: Case) -> dict[str, Any]:
    """What waits for a second person, or was not agreed to, about one case: for its page."""
    wanted = select(Proposal).where(Proposal.subject_id == case.id).order_by(Proposal.day.desc(), Proposal.id)
    found = list(db.scalars(wanted))
    waits = [one for one in found if not why_void(db, one)]
    declined = [one for one in found if one.status is ProposalStatus.DECLINED]
    names = members.personas(db, [one.second_membership_id or "" for one in declined])
    return {
        "waits": shown(db, member, waits),
        "declined": [{"by": names.get(one.second_membership_id or "", ""), "html": one.safe_html} for one in declined],
    }
