"""A decision is undone on appeal: words are what they were, and where they were."""

import json
from typing import Any

from sqlalchemy.orm import Session

from app.moderation.models import Action, Decision, Fate, Subject
from app.stories import fates, index
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion
from app.stories.redacting import put_back

Version = StoryVersion | ReplyVersion


def telling_of(db: Session, kind: str, telling_id: str) -> Story | Reply | None:
    """A story or reply by the kind of its subject and its id."""
    if kind == Subject.STORY:
        return db.get(Story, telling_id)
    return db.get(Reply, telling_id) if kind == Subject.REPLY else None


def version_with(telling: Story | Reply, decision_id: str) -> Version | None:
    """The version that stands under this decision; None once another decision was made about it."""
    found: list[Any] = [v for v in telling.versions if v.decision_id == decision_id]
    return found[0] if found else None


def against(telling: Story | Reply) -> Version | None:
    """The newest version that a person decided against, unless a newer one is out: then there is nothing to undo."""
    versions: list[Any] = list(telling.versions)
    for version in reversed(versions):
        if version.decision.action in (Action.RETURN, Action.REMOVE, Action.REDACT):
            return version  # type: ignore[no-any-return]
        if version.fate is Fate.PUBLISHED:
            return None
    return None


def restore(db: Session, telling: Story | Reply, version: Version, decision: Decision, original: bytes | None) -> None:
    """Carry out the decision that undoes another. `original`: the words as they were before some were taken out.

    Where its author has words out that are newer, those stay; where a newer version waits, readers see this one until
    that is let out, as with any change.
    """
    if original:
        typed = json.loads(original)
        put_back(db, version, typed["title"], typed["body"])
    version.decide(decision)
    db.flush()
    if version.is_shown:
        fates.seen_anew(db, telling.story_id)
        index.indexed(db, telling)
    elif telling.shown is None:
        fates.let_out(db, telling, version)
