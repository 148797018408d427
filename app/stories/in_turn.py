"""Several stories and replies in one transaction. On PostgreSQL whoever takes two things one after the other can wait for
somebody who has the second and wants the first. So all are taken at the beginning, in order of their ids, before what
everybody takes last: the group's counter.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.errors import NotFound
from app.moderation.models import Case, CaseStatus
from app.stories import fates
from app.stories.models import Reply, Story

WORDS_AT_ONCE = 10
"""Stories, replies or gestures in one transaction: nobody who writes meanwhile waits long."""


def in_hand_together(db: Session, tellings: Sequence[Story | Reply]) -> list[Story | Reply]:
    """These as they are now, in order of their ids, held until this transaction ends: `fates.in_hand` for many. What has
    gone meanwhile is left out."""
    in_order = sorted(tellings, key=lambda telling: telling.id)
    stories = [telling.id for telling in in_order if isinstance(telling, Story)]
    # Whoever decides about a reply under one of them has that reply in hand first.
    looked_at = select(Case.subject_id).where(Case.story_id.in_(stories), Case.status == CaseStatus.OPEN)
    for one in sorted({telling.id for telling in in_order} | set(db.scalars(looked_at))):
        hold(db, f"telling {one}")
    lock_stories(db, {telling.story_id for telling in in_order}, to_erase=True)
    return [found for telling in in_order if (found := _still_there(db, telling))]


def lock_stories(db: Session, ids: Iterable[str], *, to_erase: bool = False) -> None:
    """Let nobody else change these stories until this transaction ends. `to_erase`: nor answer them."""
    wanted = select(Story.id).where(Story.id.in_(ids)).order_by(Story.id)
    db.scalars(wanted.with_for_update(key_share=not to_erase)).all()


def _still_there(db: Session, telling: Story | Reply) -> Story | Reply | None:
    try:
        return fates.in_hand(db, telling)
    except NotFound:
        return None


def all_seen_anew(db: Session, membership_id: str) -> None:
    """Readers meet this membership under another name everywhere."""
    after = ""
    while stories := seen_in(db, membership_id, after):
        lock_stories(db, stories)
        for story_id in stories:
            fates.seen_anew(db, story_id)
        after = stories[-1]


def seen_in(db: Session, membership_id: str, after: str) -> list[str]:
    """The next stories, by id, in which readers meet this membership."""
    own = select(Story.id).where(Story.membership_id == membership_id, Story.id > after)
    answered = select(Reply.story_id).where(Reply.membership_id == membership_id, Reply.story_id > after)
    return list(db.scalars(own.union(answered).order_by("id").limit(WORDS_AT_ONCE)))
