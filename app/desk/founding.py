"""Doors for whoever opens a group: from nothing, or from a template."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.desk.forms import FoundingPage, ItemsPage
from app.desk.phrases import visibilities
from app.foundation.errors import Unfit
from app.foundation.typed import checked
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.groups import actions as groups
from app.groups import ruling
from app.groups.forms import NewGroup
from app.groups.phrases import kinds_to_choose, languages_to_choose, read_languages
from app.groups.rule_forms import RulesForm
from app.groups.templates import NAMES, template, template_name
from app.members.deps import PageMember, must_be_found
from app.members.member import DESK, Member
from app.members.models import Membership
from app.members.rules import can_administer
from app.moderation.own_rules import to_tighten
from app.moderation.rulebook import rulebook

router = Doors()
LONGEST_KEY = 30
RULES_FIELDS = frozenset({"hold"})
ITEM_FIELDS = ("item_id", "item_title", "item_text")


def administrator(member: Member) -> Membership:
    """The desk membership of an administrator; for anybody else there is nothing here."""
    found: Membership = must_be_found(member.in_group(DESK) if can_administer(member) else None)
    return found


@router.get("/desk/groups/new")
def ask_for_group(
    request: Request, member: PageMember, like: Annotated[str, Query(max_length=LONGEST_KEY)] = ""
) -> Response:
    administrator(member)
    found = template(like)
    if found is None:
        return _page(request, Filled(), [])
    form: Filled[Any] = Filled({**found.texts, "hold": list(found.hold)})
    return _page(request, form, [dict(item) for item in found.items], like=like)


@router.post("/desk/groups/new")
def open_group(request: Request, db: Db, member: PageMember, typed: PostedForm) -> Response:
    staff = administrator(member)
    try:
        _open(db, staff, typed)
    except Unfit as wrong:
        db.rollback()
        return _page(request, filled(typed, wrong), typed_items(typed), wrong.status)
    return RedirectResponse("/desk/groups", HTTPStatus.SEE_OTHER)


def _open(db: Session, staff: Membership, typed: Posted) -> None:
    """The group and the rules it begins with, or neither."""
    texts = Posted({name: values for name, values in typed.fields.items() if name not in {"items", *RULES_FIELDS}})
    group = groups.open_group(db, staff, read(NewGroup, texts, items=read(ItemsPage, typed).items))
    hold = read(FoundingPage, typed).hold
    if not hold:
        return
    try:
        wanted = checked(RulesForm, {"version": group.rules_version, "tightened": dict.fromkeys(hold, "hold")})
        ruling.change(db, staff, group, wanted)
    except Unfit as wrong:
        wrong.errors = {"hold": " ".join(dict.fromkeys(wrong.errors.values()))}
        raise


def _page(
    request: Request, form: Filled[Any], written: list[dict[str, str]], status: int = 200, like: str = ""
) -> Response:
    return page(
        request, "desk/group-edit.html", status, form=form, group=None, items=written, kinds=kinds_to_choose(),
        visibilities=visibilities(), paces=[], can_close=False, like=like,
        languages=languages_to_choose(), read_languages=read_languages(),
        templates=[(key, template_name(key)) for key in NAMES],
        to_hold=[(rule.id, rule.public_name, rule.why) for rule in to_tighten(rulebook())],
    )  # fmt: skip


def typed_items(typed: Posted) -> list[dict[str, str]]:
    """The guidelines as they were typed, to be drawn again, however many came of each part."""
    columns = [typed.fields.get(name, []) for name in ITEM_FIELDS]
    return [
        dict(zip(("id", "title", "text"), (c[row] if row < len(c) else "" for c in columns), strict=True))
        for row in range(max(map(len, columns)))
    ]
