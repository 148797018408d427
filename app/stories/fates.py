"""What becomes of words once they are decided about: out to readers, out of sight, or to a person."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.care import actions as care
from app.foundation import live
from app.foundation.db import hold
from app.foundation.errors import Conflict, NotFound, Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.groups import trials
from app.members.models import Membership
from app.moderation.models import Action, Case, CaseStatus, Decision, Fate, Flag, Subject, Tier
from app.moderation.verdict import SECOND_LOOK, SUPPORT, Kind, Outcome, Verdict
from app.moderation.weight import is_heavy
from app.stories import index, placing, queries
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion
from app.stories.redacting import Span, redact

Telling = TypeVar("Telling", bound=Story | Reply)
URGENT_NEWS = "urgent"
"""What the desk waits for: that somebody may be in danger (`live.raised`)."""


def in_hand(db: Session, telling: Telling) -> Telling:
    """A story or reply as it is now, held until this transaction ends: an edit and a decision go one after the other.
    Raises NotFound if it is gone."""
    hold(db, f"telling {telling.id}")
    found = _newest(db, type(telling), telling.id)
    if found is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return found


def _newest(db: Session, kind: type[Telling], telling_id: str) -> Telling | None:
    db.flush()
    return db.scalars(select(kind).where(kind.id == telling_id).execution_options(populate_existing=True)).first()


def let_out(db: Session, telling: Story | Reply, again: StoryVersion | ReplyVersion | None = None) -> None:
    """The newest version is what readers see from now on; or `again`, an earlier one that was taken in."""
    chosen = again or telling.latest
    was_out = any(version.is_shown for version in telling.versions)
    readers_saw_another = any(version.is_shown for version in telling.versions if version is not chosen)
    for version in telling.versions:
        version.is_shown = version is chosen
    db.flush()
    if isinstance(telling, Story):
        telling.was_changed |= readers_saw_another
        if telling.activity is None:
            telling.activity = placing.next_activity(db.connection(), telling.group_id)
        db.flush()
        seen_anew(db, telling.id)
    elif telling.number is None:
        _place_reply(db, telling)
    else:
        seen_anew(db, telling.story_id, replies=0 if was_out else 1)
    index.indexed(db, telling)


def take_in(db: Session, telling: Story | Reply) -> None:
    """Readers see nothing of it from now on."""
    was_out = any(version.is_shown for version in telling.versions)
    for version in telling.versions:
        version.is_shown = False
    db.flush()
    seen_anew(db, telling.story_id, replies=-1 if was_out and isinstance(telling, Reply) else 0)
    index.unindexed(db, telling.id)


def _place_reply(db: Session, answer: Reply) -> None:
    answer.number = placing.next_number(db.connection(), answer.story_id, answer.group_id)
    story = db.get_one(Story, answer.story_id, populate_existing=True)
    placing.told(db, answer, answer.number, story.membership_id)


def cover(db: Session, telling: Story | Reply, *, is_covered: bool) -> None:
    """Put words that readers see behind a note, or let them be seen again. Nobody finds them by searching meanwhile."""
    if telling.is_covered == is_covered:
        return
    telling.is_covered = is_covered
    db.flush()
    seen_anew(db, telling.story_id, in_lists=False)
    if is_covered:
        index.unindexed(db, telling.id)
    elif telling.shown:
        index.indexed(db, telling)


def seen_anew(db: Session, story_id: str, replies: int = 0, *, in_lists: bool = True) -> None:
    """Something that readers of this story see has changed; `replies` more of them, or fewer. `in_lists`: the group's
    list of stories shows it too. What was drawn before is drawn anew (`threads`, `lists`).

    Counted by the database itself: two at once would each write what they had read before.
    """
    changed = {"version": Story.version + 1, "reply_count": Story.reply_count + replies}
    group_id = db.scalar(update(Story).where(Story.id == story_id).values(changed).returning(Story.group_id))
    if in_lists and group_id:
        placing.next_activity(db.connection(), group_id)


def begin(db: Session, telling: Story | Reply, verdict: Verdict) -> None:
    """What follows from the rules' decision about a new version: out to readers, to a person, or both."""
    db.flush()
    trials.count(db, telling.group_id, verdict)
    if telling.latest.fate is Fate.PUBLISHED:
        case = queries.open_case(db, telling.id)
        if case and case.tier is Tier.HELD and not queries.has_flags(db, case):
            case.close(CaseStatus.WITHDRAWN)
            cover(db, telling, is_covered=False)
        let_out(db, telling)
        if case and case.is_open:
            _turn(db, case, _in_question(telling, queries.has_flags(db, case)))
    tier = tier_of(verdict, telling.latest.fate)
    if tier:
        open_case(db, telling, tier)


def tier_of(verdict: Verdict | Decision, fate: Fate) -> Tier | None:
    """How soon a person must look at words with this verdict that stand so; None if nobody must."""
    if verdict.outcome is Outcome.URGENT:
        return Tier.URGENT
    if any(f.rule in SECOND_LOOK or (f.kind is Kind.CRISIS and f.rule != SUPPORT) for f in verdict.findings):
        return Tier.CONCERN
    return None if verdict.outcome is Outcome.PUBLISH and fate is not Fate.HELD else Tier.HELD


