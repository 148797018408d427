"""Doors of one's own wishes for a bad day, and of how those are who look after a group."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.care import carers, cover, wishes
from app.care.forms import WishesForm
from app.care.phrases import quiet_choices, quiet_name
from app.foundation.errors import Unfit
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.groups import queries as groups
from app.members.deps import PageMember, must_be_found

router = Doors()


@router.get("/mine/wishes")
def show_wishes(request: Request, db: Db, member: PageMember, change: bool = False) -> Response:
    kept = wishes.wishes_of(db, member)
    if kept is None or change:
        return _form_page(request, Filled(kept.model_dump() if kept else {}))
    return page(request, "care/wishes.html", wishes=kept, if_quiet=quiet_name(kept.if_quiet))


@router.post("/mine/wishes")
def keep_wishes(request: Request, db: Db, member: PageMember, typed: PostedForm) -> Response:
    try:
        wishes.keep(db, member, read(WishesForm, typed))
    except Unfit as wrong:
        return _form_page(request, filled(typed, wrong), wrong.status)
    return RedirectResponse("/mine/wishes", HTTPStatus.SEE_OTHER)


@router.get("/mine/wishes/delete")
def ask_to_delete(request: Request, member: PageMember) -> Response:  # noqa: ARG001
    return page(request, "care/wishes-delete.html")


@router.post("/mine/wishes/delete")
def delete_wishes(db: Db, member: PageMember) -> Response:
    wishes.drop(db, member)
    return RedirectResponse("/mine", HTTPStatus.SEE_OTHER)


@router.get("/groups/{group_id}/moderators")
def show_how_they_are(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    """How those who look after a group are, all together, in one word. For those who joined it."""
    found = must_be_found(groups.joined_by(db, member, group_id=group_id))
    return page(
        request, "care/moderators.html", group=found[0], how=carers.how_they_are(db, group_id),
        unstaffed=cover.unstaffed(db, group_id),
    )  # fmt: skip


def _form_page(request: Request, form: Filled[Any], status: int = 200) -> Response:
    return page(request, "care/wishes-write.html", status, form=form, choices_if_quiet=quiet_choices())
