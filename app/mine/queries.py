"""One's own things over all memberships, as only their owner sees them."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.groups import queries as groups
from app.members.member import AnyReader, Member
from app.mine.notices import href_of, notice_statement, subject_of, text_of
from app.notifications.models import Notice, NoticeKind
from app.stories import drafts, kept
from app.stories import queries as stories
from app.stories.models import Reply, Story
from app.stories.reading import reading_of


def stories_shown(db: Session, member: Member, found: list[Story]) -> list[dict[str, Any]]:
    """One's stories with their groups and where they stand."""
    names = groups.named(db, [s.group_id for s in found])
    personas = {m.id: m.persona for m in member.memberships}
    return [
        {
            "id": s.id,
            "title": s.latest.title,
            "group_name": names[s.group_id].name,
            "persona": personas[s.membership_id],
            "status": s.latest.fate.value,
            "hour": s.created_hour,
        }
        for s in found
    ]


def own_lists(db: Session, member: AnyReader) -> dict[str, int]:
    """How much stands on one's own lists: of what is still there."""
    chosen = reading_of(db, member)
    return {
        "saved": len(kept.stories(db, member, chosen.saved)),
        "followed": len(kept.stories(db, member, chosen.followed)),
        "muted": len(chosen.muted),
    }


def own_replies(db: Session, member: Member, after: tuple[datetime, str] | None, limit: int) -> list[Reply]:
    """All of one's own replies, newest hour first, also in groups one left: only ever to oneself."""
    wanted = select(Reply).where(Reply.membership_id.in_([m.id for m in member.memberships]))
    if after:
        hour, last = after
        wanted = wanted.where(or_(Reply.created_hour < hour, and_(Reply.created_hour == hour, Reply.id > last)))
    return list(db.scalars(wanted.order_by(Reply.created_hour.desc(), Reply.id).limit(limit)))


def replies_shown(db: Session, member: Member, found: list[Reply]) -> list[dict[str, Any]]:
    """One's replies with their groups and where they stand."""
    names = groups.named(db, [r.group_id for r in found])
    personas = {m.id: m.persona for m in member.memberships}
    return [
        {
            "id": r.id,
            "start": _start_of(r.latest.body),
            "group_name": names[r.group_id].name,
            "persona": personas[r.membership_id],
            "status": r.latest.fate.value,
            "hour": r.created_hour,
        }
        for r in found
    ]


def drafts_shown(db: Session, member: Member) -> list[dict[str, Any]]:
    found = drafts.of(db, member)
    names = groups.named(db, [d.group_id for d in found])
    return [
        {
            "id": d.id,
            "title": d.title or _start_of(d.body),
            "group_name": names[d.group_id].name,
            "is_reply": d.is_reply,
        }
        for d in found
    ]


def notices_shown(db: Session, member: Member, found: list[Notice]) -> list[dict[str, Any]]:
    """Notices in words, with the statement of reasons where something was decided."""
    names = groups.named(db, [n.group_id for n in found])
    titles = stories.titles_of(db, [n.story_id for n in found if n.kind is NoticeKind.REPLY and n.story_id])
    read = {c.membership_id: c.read_notices for c in member.keyring.claims}
    return [
        {
            "id": n.id,
            "text": text_of(db, n, names[n.group_id], titles.get(n.story_id or "", "")),
            "href": href_of(db, n, names[n.group_id]),
            "subject": subject_of(db, n, names[n.group_id]),
            "day": n.day,
            "is_read": n.number <= read.get(n.membership_id, 0),
            "number": n.number,
            "gathers": n.story_id if n.kind is NoticeKind.REPLY else None,
            "statement": notice_statement(db, names[n.group_id], n),
        }
        for n in found
    ]


def gathered(shown: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line for all answers under a story, where the first of them stands: `count` of them. It leads to the earliest of
    those that are new, or to the latest once all are read. Within a day notices lie in no order; their numbers say it."""
    lines: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for notice in shown:
        lines.setdefault((notice["gathers"] or notice["id"], notice["is_read"]), []).append(notice)
    return [
        {**line[0], "href": (max if is_read else min)(line, key=itemgetter("number"))["href"], "count": len(line)}
        for (_of, is_read), line in lines.items()
    ]


def _start_of(body: str) -> str:
    words = " ".join(body.split())
    return words[:60] + "…" if len(words) > 60 else words
