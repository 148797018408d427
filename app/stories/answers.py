"""Stories and replies as the API answers them (CONTRACT.md, "How a request is read")."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.groups.models import Group
from app.members.member import AnyReader, AnySpeaker
from app.moderation.checking import as_dict
from app.moderation.verdict import Verdict
from app.stories import queries, quick
from app.stories.actions import Sent
from app.stories.drafts import Draft
from app.stories.forms import StorySummary
from app.stories.judging import judged
from app.stories.models import Placed, Reply, Story, split_notes
from app.stories.queries import Shown, Summary
from app.stories.quick import Head
from app.stories.rules import is_own


def rfc3339(hour: datetime) -> str:
    return hour.strftime("%Y-%m-%dT%H:%M:%SZ")


def summary(found: Summary, slug: str) -> StorySummary:
    return StorySummary(
        id=found.id, group=slug, title=found.title, persona=found.persona, created_at=rfc3339(found.hour),
        reply_count=found.reply_count, content_notes=found.content_notes, answer_me_with=found.answer_me_with,
    )  # fmt: skip


def story(
    db: Session, member: AnyReader, told: Story, replies: dict[str, Any] | None = None, verdict: Verdict | None = None
) -> dict[str, Any]:
    """As this member may see it: the author sees the newest words and how they were judged, readers what was let out.
    `verdict`: what the words were just judged to be."""
    own = is_own(member, told)
    version = told.latest if own else told.shown
    assert version is not None  # noqa: S101
    group = db.get_one(Group, told.group_id)
    return {
        "id": told.id, "group": group.slug, "title": version.title, "html": version.html,
        "status": version.fate.value if own else "published", "persona": queries.persona_of(db, told.membership_id),
        "created_at": rfc3339(told.created_hour), "content_notes": version.notes, "answer_me_with": version.answer_me_with,
        "reply_count": told.reply_count, "support": queries.support_of(db.connection(), [told.id])[told.id],
        "body": version.body if own else None,
        "verdict": as_dict(verdict or judged(db, group, version.body, version.title)) if own else None,
        "replies": replies,
    }  # fmt: skip


def reply(db: Session, member: AnyReader, told: Reply, verdict: Verdict | None = None) -> dict[str, Any]:
    """`verdict`: what the words were just judged to be."""
    own = is_own(member, told)
    version = told.latest if own else told.shown
    assert version is not None  # noqa: S101
    group = db.get_one(Group, told.group_id)
    return {
        "id": told.id, "story": told.story_id, "persona": queries.persona_of(db, told.membership_id), "html": version.html,
        "created_at": rfc3339(told.created_hour), "status": version.fate.value if own else "published",
        "support": queries.support_of(db.connection(), [told.id])[told.id], "body": version.body if own else None,
        "verdict": as_dict(verdict or judged(db, group, version.body, wish=_wish(db, told))) if own else None,
    }  # fmt: skip


def _placed(member: AnySpeaker, told: Placed, verdict: Verdict) -> dict[str, Any]:
    """A reply that was just written, as `reply` would tell its author."""
    membership = member.in_group(told.group_id)
    return {
        "id": told.id, "story": told.story_id, "persona": membership.persona if membership else "", "html": told.html,
        "created_at": rfc3339(told.hour), "status": told.fate.value, "support": {}, "body": told.body,
        "verdict": as_dict(verdict),
    }  # fmt: skip


def seen(db: Connection, told: Head, limit: int) -> dict[str, Any] | None:
    """A story with its first replies, for somebody who may read it and did not write it: what `story` tells, from few
    tuples. None if it went out of sight at this moment."""
    words = quick.words(db, told.id)
    return words and {
        "id": told.id, "group": told.group_slug, "title": words.title, "html": words.html, "status": "published",
        "persona": words.persona, "created_at": rfc3339(words.hour), "content_notes": split_notes(told.content_notes),
        "answer_me_with": told.answer_me_with, "reply_count": told.reply_count,
        "support": queries.support_of(db, [told.id])[told.id], "body": None, "verdict": None,
        "replies": reply_list(db, told.id, queries.replies(db, told.id, 0, limit + 1), limit),
    }  # fmt: skip


def replies(db: Session, member: AnyReader, told: Story, after: int, limit: int) -> dict[str, Any]:
    """Replies that were let out, in their order."""
    return reply_list(db.connection(), told.id, queries.replies_for(db, member, told, after, limit + 1), limit)


def reply_list(db: Connection, story_id: str, found: list[Shown], limit: int) -> dict[str, Any]:
    """As many as `limit` of these, and where the next begin."""
    counts = queries.support_of(db, [r.id for r in found[:limit]])
    items = [
        {"id": r.id, "story": story_id, "persona": r.persona, "html": r.html, "created_at": rfc3339(r.hour),
         "status": "published", "support": counts[r.id], "body": None, "verdict": None}
        for r in found[:limit]
    ]  # fmt: skip
    return {"items": items, "next": str(found[limit - 1].number) if len(found) > limit else None}


def draft(db: Session, member: AnyReader, kept: Draft, verdict: Verdict | None = None) -> dict[str, Any]:
    """A draft, as only its author ever sees it, judged as it would be now."""
    group = db.get_one(Group, kept.group_id)
    found = verdict or judged(db, group, kept.body, kept.title, wish=_wish(db, kept))
    membership = member.once_in(group.id)
    shared: dict[str, Any] = {
        "id": kept.id,
        "html": found.html,
        "status": "draft",
        "persona": membership.persona if membership else "",
        "created_at": f"{kept.day}T00:00:00Z",
        "support": {},
        "body": kept.body,
        "verdict": as_dict(found),
    }
    if kept.is_reply:
        return {**shared, "story": kept.story_id}
    own = {"group": group.slug, "title": kept.title, "content_notes": kept.content_notes, "reply_count": 0}
    return {**shared, **own, "answer_me_with": kept.answer_me_with, "replies": None}


def sent(db: Session, member: AnySpeaker, what: Sent) -> dict[str, Any]:
    """What became of words that were just sent."""
    if what.draft:
        return draft(db, member, what.draft, what.verdict)
    if what.placed:
        return _placed(member, what.placed, what.verdict)
    if isinstance(what.telling, Story):
        return story(db, member, what.telling, verdict=what.verdict)
    assert what.telling is not None  # noqa: S101
    return reply(db, member, what.telling, what.verdict)


def _wish(db: Session, answer: Reply | Draft) -> str | None:
    return quick.wish_of(db.connection(), answer.story_id) if answer.story_id else None