def open_case(db: Session, telling: Story | Reply, tier: Tier, *, is_flagged: bool = False) -> Case:
    """Ask a person to look at words. One open case a subject; it only becomes more urgent.

    `is_flagged`: a reader asks, about the version that readers see.
    """
    case = queries.open_case(db, telling.id)
    before = case and (case.tier, case.number)
    is_flagged = is_flagged or (case is not None and queries.has_flags(db, case))
    version = _in_question(telling, is_flagged)
    if case is None:
        case = Case(
            id=new_id(), group_id=telling.group_id, kind=telling.kind, subject_id=telling.id, story_id=telling.story_id,
            number=version.number, membership_id=telling.membership_id, tier=tier, status=CaseStatus.OPEN,
        )  # fmt: skip
        db.add(case)
    case.raise_to(tier)
    _turn(db, case, version)
    db.flush()
    if case.tier is Tier.URGENT and before != (case.tier, case.number):
        care.alert(db, case)
        live.raised(db, URGENT_NEWS, 1)
    return case


def _turn(db: Session, case: Case, version: StoryVersion | ReplyVersion) -> None:
    """The case is about this version now, and as heavy as it is."""
    case.turn_to(version.number)
    decision = version.decision
    while decision.outcome is None and decision.previous_id:
        decision = db.get_one(Decision, decision.previous_id)
    notes = version.notes if isinstance(version, StoryVersion) else []
    case.is_heavy = case.tier is Tier.URGENT or is_heavy((f.rule for f in decision.findings), notes)


def _in_question(telling: Story | Reply, is_flagged: bool) -> StoryVersion | ReplyVersion:
    """The version to look at first: danger, then what readers flagged and can see, then what waits."""
    is_danger = telling.latest.decision.outcome is Outcome.URGENT
    return telling.shown if is_flagged and telling.shown and not is_danger else telling.latest


def look_further(db: Session, case: Case) -> Case | None:
    """Open the next case for what a decided one left undecided: a newer version that waits, or flags about words
    that are still out. The flags go with it."""
    db.flush()
    telling = telling_of(db, case)
    if telling is None:
        return None
    if telling.latest.fate is Fate.HELD:
        return open_case(db, telling, tier_of(telling.latest.decision, Fate.HELD) or Tier.HELD)
    if telling.shown and telling.shown.number != case.number and queries.has_flags(db, case):
        next_case = open_case(db, telling, Tier.REPORT, is_flagged=True)
        db.execute(update(Flag).where(Flag.case_id == case.id).values(case_id=next_case.id))
        return next_case
    return None


def wait_no_more(db: Session, telling: Story | Reply) -> None:
    """The waiting version was taken back. What readers flagged and can still see is looked at all the same."""
    case = queries.open_case(db, telling.id)
    if case and telling.shown and queries.has_flags(db, case):
        _turn(db, case, telling.shown)
    elif case:
        case.close(CaseStatus.WITHDRAWN)
        cover(db, telling, is_covered=False)


def close_case(db: Session, telling: Story | Reply) -> None:
    """Nobody needs to look any more: the author took the words back."""
    case = queries.open_case(db, telling.id)
    if case:
        case.close(CaseStatus.WITHDRAWN)


def forget_beside(db: Session, about: ColumnElement[bool]) -> None:
    """Words are gone for good: so is what was sealed of them, and what was written to their author."""
    db.execute(update(Case).where(about, Case.sealed_original.is_not(None)).values(sealed_original=None))
    care.forget(db, select(Case.id).where(about))


def settle(
    db: Session, case: Case, action: Action, staff: Membership, guideline: str = "", spans: Sequence[Span] = ()
) -> Decision:
    """Carry out a person's decision about the version that a case is about. Raises Conflict if the words are gone,
    Unfit if an action does not suit where they stand."""
    telling = telling_of(db, case)
    version = next((v for v in telling.versions if v.number == case.number), None) if telling else None
    if telling is None or version is None:
        raise Conflict(_("The author took these words back meanwhile."))
    _must_suit(action, is_out=version.is_shown)
    decision = Decision.by_person(action, version.decision, staff.id, guideline)
    if action is Action.REDACT:
        redact(db, version, spans)
    version.decide(decision)
    db.flush()
    if action in (Action.PUBLISH, Action.REDACT) and version is telling.latest:
        let_out(db, telling)
    elif action is Action.REDACT and version.is_shown:
        seen_anew(db, telling.story_id)
        index.indexed(db, telling)
    if action in (Action.RETURN, Action.REMOVE) and version.is_shown:
        take_in(db, telling)
    cover(db, telling, is_covered=False)
    return decision


def telling_of(db: Session, case: Case) -> Story | Reply | None:
    kind: type[Story | Reply] = Story if case.kind is Subject.STORY else Reply
    return _newest(db, kind, case.subject_id)


def _must_suit(action: Action, *, is_out: bool) -> None:
    if action is Action.PUBLISH and is_out:
        raise Unfit(_("These words are out already."), {"action": _("Choose “keep” to leave them as they are.")})
    if action is Action.KEEP and not is_out:
        raise Unfit(_("These words are not out."), {"action": _("Choose “publish” to let them out.")})
