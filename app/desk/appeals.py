"""Asking that another person looks again, and answering that (SAFETY.md, SR-31, SR-38; SECURITY.md, M-8)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.appeals.models import Appeal, Appealed, AppealStatus
from app.desk import queries
from app.desk.appeal_forms import AnswerForm, AppealForm
from app.desk.sentences import explain, fit_sentence, judged_for_staff
from app.foundation.db import hold
from app.foundation.errors import Conflict, Forbidden, NotFound, Unfit
from app.foundation.ids import new_id
from app.foundation.language import day_in_full
from app.foundation.language import gettext as _
from app.foundation.sealing import unseal
from app.foundation.settings import settings
from app.foundation.times import today
from app.groups import queries as groups
from app.groups.models import Group
from app.log import actions as log
from app.members.member import Member
from app.members.models import Limit, Membership
from app.moderation.judge import judge
from app.moderation.models import Action, Case, Decision, Subject, Tier
from app.moderation.verdict import Help, Outcome
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind
from app.stories import fates, restoring
from app.stories import queries as stories
from app.stories.models import Reply, Story

Asked = tuple[Decision, Appealed, Story | Reply | Limit]
"""What is appealed against, and what it is about."""


def asked(db: Session, member: Member, subject: str) -> Asked:
    """The decision that `story:ID`, `reply:ID` or `limit:ID` leads to. Raises NotFound for what is not one's own, Unfit
    where nothing was decided against it."""
    kind, _colon, subject_id = subject.partition(":")
    if kind == Appealed.LIMIT:
        limit = db.get(Limit, subject_id)
        if limit is None or not member.owns(limit.membership_id):
            raise _nothing()
        return db.get_one(Decision, limit.decision_id), Appealed.LIMIT, limit
    telling = restoring.telling_of(db, kind, subject_id)
    if telling is None or not member.owns(telling.membership_id):
        raise _nothing()
    version = restoring.against(telling)
    versions: list[Any] = [version] if version else list(reversed(telling.versions))
    for decision in (one.decision for one in versions):
        again = appeals.answered_by(db, decision.id)
        if version or again:
            return db.get_one(Decision, again.about_id) if again else decision, Appealed.WORDS, telling
    raise _unfit(_("No person has decided anything against these words that could be looked at again."))


def _nothing() -> NotFound:
    return NotFound(_("There is nothing here, or it is not yours to see."))


def _unfit(sentence: str) -> Unfit:
    return Unfit(sentence, {"subject": sentence})


def appeal(db: Session, member: Member, form: AppealForm) -> tuple[Appeal, tuple[Help, ...]]:
    """Ask once that another person looks again; and whom to turn to meanwhile, if what is written tells of danger.

    Raises NotFound for what is not one's own, Unfit for what was not decided or is too long ago, Conflict the second
    time.
    """
    decision, kind, about = asked(db, member, form.subject)
    hold(db, f"appeal {decision.id}")
    if appeals.against(db, decision.id, kind):
        raise Conflict(_("You asked for a second look at this before. There is one for each decision."))
    last = appeals.last_day(decision)
    if last is None or last < today():
        raise _unfit(_("The time for a second look was over on %(day)s.") % {"day": day_in_full(last) if last else "–"})
    group = db.get_one(Group, about.group_id)
    verdict = judge(groups.guidelines_of(db, group), form.text)
    is_urgent = verdict.outcome is Outcome.URGENT
    made = Appeal(
        id=new_id(), group_id=group.id, membership_id=about.membership_id, kind=kind, about_id=decision.id,
        subject_id=about.id, story_id=None if isinstance(about, Limit) else about.story_id,
        reply_id=about.id if isinstance(about, Reply) else None, is_urgent=is_urgent, status=AppealStatus.OPEN,
        due_day=today() + timedelta(days=settings().appeal_answer_days),
    )  # fmt: skip
    made.words_judged(judged_for_staff(db, group, form.text, verdict), group.id, today())
    db.add(made)
    db.flush()
    if is_urgent and not isinstance(about, Limit):
        _raise_case(db, about)
    return made, verdict.help if is_urgent else ()


def _raise_case(db: Session, telling: Story | Reply) -> None:
    """Who writes of danger comes first wherever their words wait. The appeal itself stands at the top of its stream."""
    case = stories.open_case(db, telling.id)
    if case:
        case.raise_to(Tier.URGENT)


def may_answer(db: Session, member: Member, one: Appeal) -> Membership:
    """The membership under which one answers an appeal. Raises Forbidden for whoever decided first or agreed to it, for
    whoever is concerned, and for those who asked for the look; Conflict once it is answered."""
    staff = member.staff_for(one.group_id)
    if staff is None or member.owns(one.membership_id):
        raise Forbidden(_("This is for somebody else."))
    if any(member.owns(first) for first in who_decided(db, one)):
        raise Forbidden(_("You decided this first. Somebody else looks at it again."))
    case = appeals.case_of(db, db.get_one(Decision, one.about_id))
    if case and queries.has_flagged(db, member, case):
        raise Forbidden(_("You asked for a look at these words yourself. Somebody else decides about them."))
    if not one.is_open:
        raise Conflict(_("This is answered already."))
    return staff


def who_decided(db: Session, one: Appeal) -> list[str]:
    """The staff memberships that made the decision: one, or two."""
    decision = db.get_one(Decision, one.about_id)
    case = appeals.case_of(db, decision)
    second = appeals.agreed_to(db, case) if case else None
    return [m for m in (decision.by_membership_id, second and second.second_membership_id) if m]


def answer(db: Session, member: Member, one: Appeal, form: AnswerForm) -> Appeal:
    """Answer an appeal with a sentence: what was decided stands, or is undone with all that followed from it."""
    staff = may_answer(db, member, one)
    group, about = db.get_one(Group, one.group_id), db.get_one(Decision, one.about_id)
    guidelines = groups.guidelines_of(db, group)
    sentence = fit_sentence(form.note_to_author, guidelines)
    is_undone = form.outcome is AppealStatus.OVERTURNED
    case = appeals.case_of(db, about)
    action = _undoing(one) if is_undone else about.action or Action.KEEP
    decided = Decision.by_person(action, about, staff.id, about.guideline)
    db.add(decided)
    db.flush()
    one.status, one.answer_id = form.outcome, decided.id
    if one.kind is Appealed.WORDS:
        _settle_words(db, member, one, decided, case, is_undone=is_undone)
    if is_undone:
        _lift(db, about, staff)
    explain(db, decided, sentence, is_for_author=True)
    explain(db, decided, judge(guidelines, form.reason) if form.reason.strip() else None, is_for_author=False)
    log.write(db, f"appeal.{form.outcome.value}", group_id=group.id, by=staff.id, subject=one.subject,
              reason=about.guideline)  # fmt: skip
    _tell(db, one, decided, case, is_undone=is_undone)
    return one


def _undoing(one: Appeal) -> Action:
    return Action.PUBLISH if one.kind is Appealed.WORDS else Action.KEEP


def _settle_words(
    db: Session, member: Member, one: Appeal, decided: Decision, case: Case | None, *, is_undone: bool
) -> None:
    telling = restoring.telling_of(db, one.subject.partition(":")[0], one.subject_id)
    if telling is None:
        return
    telling = fates.in_hand(db, telling)
    version = restoring.version_with(telling, one.about_id)
    if version is None:
        return
    if is_undone:
        sealed = case.sealed_original if case else None
        original = unseal(member.keys.sealing, sealed, f"original {case.id}") if case and sealed else None
        restoring.restore(db, telling, version, decided, original)
    else:
        version.decide(decided)
        db.flush()


def _lift(db: Session, about: Decision, staff: Membership) -> None:
    """A pause that rested on what was undone is over at once, under every name: it is written nowhere else."""
    for limit in list(db.scalars(select(Limit).where(Limit.decision_id == about.id))):
        log.write(db, "membership.unlimited", group_id=limit.group_id, by=staff.id,
                  subject=f"membership:{limit.membership_id}", reason=about.guideline)  # fmt: skip
        db.execute(delete(Limit).where(Limit.id == limit.id))


def _tell(db: Session, one: Appeal, decided: Decision, case: Case | None, *, is_undone: bool) -> None:
    told = [(one.membership_id, NoticeKind.APPEAL)]
    if is_undone and case and one.kind is Appealed.WORDS:
        told += [(flagger, NoticeKind.FLAG_AGAIN) for flagger in queries.joined_flaggers(db, case)]
    story_id = one.story_id or (case.story_id if case else None)
    reply_id = one.reply_id or (case.subject_id if case and case.kind is Subject.REPLY else None)
    for membership_id, kind in sorted(told):
        notifications.tell(db, membership_id, one.group_id, kind, story_id=story_id, reply_id=reply_id,
                           decision_id=decided.id)  # fmt: skip
