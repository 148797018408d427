"""Words that nobody reads any more go by themselves (docs/retention.md). Each deletes at most `limit` things that are due,
in a transaction of the caller's, and tells how many that were."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.appeals.queries import is_open_about
from app.foundation.times import today
from app.moderation.models import NO_WORDS, Case, CaseStatus, Decision, Fate
from app.stories.actions import erase_words
from app.stories.in_turn import in_hand_together
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion

UNREAD_DAYS = 30
"""From the day words were given back or taken down, or newer ones were decided about. Time to change them, or to object."""
NEVER_SHOWN_AGAIN = (Fate.RETURNED, Fate.REMOVED)


def unread_words(db: Session, limit: int) -> int:
    """Words given back or taken down 30 days ago, and earlier versions. Where no version is left the story or reply goes
    whole, a story with what was answered to it: nobody could read that since. What waits for a person stays."""
    before = today() - timedelta(days=UNREAD_DAYS)
    due = [*_due(db, Story, StoryVersion, before, limit), *_due(db, Reply, ReplyVersion, before, limit)]
    gone = set[str]()
    for telling in in_hand_together(db, due):
        if telling.story_id not in gone and _let_go(db, telling, before):
            gone.add(telling.id)  # a reply goes with its story
    return len(due)


def _due(db: Session, kind: Any, version: Any, before: date, limit: int) -> Sequence[Story | Reply]:
    of = StoryVersion.story_id if version is StoryVersion else ReplyVersion.reply_id
    newer, newer_decision = aliased(version), aliased(Decision)
    newer_of = newer.story_id if version is StoryVersion else newer.reply_id
    replaced = (
        select(newer.number)
        .join(newer_decision, newer_decision.id == newer.decision_id)
        .where(newer_of == of, newer.number > version.number, newer_decision.day < before)
    )
    past = (
        select(of)
        .join(Decision, Decision.id == version.decision_id)
        .where(
            not_(version.is_shown),
            or_(and_(Decision.fate.in_(NEVER_SHOWN_AGAIN), Decision.day < before), replaced.exists()),
        )
    )
    wanted = select(kind).where(kind.id.in_(past), not_(_waits(kind))).order_by(kind.id).limit(limit)
    return list(db.scalars(wanted))


def _waits(kind: Any) -> ColumnElement[bool]:
    """Whether a person has still to look at it, or to look again; for a story, at anything under it."""
    of = Case.story_id if kind is Story else Case.subject_id
    return select(Case.id).where(of == kind.id, Case.status == CaseStatus.OPEN).exists() | is_open_about(kind.id)


def _let_go(db: Session, telling: Story | Reply, before: date) -> bool:
    """Whether nothing is left of it."""
    past = [version for version in telling.versions if _is_past(version, telling, before)]
    if len(past) == len(telling.versions):
        erase_words(db, telling)
        return True
    for version in past:
        telling.versions.remove(version)  # type: ignore[arg-type]
    db.flush()
    _turn_cases_away(db, telling.id, [version.number for version in past])
    return False


def _is_past(version: StoryVersion | ReplyVersion, telling: Story | Reply, before: date) -> bool:
    """The same as `_due` asks, of words in hand: their author may have changed them meanwhile."""
    if version.is_shown:
        return False
    is_refused = version.fate in NEVER_SHOWN_AGAIN and _is_before(version, before)
    return is_refused or any(v.number > version.number and _is_before(v, before) for v in telling.versions)


def _is_before(version: StoryVersion | ReplyVersion, before: date) -> bool:
    return version.decision.day is not None and version.decision.day < before


def _turn_cases_away(db: Session, subject_id: str, numbers: Sequence[int]) -> None:
    """The author's next words may take the number of words that are gone: no old case must point at them. It stays for
    its year."""
    about = update(Case).where(Case.subject_id == subject_id, Case.number.in_(numbers), Case.status != CaseStatus.OPEN)
    db.execute(about.values(number=NO_WORDS))
