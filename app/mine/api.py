"""Doors for programs: who one is, and one's own things (CONTRACT.md)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.foundation.web.transaction import Db
from app.groups import queries as groups
from app.members.deps import ApiMember
from app.members.forms import MyLimit, MyMembership
from app.mine import cursors
from app.mine import queries as mine
from app.mine.forms import MeAnswer, MyDrafts, MyNotice, MyNotices, MyStories, MyStory
from app.moderation.models import Decision
from app.notifications.queries import notices
from app.stories import answers, drafts
from app.stories import queries as stories

router = APIRouter()
PAGE = 20
Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[str, Query(max_length=60)]


@router.get("/me", summary="Who one is here")
def me(db: Db, member: ApiMember) -> MeAnswer:
    names = groups.named(db, [m.group_id for m in member.memberships])
    return MeAnswer(
        sign_in_name=member.keyring.sign_in_name,
        memberships=[
            MyMembership(group=names[m.group_id].slug, persona=m.persona, roles=m.roles or ["member"])
            for m in member.memberships
            if not m.is_left
        ],
        limits=[
            MyLimit(id=limit.id, group=names[limit.group_id].slug, site_wide=limit.is_site_wide,
                    until=limit.until_day.isoformat(), guideline=db.get_one(Decision, limit.decision_id).guideline)
            for limit in member.limits
        ],
    )  # fmt: skip


@router.get("/me/stories", summary="One's own stories, over all memberships")
def my_stories(db: Db, member: ApiMember, after: Cursor = "", limit: Limit = PAGE) -> MyStories:
    found = stories.own_stories(db, member, cursors.hour(after), limit + 1)
    names = groups.named(db, [s.group_id for s in found])
    items = [
        MyStory(
            id=s.id, group=names[s.group_id].slug, title=s.latest.title, persona=stories.persona_of(db, s.membership_id),
            created_at=answers.rfc3339(s.created_hour), reply_count=s.reply_count, content_notes=s.latest.notes,
            answer_me_with=s.latest.answer_me_with, status=s.latest.fate.value,
        )
        for s in found[:limit]
    ]  # fmt: skip
    last = found[limit - 1] if len(found) > limit else None
    return MyStories(items=items, next=cursors.of(last.created_hour, last.id) if last else None)


@router.get("/me/drafts", summary="One's own drafts, newest day first")
def my_drafts(db: Db, member: ApiMember, after: Cursor = "", limit: Limit = PAGE) -> MyDrafts:
    found = drafts.of(db, member)
    start = cursors.day(after)
    if start:
        found = [d for d in found if (d.day, d.id) < (start[0].isoformat(), start[1])]
    shown: list[dict[str, Any]] = [answers.draft(db, member, d) for d in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return MyDrafts(items=shown, next=cursors.of(date.fromisoformat(last.day), last.id) if last else None)


@router.get("/me/notices", summary="What one was told, with the statements of reasons")
def my_notices(db: Db, member: ApiMember, after: Cursor = "", limit: Limit = PAGE) -> MyNotices:
    found = notices(db, [m.id for m in member.memberships], cursors.day(after), limit + 1)
    names = groups.named(db, [n.group_id for n in found])
    items = [
        MyNotice(
            id=n.id, kind=n.kind.value, group=names[n.group_id].slug, text=shown["text"], day=n.day.isoformat(),
            subject=f"reply:{n.reply_id}" if n.reply_id else f"story:{n.story_id}", read=shown["is_read"],
            statement=shown["statement"],
        )
        for n, shown in zip(found[:limit], mine.notices_shown(db, member, found[:limit]), strict=True)
    ]  # fmt: skip
    last = found[limit - 1] if len(found) > limit else None
    return MyNotices(items=items, next=cursors.of(last.day, last.id) if last else None)
