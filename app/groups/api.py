"""Doors for programs: groups and one's membership of them (CONTRACT.md)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from fastapi.responses import JSONResponse, Response

from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.groups import actions, logbook, queries
from app.groups.forms import (
    LONGEST_SLUG,
    GroupShown,
    GroupsShown,
    Joining,
    PersonaName,
    PersonaShown,
    Suggestions,
)
from app.groups.logbook import LogShown
from app.groups.models import Group
from app.groups.rule_forms import RulesShown
from app.groups.rule_showing import rules_shown
from app.groups.showing import shown
from app.members import actions as members
from app.members.deps import ApiMember, ApiReader, must_be_found
from app.members.once import OnceDep

router = Doors()
opened = Doors()
PAGE = 50
Cursor = Annotated[str, Query(max_length=LONGEST_SLUG)]
MOST_NUMBER = 2**31 - 1
Number = Annotated[int, Query(ge=0, le=MOST_NUMBER)]


@opened.get("/groups", summary="Groups one may know of")
def list_groups(
    db: Db, reader: ApiReader, after: Cursor = "", limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE
) -> GroupsShown:
    found = queries.listed_for(db, reader, after, limit + 1)
    more = found[limit - 1].slug if len(found) > limit else None
    return GroupsShown(items=[shown(db, group) for group in found[:limit]], next=more)


@opened.get("/groups/{slug}", summary="A group and its guidelines")
def show_group(db: Db, reader: ApiReader, slug: str) -> GroupShown:
    return shown(db, must_be_found(queries.seen_by(db, reader, slug=slug)))


@opened.get("/groups/{slug}/rules", summary="A group's rules in plain words, and how often each held something")
def show_rules(db: Db, reader: ApiReader, slug: str) -> RulesShown:
    return rules_shown(db, must_be_found(queries.seen_by(db, reader, slug=slug) if slug != "desk" else None))


@router.get(
    "/groups/{slug}/log",
    summary="What staff did in a group one joined: act, reason, day; and the hashes to check it by",
)
def show_log(
    db: Db,
    member: ApiMember,
    slug: str,
    before: Number = MOST_NUMBER,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> LogShown:
    group, _membership = must_be_found(queries.joined_by(db, member, slug=slug))
    return logbook.log_shown(db, group, before, limit)


@router.get("/groups/{slug}/persona-suggestions", summary="Three fresh names")
def suggest(db: Db, member: ApiMember, slug: str) -> Suggestions:
    group: Group = must_be_found(queries.seen_by(db, member, slug=slug))
    return Suggestions(items=actions.suggestions(db, group))


@router.put("/groups/{slug}/membership", response_model=PersonaShown, summary="Join under a name, or come back")
def join(db: Db, member: ApiMember, slug: str, form: Joining, once: OnceDep) -> JSONResponse:
    if form.invitation:
        members.accept_invitation(db, member, form.invitation)
    group: Group = must_be_found(queries.seen_by(db, member, slug=slug))
    membership = actions.join(db, member, group, form.guidelines_version, form.persona)
    return once.answered(HTTPStatus.OK, PersonaShown(persona=PersonaName(name=membership.persona)).model_dump())


@router.delete("/groups/{slug}/membership", status_code=HTTPStatus.NO_CONTENT, summary="Leave")
def leave(db: Db, member: ApiMember, once: OnceDep, slug: str) -> Response:
    _group, membership = must_be_found(queries.joined_by(db, member, slug=slug))
    actions.leave(db, membership)
    return once.done()
