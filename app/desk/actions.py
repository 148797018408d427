"""What is done at the desk: deciding a case."""

import json
from datetime import timedelta

from sqlalchemy.orm import Session

from app.care import actions as care
from app.desk import beginnings, outside, queries
from app.desk.claiming import claim, note_act, release, staff_for
from app.desk.forms import DecisionForm, LimitForm
from app.desk.proposing import must_not_wait, propose_removal, takes_two
from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.foundation.sealing import seal
from app.foundation.times import now, today
from app.groups import queries as groups
from app.groups.models import Group
from app.log import actions as log
from app.members.member import Member
from app.members.models import Limit, Membership
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.models import Action, Case, CaseStatus, Decision, Note, Subject
from app.moderation.verdict import Field, Outcome, Verdict
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind
from app.stories import answering, fates
from app.stories.models import Answers
from app.stories.redacting import Span

__all__ = ("claim", "decide", "release")


def decide(db: Session, member: Member, case: Case, form: DecisionForm) -> Case:
    """Decide a case one has in hand, and tell those it concerns.

    What takes two people waits for the second (`proposing`), and the case stays open until then.

    Raises Conflict if one does not hold it, it is decided or waits for a second person, Unfit if the decision lacks what
    its action needs or does not suit where the words stand, Forbidden if one flagged these words oneself.
    """
    staff = staff_for(db, member, case)
    if case.kind not in (Subject.STORY, Subject.REPLY):
        raise Conflict(_("There are no words here to decide about. Answer, and settle it."))
    must_not_wait(db, case.id)
    if not member.owns(case.holder(now()) or ""):
        raise Conflict(_("Take this case first, so that nobody else decides it at the same time."))
    if takes_two(db, case, form, staff):
        group = db.get_one(Group, case.group_id)
        guidelines = groups.guidelines_of(db, group)
        _must_be_whole(form, case, guidelines, group.language)
        _fit_note(form.note_to_author, guidelines)
        propose_removal(db, member, case, staff, form)
        return case
    return carry_out(db, member.keys.sealing, case, staff, form)


def may_decide(db: Session, member: Member, case: Case) -> Membership:
    """The membership under which one decides about a case. Raises Forbidden or Conflict if one may not."""
    return staff_for(db, member, case)


def carry_out(db: Session, sealing: bytes, case: Case, staff: Membership, form: DecisionForm) -> Case:
    """Do what was decided under `staff`, by one person or by two, and tell those it concerns. Raises Unfit if it lacks
    what its action needs."""
    group = db.get_one(Group, case.group_id)
    guidelines = groups.guidelines_of(db, group)
    _must_be_whole(form, case, guidelines, group.language)
    to_author, reason = _fit_note(form.note_to_author, guidelines), judge(guidelines, form.reason)
    original = _original(db, case)
    spans = [Span(r.field, r.start, r.end) for r in form.redactions]
    decision = fates.settle(db, case, form.action, staff, form.guideline, spans)
    if form.action is Action.REDACT:
        case.sealed_original = seal(sealing, original, f"original {case.id}")
    _explain(db, decision, to_author, is_for_author=True)
    _explain(db, decision, reason, is_for_author=False)
    case.close(CaseStatus.DECIDED, decision)
    outside.settled(db, case)
    care.close(db, case)
    fates.look_further(db, case)
    note_act(db, f"case.{form.action.value}", case, staff, form.guideline or form.action.value)
    _tell(db, case, decision)
    if form.thread and answering.answer_so(db, case, form.thread):
        note_act(db, f"thread.{form.thread.value}", case, staff, form.guideline)
    if form.limit:
        _limit(db, case, decision, staff, form.limit)
    return case


def _must_be_whole(form: DecisionForm, case: Case, guidelines: Guidelines, language: str) -> None:
    needs = form.action in (Action.RETURN, Action.REMOVE)
    wrong = {}
    restricts = form.limit or form.thread in (Answers.SLOW, Answers.CLOSED)
    if (needs or restricts) and not form.guideline:
        wrong["guideline"] = _("Say which guideline this rests on.")
    elif form.guideline and form.guideline not in guidelines.items:
        wrong["guideline"] = _("Choose one of this group’s guidelines.")
    if needs and not form.note_to_author.strip():
        wrong["note_to_author"] = _("The author needs a sentence from you.")
    elif beginnings.is_unread(form.note_to_author, language):
        wrong["note_to_author"] = _("A place in brackets is still empty. Say it in your own words, about theirs.")
    if form.action is Action.REDACT and not form.redactions:
        wrong["redactions"] = _("Say which words to take out.")
    if case.kind is Subject.REPLY and any(r.field is Field.TITLE for r in form.redactions):
        wrong["redactions"] = _("A reply has no title. Mark words that are there.")
    if wrong:
        raise Unfit(_("Something needs another look."), wrong)


def _fit_note(note: str, guidelines: Guidelines) -> Verdict | None:
    """A sentence to the author goes through the gate like all words."""
    if not note.strip():
        return None
    verdict = judge(guidelines, note)
    if verdict.outcome is not Outcome.PUBLISH:
        why = " ".join(dict.fromkeys(f.message for f in verdict.findings))
        raise Unfit(_("Something needs another look."), {"note_to_author": why})
    return verdict


def _original(db: Session, case: Case) -> bytes:
    words = queries.words_of(db, case)
    return json.dumps({"title": getattr(words, "title", ""), "body": words.body if words else ""}).encode()


def _explain(db: Session, decision: Decision, verdict: Verdict | None, *, is_for_author: bool) -> None:
    if verdict:
        note = Note(group_id=decision.group_id, explains_id=decision.id, is_for_author=is_for_author)
        note.words_judged(verdict, decision.group_id, today())
        db.add(note)


def _tell(db: Session, case: Case, decision: Decision) -> None:
    """The author hears what was decided and why; whoever flagged hears that it was. One order for all, so that two
    decisions at once do not wait for each other."""
    told = [(case.membership_id, NoticeKind.DECISION)]
    told += [(membership_id, NoticeKind.FLAG_OUTCOME) for membership_id in queries.joined_flaggers(db, case)]
    for membership_id, kind in sorted(told):
        notifications.tell(db, membership_id, case.group_id, kind, story_id=case.story_id, reply_id=_reply_id(case),
                           decision_id=decision.id)  # fmt: skip


def _reply_id(case: Case) -> str | None:
    return case.subject_id if case.kind is Subject.REPLY else None


def _limit(db: Session, case: Case, decision: Decision, staff: Membership, form: LimitForm) -> None:
    """A pause for the membership that wrote. Site-wide, it is found through its owner's keyring alone."""
    until = today() + timedelta(days=form.days)
    db.add(Limit(group_id=case.group_id, membership_id=case.membership_id, is_site_wide=form.site_wide, until_day=until,
                 decision_id=decision.id))  # fmt: skip
    notifications.tell(db, case.membership_id, case.group_id, NoticeKind.LIMIT, story_id=case.story_id,
                       reply_id=_reply_id(case), decision_id=decision.id)  # fmt: skip
    log.write(db, "membership.limited", group_id=case.group_id, by=staff.id, subject=f"membership:{case.membership_id}",
              reason=decision.guideline)  # fmt: skip
