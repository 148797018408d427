"""What is done about a case of danger, and about being on duty."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from app.care import queries
from app.care.forms import DutyForm, WishesForm
from app.care.models import Answer, Crisis, Duty, Level
from app.care.phrases import GAP_BEGINS, GAP_ENDS, beginning
from app.care.rules import covers
from app.foundation.errors import Conflict, Unfit
from app.foundation.ids import new_id
from app.foundation.keys import Keys
from app.foundation.language import gettext as _
from app.foundation.sealing import pad, seal, unpad, unseal
from app.foundation.times import today
from app.members.models import Membership
from app.moderation.models import Case, Subject, Tier
from app.moderation.verdict import Kind, Verdict
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind

WISHES_BYTES = (8 * 1024, 32 * 1024)
"""Sizes of given wishes before sealing: how long they are says nothing."""
MOST_DUTIES = 50
"""Of one membership. Whoever needs more hours than that needs a rest."""
MOST_DAYS_AHEAD = 92


def begun(db: Session, case: Case) -> Crisis:
    """What is known about a case, to be written on. The caller has the case in hand."""
    found = queries.crisis_of(db, case.id)
    if found is None:
        found = Crisis(case_id=case.id, group_id=case.group_id, is_being_read=False, were_opened=False)
        db.add(found)
    return found


def is_reading(db: Session, case: Case) -> None:
    """A person reads these words now: their author is told, once for a case."""
    crisis = begun(db, case)
    if not crisis.is_being_read:
        crisis.is_being_read = True
        _tell_author(db, case, NoticeKind.READING)


def put_level(db: Session, case: Case, level: Level) -> None:
    """How near danger is, as a person sees it. A case only ever becomes more urgent by it."""
    begun(db, case).level = level
    if level is Level.IMMINENT:
        case.raise_to(Tier.URGENT)
    elif level is Level.CONCERN:
        case.raise_to(Tier.CONCERN)


def answer(db: Session, case: Case, words: str, verdict: Verdict) -> Answer:
    """Write to the author. Raises Unfit for a beginning that nobody finished, or for what no member may write either:
    only words of danger are taken, as one has to ask about it."""
    _must_be_finished(words, queries.crisis_of(db, case.id))
    findings = tuple(f for f in verdict.findings if f.kind is not Kind.CRISIS)
    if findings:
        raise Unfit(
            _("Something needs another look."), {"answer": " ".join(dict.fromkeys(f.message for f in findings))}
        )
    before = queries.answers_about(db, case.subject_id)
    given = Answer(subject_id=case.subject_id, number=before[-1].number + 1 if before else 1, group_id=case.group_id,
                   case_id=case.id)  # fmt: skip
    given.words_judged(replace(verdict, findings=()), case.group_id, today())
    db.add(given)
    _tell_author(db, case, NoticeKind.ANSWER)
    return given


def _must_be_finished(words: str, crisis: Crisis | None) -> None:
    is_untouched = "".join(words.split()) == "".join(beginning(crisis.level if crisis else None).split())
    has_gap = GAP_BEGINS in words and GAP_ENDS in words
    if is_untouched or has_gap:
        sentence = _("There is still a gap in brackets. Put your own words there, or take it out.")
        raise Unfit(_("Something needs another look."), {"answer": sentence})


def _tell_author(db: Session, case: Case, kind: NoticeKind) -> None:
    notifications.tell(db, case.membership_id, case.group_id, kind, story_id=case.story_id, reply_id=_reply_id(case))


def _reply_id(case: Case) -> str | None:
    return case.subject_id if case.kind is Subject.REPLY else None


def alert(db: Session, case: Case) -> None:
    """Tell those who are to be alerted that somebody may be in danger."""
    tell(db, case, whom_to_alert(db, case))


def whom_to_alert(db: Session, case: Case) -> list[str]:
    """Those on duty; where nobody keeps a calendar, all who may decide. Never the one whose words these are."""
    whom = queries.on_duty(db, case.group_id)
    if not whom and not queries.has_calendar(db, case.group_id):
        whom = queries.everybody(db, case.group_id)
    return [one for one in whom if one != case.membership_id]


def tell(db: Session, case: Case, whom: Sequence[str]) -> int:
    """Alert these memberships, in one order for all, so that two alerts at once do not wait for each other. How many
    they are."""
    told = list(db.scalars(select(Membership).where(Membership.id.in_(whom)).order_by(Membership.id)))
    for one in told:
        notifications.tell(db, one.id, one.group_id, NoticeKind.ALERT, story_id=case.story_id, reply_id=_reply_id(case))
    return len(told)


def give_wishes(db: Session, keys: Keys, case: Case, wishes: WishesForm) -> None:
    """Seal somebody's wishes to their case: from there a moderator can open them once. Raises Conflict if the case is closed."""
    if not case.is_open:
        raise Conflict(_("A person has read your words already and decided. Your wishes stay with you."))
    plain = pad(json.dumps(wishes.model_dump()).encode("utf-8", "surrogatepass"), WISHES_BYTES)
    begun(db, case).sealed_wishes = seal(keys.sealing, plain, _place(case))


