"""Doors for people: the list of groups, coming in under a name, leaving."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.groups import actions, log_pages, queries
from app.groups.forms import JoiningPage
from app.groups.models import Group
from app.groups.phrases import kind_name
from app.groups.rule_phrases import families, how_often
from app.groups.rule_showing import rules_shown
from app.groups.rules import accepted_current, can_join
from app.members.deps import PageMember, PageReader, must_be_found
from app.members.member import DESK, Member
from app.members.rules import could_tend

router = Doors()
router.take_in(log_pages.router)
opened = Doors()
PAGE = 50


@opened.get("/groups")
def list_groups(request: Request, db: Db, reader: PageReader, after: str = "") -> Response:
    """One's own groups before all others, then the others, fifty at a time."""
    found = queries.listed_for(db, reader, after, PAGE + 1, unknown=True)
    more = f"/groups?after={found[PAGE - 1].slug}" if len(found) > PAGE else ""
    own = queries.known_by(db, reader) if reader and not after else []
    shown = []
    for group in (*own, *found[:PAGE]):
        membership = reader.in_group(group.id) if reader else None
        shown.append(
            {
                "id": group.id,
                "name": group.name,
                "purpose": group.purpose,
                "kind_name": kind_name(group.kind),
                "visibility": group.visibility.value,
                "joined": membership is not None,
                "is_closed": group.is_closed,
                "persona": membership.persona if membership else "",
            }
        )
    return page(request, "groups/list.html", groups=shown, next=more, form=Filled())


@opened.get("/groups/{group_id}/rules")
def show_rules(request: Request, db: Db, reader: PageReader, group_id: str) -> Response:
    group: Group = must_be_found(queries.seen_by(db, reader, group_id=group_id) if group_id != DESK else None)
    told = rules_shown(db, group)
    return page(
        request, "groups/rules.html", group=group, told=told, how_often=how_often, families=families(told.items),
        can_edit=reader is not None and could_tend(reader, group.id),
    )  # fmt: skip


@router.get("/groups/{group_id}/join")
def ask_to_join(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    group: Group = must_be_found(queries.seen_by(db, member, group_id=group_id))
    if group.is_closed:
        return RedirectResponse(_inside(group), HTTPStatus.SEE_OTHER)
    must_be_found(group if can_join(member, group) else None)
    if accepted_current(member, group) and not any(w.group_id == group.id for w in member.keyring.waiting):
        return RedirectResponse(_inside(group), HTTPStatus.SEE_OTHER)
    return _join_page(request, db, member, group, Filled())


@router.post("/groups/{group_id}/join")
def join(request: Request, db: Db, member: PageMember, group_id: str, typed: PostedForm) -> Response:
    group: Group = must_be_found(queries.seen_by(db, member, group_id=group_id))
    try:
        form = read(JoiningPage, typed)
        if not form.agree:
            sentence = _("Say that you go along with these, and you are in.")
            raise Unfit(sentence, {"agree": sentence})
        with db.begin_nested():
            actions.join(db, member, group, form.version, form.name)
    except (Unfit, Conflict) as wrong:
        told = wrong if isinstance(wrong, Unfit) else Unfit(wrong.detail, {"persona": wrong.detail})
        return _join_page(request, db, member, group, filled(typed, told), wrong.status)
    return RedirectResponse(_inside(group), HTTPStatus.SEE_OTHER)


def _join_page(
    request: Request, db: Session, member: Member, group: Group, form: Filled[JoiningPage], status: int = 200
) -> Response:
    known = member.once_in(group.id)
    return page(
        request, "groups/join.html", status, group=group, guidelines=queries.items(db, group), form=form,
        version=group.guidelines_version, again=known is not None, persona=known.persona if known else "",
        suggestions=[] if known else actions.suggestions(db, group),
    )  # fmt: skip


@router.get("/groups/{group_id}/leave")
def ask_to_leave(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    group, membership = must_be_found(queries.joined_by(db, member, group_id=group_id))
    return page(request, "groups/leave.html", group=group, membership=membership)


@router.post("/groups/{group_id}/leave")
def leave(db: Db, member: PageMember, group_id: str) -> Response:
    _group, membership = must_be_found(queries.joined_by(db, member, group_id=group_id))
    actions.leave(db, membership)
    return RedirectResponse("/groups", HTTPStatus.SEE_OTHER)


def _inside(group: Group) -> str:
    return "/desk" if group.id == DESK else f"/groups/{group.id}"
