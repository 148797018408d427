"""One's own things over all memberships, as only their owner sees them."""

from typing import Any

from sqlalchemy.orm import Session

from app.foundation.language import gettext as _
from app.groups import queries as groups
from app.groups.models import Group
from app.members.member import Member
from app.moderation.models import Decision
from app.notifications.models import Notice, NoticeKind
from app.stories import drafts
from app.stories.models import Story
from app.stories.statements import statement


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
    read = {c.membership_id: c.read_notices for c in member.keyring.claims}
    return [
        {
            "id": n.id,
            "text": _text(n, names[n.group_id]),
            "href": f"/replies/{n.reply_id}" if n.reply_id else f"/stories/{n.story_id}",
            "day": n.day,
            "is_read": n.number <= read.get(n.membership_id, 0),
            "statement": notice_statement(db, names[n.group_id], n),
        }
        for n in found
    ]


def notice_statement(db: Session, group: Group, notice: Notice) -> dict[str, Any] | None:
    """What was decided about one's own words. A reporter hears the outcome alone."""
    if notice.decision_id is None or notice.kind is NoticeKind.FLAG_OUTCOME:
        return None
    return statement(db, group, db.get_one(Decision, notice.decision_id))


def _text(notice: Notice, group: Group) -> str:
    words = {
        NoticeKind.REPLY: _("Somebody answered you in %(group)s."),
        NoticeKind.DECISION: _("A moderator looked at your words in %(group)s."),
        NoticeKind.FLAG_OUTCOME: _("What you told us about in %(group)s was looked at. Thank you for caring."),
        NoticeKind.LIMIT: _("For a while you can read, but not write. It is about %(group)s."),
    }
    return words[notice.kind] % {"group": group.name}


def _start_of(body: str) -> str:
    words = " ".join(body.split())
    return words[:60] + "…" if len(words) > 60 else words