def take_wishes_back(db: Session, case: Case) -> None:
    """Until they are opened, wishes can be taken back."""
    db.execute(update(Crisis).where(Crisis.case_id == case.id).values(sealed_wishes=None))


def open_wishes(db: Session, keys: Keys, case: Case) -> WishesForm:
    """Read given wishes, once: nothing is left of them in the case. Their author is told. Raises Conflict if there are none."""
    crisis = queries.crisis_of(db, case.id)
    if crisis is None or crisis.sealed_wishes is None or not case.is_open:
        raise Conflict(_("There are no wishes here to open. They can be read one time."))
    plain = unpad(unseal(keys.sealing, crisis.sealed_wishes, _place(case)))
    crisis.sealed_wishes, crisis.were_opened = None, True
    _tell_author(db, case, NoticeKind.WISHES)
    return WishesForm.model_validate_json(plain)


def forget(db: Session, case_ids: Select[Any]) -> None:
    """The words are gone for good: so is what was written to their author, and what they gave along."""
    db.execute(delete(Answer).where(Answer.case_id.in_(case_ids)))
    db.execute(update(Crisis).where(Crisis.case_id.in_(case_ids)).values(sealed_wishes=None))


def close(db: Session, case: Case) -> None:
    """The case is decided: wishes that nobody opened are not needed any more."""
    take_wishes_back(db, case)


def _place(case: Case) -> str:
    return f"wishes {case.id}"


def take_duty(db: Session, membership: Membership, form: DutyForm) -> Duty:
    """Be on duty in these hours; whoever begins now hears what waits of danger.

    Raises Unfit for hours that end before they begin, days that are over or far away."""
    first = queries.here_and_now().date()
    if form.ends <= form.starts:
        raise Unfit(
            _("Something needs another look."), {"ends": _("It ends before it begins. A night is two entries.")}
        )
    if not form.every_week and not first <= form.day <= first + timedelta(days=MOST_DAYS_AHEAD):
        raise Unfit(_("Something needs another look."), {"day": _("Choose a day within the next three months.")})
    if len(queries.own_duties(db, [membership.id])) >= MOST_DUTIES:
        raise Unfit(_("You have taken very many hours. Give some back first."))
    taken = Duty(
        id=new_id(), group_id=membership.group_id, membership_id=membership.id, starts=form.starts, ends=form.ends,
        weekday=form.day.weekday() if form.every_week else None, on_day=None if form.every_week else form.day,
    )  # fmt: skip
    db.add(taken)
    db.flush()
    if covers(taken, queries.here_and_now()):
        for case in db.scalars(queries.urgent_cases()):
            tell(db, case, queries.unheard(db, case, whom_to_alert(db, case)))
    return taken


def give_duty_back(db: Session, membership_ids: list[str], duty_id: str) -> None:
    """Hours of one's own that one cannot keep. Nobody needs to say why."""
    db.execute(delete(Duty).where(Duty.id == duty_id, Duty.membership_id.in_(membership_ids)))
