"""Doors for members: their group's log, how to check it, and the file for that."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy.orm import Session

from app.foundation.web.doors import Doors
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.groups import logbook, queries
from app.groups.models import Group
from app.members.deps import PageMember, must_be_found
from app.members.member import Member

router = Doors()
PAGE = 50
MOST_NUMBER = 2**31 - 1
Number = Annotated[int, Query(ge=0, le=MOST_NUMBER)]
FILE_NAME = "notes-log.jsonl"


def _joined(db: Session, member: Member, group_id: str) -> Group:
    group: Group = must_be_found(queries.joined_by(db, member, group_id=group_id))[0]
    return group


@router.get("/groups/{group_id}/log")
def show_log(request: Request, db: Db, member: PageMember, group_id: str, before: Number = MOST_NUMBER) -> Response:
    group = _joined(db, member, group_id)
    told = logbook.log_shown(db, group, before, PAGE)
    return page(
        request, "groups/log.html", group=group, entries=list(logbook.in_words(db, group, told.items)),
        next=f"?before={told.next}" if told.next else None,
    )  # fmt: skip


@router.get("/groups/{group_id}/log/check")
def show_how_to_check(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    group = _joined(db, member, group_id)
    number, start = logbook.begins_with(db, group)
    return page(
        request, "groups/log-check.html", group=group, anchors=logbook.anchors_of(db, group), file_name=FILE_NAME,
        first_number=number, start=start, most=logbook.LINES,
    )  # fmt: skip


@router.get("/groups/{group_id}/log/file")
def take_file(db: Db, member: PageMember, group_id: str, after: Number = 0) -> Response:
    lines = logbook.file_of(db, _joined(db, member, group_id), after)
    headers = {"content-disposition": f'attachment; filename="{FILE_NAME}"'}
    return PlainTextResponse(lines, headers=headers)
