"""A heap of cases, put in by the bulk: words that wait, each by the same author in one group."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.foundation.ids import new_id
from app.members.models import Membership
from app.moderation.models import Case, CaseStatus, Decision, Fate, Subject, Tier
from app.moderation.verdict import Outcome
from app.stories.models import Story, StoryVersion

WAITING = (Tier.HELD, Tier.CONCERN, Tier.REPORT)


def heap(db: Session, author: Membership, count: int, tiers: Sequence[Tier] = WAITING) -> list[str]:
    """The ids of so many cases, of these tiers in turn, a second after each other, some of them older than promised."""
    start = datetime.now(UTC) - timedelta(seconds=count) / 2 - timedelta(hours=2)
    rows = [_case(author, start + timedelta(seconds=n), tiers[n % len(tiers)]) for n in range(count)]
    for table, made in zip((Decision, Story, StoryVersion, Case), zip(*rows, strict=True), strict=True):
        db.execute(insert(table), list(made))
    return [row[-1]["id"] for row in rows]


def _case(author: Membership, at: datetime, tier: Tier) -> list[dict[str, Any]]:
    story, decision, group = new_id(), new_id(), author.group_id
    return [
        {"id": decision, "group_id": group, "fate": Fate.HELD, "outcome": Outcome.HOLD, "guideline": ""},
        {"id": story, "group_id": group, "membership_id": author.id, "created_hour": at, "last_number": 0, "reply_count": 0,
         "version": 0, "was_changed": False},
        {"story_id": story, "number": 1, "group_id": group, "title": "Tonight", "body": "Words that wait.",
         "html": "<p>Words that wait.</p>", "content_notes": "", "decision_id": decision, "is_shown": False},
        {"id": new_id(), "group_id": group, "kind": Subject.STORY, "subject_id": story, "story_id": story, "number": 1,
         "membership_id": author.id, "tier": tier, "status": CaseStatus.OPEN, "opened_at": at, "is_heavy": False,
         "opened_number": 0},
    ]  # fmt: skip
