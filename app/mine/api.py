"""Doors for programs: who one is, and one's own things (CONTRACT.md)."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.responses import Response, StreamingResponse

from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.groups import queries as groups
from app.members.deps import ApiMember, bearer
from app.members.forms import MyLimit, MyMembership
from app.members.knocking import OwnLockDep, must_be_known, own_lock
from app.members.once import OnceDep
from app.mine import closing, cursors, parcel
from app.mine import queries as mine
from app.mine.closing import Choice
from app.mine.export import Export
from app.mine.forms import (
    ClaimCodeShown,
    Closed,
    KeptStories,
    KeptStory,
    MeAnswer,
    MutedPersona,
    MutedPersonas,
    MyDrafts,
    MyNotice,
    MyNotices,
    MyStories,
    MyStory,
    Posts,
)
from app.moderation.models import Decision
from app.notifications.queries import notices
from app.stories import answers, drafts, kept, reading
from app.stories import queries as stories
from app.stories.reading import reading_of

router = Doors()
relocking = Doors(dependencies=[Depends(own_lock), Depends(bearer)])
"""Doors that want the passphrase again: it is stretched before their transaction begins."""
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


@relocking.get("/me/export", response_model=dict[str, Any], summary="Everything held about one, as one JSON file")
def export(lock: OwnLockDep, db: Db, member: ApiMember) -> StreamingResponse:
    must_be_known(member, lock)
    made = parcel.as_json(Export(db, member))
    headers = {"content-length": str(made.size), "content-disposition": 'attachment; filename="notes.json"'}
    return StreamingResponse(iter(made), headers=headers, media_type="application/json")


@relocking.delete("/me", status_code=HTTPStatus.ACCEPTED, summary="Close one’s place for good")
def close(lock: OwnLockDep, db: Db, member: ApiMember, posts: Posts = Posts.ERASE) -> Closed:
    must_be_known(member, lock)
    codes = closing.claim_codes(db, member, Choice(posts))
    closing.close(db, member, Choice(posts))
    return Closed(
        posts=posts.value, claim_codes=[ClaimCodeShown(group=c.slug, persona=c.persona, code=c.code) for c in codes]
    )


@router.get("/me/saved", summary="Stories to find again, the newest first")
def saved(db: Db, member: ApiMember, after: Cursor = "", limit: Limit = PAGE) -> KeptStories:
    return _kept(db, member, reading_of(db, member).saved, after, limit)


@router.get("/me/followed", summary="Stories one hears about, with how many replies are new")
def followed(db: Db, member: ApiMember, after: Cursor = "", limit: Limit = PAGE) -> KeptStories:
    seen = reading_of(db, member).followed
    return _kept(db, member, list(reversed(seen)), after, limit, seen)


def _kept(
    db: Db, member: ApiMember, ids: list[str], after: str, limit: int, seen: dict[str, int] | None = None
) -> KeptStories:
    """A page of a list of one's own, beginning after the story that `after` names. Raises Unfit if it stands there no
    more."""
    found = kept.stories(db, member, cursors.rest(ids, after))
    new = kept.new_replies(db, member, found[:limit], seen) if seen else {}
    items = [
        KeptStory(id=s.id, group=s.slug, title=s.title, persona=s.persona, new_replies=new.get(s.id, 0))
        for s in found[:limit]
    ]
    return KeptStories(items=items, next=found[limit - 1].id if len(found) > limit else None)


@router.get("/me/muted", summary="Personas one would rather not read")
def muted(db: Db, member: ApiMember, after: Cursor = "", limit: Limit = PAGE) -> MutedPersonas:
    found = kept.muted(db, member, reading_of(db, member).muted)
    marks = cursors.rest([m.mark for m in found], after)
    rest = [m for m in found if m.mark in marks]
    items = [MutedPersona(id=m.mark, group=m.slug, persona=m.persona) for m in rest[:limit]]
    return MutedPersonas(items=items, next=items[-1].id if len(rest) > limit else None)


@router.delete("/me/muted/{muted_id}", status_code=HTTPStatus.NO_CONTENT, summary="Read a persona again")
def unmute(db: Db, member: ApiMember, once: OnceDep, muted_id: str) -> Response:
    reading.unmute(db, member, {muted_id})
    return once.done()


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
            subject=shown["subject"], read=shown["is_read"],
            statement=shown["statement"],
        )
        for n, shown in zip(found[:limit], mine.notices_shown(db, member, found[:limit]), strict=True)
    ]  # fmt: skip
    last = found[limit - 1] if len(found) > limit else None
    return MyNotices(items=items, next=cursors.of(last.day, last.id) if last else None)
