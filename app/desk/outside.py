"""Notices from outside: something here may be against the law, says somebody who need not be known (SAFETY.md, SR-30)."""

import re
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.appeals.models import Illegal, Outcome, OutsideNotice
from app.desk import sealed
from app.desk.outside_forms import OutsideForm
from app.desk.rules import sees_every_group
from app.desk.sentences import judged_for_staff
from app.foundation.errors import Conflict, Forbidden
from app.foundation.keys import Keys
from app.foundation.language import gettext as _
from app.foundation.sealing import derive, digest, mac
from app.foundation.times import today
from app.groups import queries as groups
from app.groups.models import Group
from app.log import actions as log
from app.members.member import DESK, Member
from app.moderation.judge import judge
from app.moderation.models import Action, Case, CaseStatus, Decision, Tier
from app.moderation.verdict import Help
from app.moderation.verdict import Outcome as Judged
from app.stories import fates, restoring
from app.stories.models import Reply, Story

REFERENCE_LETTERS = 32
AT_ONCE = (Illegal.CHILD, Illegal.THREAT)
"""What a person looks at before all else."""
_PLACE = re.compile(r"(?:#reply-|/(?:api/v1/)?(stories|replies)/)([0-9a-f]{32})")


def reference_of(keys: Keys, ticket_id: str) -> str:
    """By which a notice is followed: the same for the same form, so that one sent twice is one notice."""
    return mac(derive(keys.sealing, "notice from outside"), "reference", ticket_id)[:REFERENCE_LETTERS]


def give(db: Session, keys: Keys, ticket_id: str, form: OutsideForm) -> tuple[str, tuple[Help, ...]]:
    """Take a notice, and open a case about the words it names. Gives the reference; the same form again gives the same
    one and does nothing twice. Whether the words are here is not said."""
    reference = reference_of(keys, ticket_id)
    if by_reference(db, reference):
        return reference, ()
    telling = _named(db, form.where)
    group = db.get_one(Group, telling.group_id if telling else DESK)
    text = f"{form.where}\n\n{form.text}" if telling is None else form.text
    verdict = judge(groups.guidelines_of(db, group), text)
    is_urgent = form.reason in AT_ONCE or verdict.outcome is Judged.URGENT
    case = _case(db, keys, telling, Tier.URGENT if is_urgent else Tier.REPORT) if telling else None
    made = OutsideNotice(
        id=ticket_id, reference_hash=digest(reference), reason=form.reason, case_id=case.id if case else None
    )
    made.words_judged(judged_for_staff(db, group, text, verdict), group.id, today())
    db.add(made)
    db.flush()
    return reference, verdict.help if verdict.outcome is Judged.URGENT else ()


def _named(db: Session, where: str) -> Story | Reply | None:
    """The words that an address leads to, if readers see them. A reply's own place comes after its story's."""
    for kind, telling_id in reversed(_PLACE.findall(where)):
        telling = restoring.telling_of(db, "story" if kind == "stories" else "reply", telling_id)
        if telling and telling.shown:
            return telling
    return None


def _case(db: Session, keys: Keys, telling: Story | Reply, tier: Tier) -> Case:
    telling = fates.in_hand(db, telling)
    case = fates.open_case(db, telling, tier, is_flagged=True)
    sealed.keep(db, keys.sealing, case, telling)
    return case


def by_reference(db: Session, reference: str) -> OutsideNotice | None:
    return db.scalars(select(OutsideNotice).where(OutsideNotice.reference_hash == digest(reference))).first()


def state_in_words(db: Session, one: OutsideNotice) -> str:
    """Where a notice stands, as whoever sent it reads it: the outcome, never who wrote or who decided."""
    case = db.get(Case, one.case_id) if one.case_id else None
    if one.case_id is None or case is None:
        return _by_hand(one)
    if case.status is CaseStatus.OPEN:
        return _("A person has not decided yet.")
    decision = db.get(Decision, case.decision_id) if case.decision_id else None
    if decision is None or decision.action is None:
        return _("The words are no longer here: whoever wrote them took them back.")
    return {
        Action.KEEP: _("A person looked. The words stay as they are."),
        Action.PUBLISH: _("A person looked. The words stay as they are."),
        Action.REDACT: _("A person looked, and took some words out."),
        Action.RETURN: _("A person looked. The words are not out any more."),
        Action.REMOVE: _("A person looked, and took the words down."),
    }[decision.action]


def _by_hand(one: OutsideNotice) -> str:
    if one.outcome is None:
        return _("A person has not decided yet.") if one.answered_day is None else _("A person looked at it.")
    return {
        Outcome.NOT_FOUND: _(
            "A person looked, and did not find what you mean. You can send another notice that says where."
        ),
        Outcome.NOT_WRONG: _("A person looked. The words stay as they are."),
        Outcome.DONE: _("A person looked, and did something about it."),
    }[one.outcome]


def settled(db: Session, case: Case) -> None:
    """The case about some words is decided, and with it all that came from outside about them."""
    waits = update(OutsideNotice).where(OutsideNotice.case_id == case.id, OutsideNotice.answered_day.is_(None))
    db.execute(waits.values(answered_day=today()))


def waiting(db: Session, member: Member) -> list[OutsideNotice]:
    """What came from outside and names no words that are here: for staff of the desk. The rest stands by its case."""
    if not sees_every_group(member):
        return []
    wanted = select(OutsideNotice).where(OutsideNotice.case_id.is_(None), OutsideNotice.answered_day.is_(None))
    return list(db.scalars(wanted.order_by(OutsideNotice.day, OutsideNotice.id)))


def answer(db: Session, member: Member, one: OutsideNotice, outcome: Outcome) -> None:
    """Say what came of a notice that names no words here. Raises Forbidden for whoever is not of the desk, Conflict the
    second time."""
    staff = member.in_group(DESK) if sees_every_group(member) else None
    if staff is None:
        raise Forbidden(_("This is for the moderators’ desk."))
    if one.case_id or one.answered_day:
        raise Conflict(_("This is answered already."))
    one.outcome, one.answered_day = outcome, today()
    log.write(db, "outside.answered", group_id=None, by=staff.id, subject=f"notice:{one.id}", reason=outcome.value)


def shown(one: OutsideNotice, reason: str) -> dict[str, Any]:
    return {"id": one.id, "reason": reason, "day": one.day, "html": one.safe_html}
