"""What readers do for the desk: ask that a person looks at words."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.care.cover import unstaffed
from app.desk import queries, sealed
from app.desk.forms import FlagForm
from app.desk.rules import mark_now, tier_of_flag
from app.foundation.errors import Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.times import today
from app.groups import queries as groups
from app.groups.models import Group
from app.members.member import Member
from app.moderation.judge import judge
from app.moderation.models import Case, CaseStatus, Flag, FlagReason, Note, Tier
from app.moderation.verdict import Verdict
from app.stories import fates
from app.stories.models import Reply, Story

RECEIPT_LETTERS = 8
MOST_COVERED = 3
"""Words that one person's flags put behind a note within a day: so many because somebody could be recognised, and so many
for another reason while nobody is on duty. Those beyond wait as they are."""


def flag(db: Session, member: Member, telling: Story | Reply, form: FlagForm) -> str:
    """Ask for a look at words one can read, and get a receipt. The same person counts once, until the words change.

    Raises Unfit for one's own words.
    """
    if member.owns(telling.membership_id):
        sentence = _("These are your own words. You can change them or take them back yourself.")
        raise Unfit(sentence, {"subject": sentence})
    telling = fates.in_hand(db, telling)
    group = db.get_one(Group, telling.group_id)
    note = judge(groups.guidelines_of(db, group), form.note) if form.note.strip() else None
    given = queries.flag_by(db, member, telling.id, telling.group_id)
    tier = tier_of_flag(form.reason, note)
    if given and not _is_about_new_words(db, given, telling) and not _is_new_danger(db, given, tier):
        _raise_again(db, given, tier)
        _say(db, given, note)
        return given.id[:RECEIPT_LETTERS]
    case = fates.open_case(db, telling, tier, is_flagged=True)
    if given is None:
        given = Flag(id=new_id(), group_id=telling.group_id, subject_id=telling.id,
                     flagger=mark_now(member, telling.group_id))  # fmt: skip
        db.add(given)
    given.case_id, given.reason, given.day = case.id, form.reason, today()
    db.flush()
    sealed.keep(db, member.keys.sealing, case, telling)
    _say(db, given, note)
    if _may_be_covered(db, telling, given):
        fates.cover(db, telling, is_covered=True)
    return given.id[:RECEIPT_LETTERS]


def _is_about_new_words(db: Session, given: Flag, telling: Story | Reply) -> bool:
    """Whether an earlier flag was decided, and readers see other words now."""
    case = db.get_one(Case, given.case_id)
    return not case.is_open and telling.shown is not None and telling.shown.number != case.number


def _is_new_danger(db: Session, given: Flag, tier: Tier) -> bool:
    """Whether somebody may be in danger now, and the earlier flag was decided before."""
    return tier is Tier.URGENT and not db.get_one(Case, given.case_id).is_open


def _raise_again(db: Session, given: Flag, tier: Tier) -> None:
    case = db.get_one(Case, given.case_id)
    if case.is_open:
        case.raise_to(tier)


def _say(db: Session, given: Flag, verdict: Verdict | None) -> None:
    if verdict is None:
        return
    note = Note(group_id=given.group_id, flag_id=given.id)
    note.words_judged(verdict, given.group_id, today())
    db.add(note)


def _may_be_covered(db: Session, telling: Story | Reply, given: Flag) -> bool:
    """Whether words are put behind a note until a person has looked: because somebody could be recognised in them
    (PRODUCT.md, J9), or because nobody is on duty to look soon. Not if a person has looked at them already, nor if this
    flagger told of many such today; what they tell of otherwise does not use that up."""
    tells_who = given.reason is FlagReason.CONFIDENTIALITY
    if telling.shown is None or not (tells_who or unstaffed(db, telling.group_id)):
        return False
    looked = select(Case.id).where(
        Case.subject_id == telling.id, Case.number == telling.shown.number, Case.status == CaseStatus.DECIDED
    )
    if db.scalars(looked.limit(1)).first() is not None:
        return False
    such = Flag.reason == FlagReason.CONFIDENTIALITY if tells_who else Flag.reason != FlagReason.CONFIDENTIALITY
    told = select(func.count()).where(Flag.flagger == given.flagger, Flag.day == given.day, such)
    return (db.scalar(told) or 0) <= MOST_COVERED
