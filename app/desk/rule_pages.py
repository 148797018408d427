"""Doors for those who look after a group: which of Hearth's rules it has, how strict they are, and rules of its own (L11)."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.desk import queries, rules
from app.foundation.errors import Conflict, Unfit
from app.foundation.typed import checked
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.groups import ruling
from app.groups.models import Group
from app.groups.queries import items
from app.groups.rule_forms import ChoicesPage, OwnRuleForm, OwnRulePage, RulesForm
from app.lab.actions import put_new_on_trial
from app.members.deps import PageMember, must_be_found
from app.members.member import DESK, Member
from app.moderation.own_rules import to_switch_on, to_tighten
from app.moderation.rulebook import rulebook

router = Doors()


def _group(db: Session, member: Member, group_id: str) -> Group:
    """A group this member looks after. The desk has no words of its own to rule."""
    found: Group = must_be_found(queries.tended_group(db, member, group_id) if group_id != DESK else None)
    return found


@router.get("/desk/groups/{group_id}/rules")
def show_rules(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    group = _group(db, member, group_id)
    now = ruling.current(db, group)
    held = [rule for rule, severity in now.tightened.items() if severity == "hold"]
    return _rules_page(request, group, now, Filled({"switched_on": now.switched_on, "hold": held}))


@router.post("/desk/groups/{group_id}/rules")
def choose(request: Request, db: Db, member: PageMember, group_id: str, typed: PostedForm) -> Response:
    group = _group(db, member, group_id)
    now = ruling.current(db, group)
    try:
        form = read(ChoicesPage, typed)
        # What a program made a little stricter is not offered here, and stays.
        kept = {rule: severity for rule, severity in now.tightened.items() if severity != "hold"}
        tightened = {**kept, **dict.fromkeys(form.hold, "hold")}
        wanted = now.model_copy(
            update={"version": form.version, "switched_on": form.switched_on, "tightened": tightened}
        )
        ruling.change(db, rules.tends_as(member, group.id), group, wanted)
    except (Unfit, Conflict) as wrong:
        db.rollback()
        told = wrong if isinstance(wrong, Unfit) else Unfit(wrong.detail, {"hold": wrong.detail})
        told.errors = _named_here(told.errors)
        return _rules_page(request, group, now, filled(typed, told), wrong.status)
    return RedirectResponse(f"/desk/groups/{group.id}/rules", HTTPStatus.SEE_OTHER)


def _named_here(errors: dict[str, str]) -> dict[str, str]:
    """Sentences by the fields of the page: examples of the group's own rules fail because of what was chosen here."""
    told = dict[str, str]()
    for field, sentence in errors.items():
        name = "switched_on" if field.startswith("switched_on") else "hold"
        told[name] = f"{told[name]} {sentence}" if name in told else sentence
    return told


def _rules_page(request: Request, group: Group, now: RulesForm, form: Filled[Any], status: int = 200) -> Response:
    return page(
        request, "desk/rules.html", status, group=group, form=form, own=now.own, version=now.version,
        to_switch_on=[(rule.id, rule.public_name, rule.why) for rule in to_switch_on(group.language)],
        to_hold=[(rule.id, rule.public_name, rule.why) for rule in to_tighten(rulebook(group.language))],
    )  # fmt: skip


@router.get("/desk/groups/{group_id}/rules/new")
def ask_for_rule(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    return _rule_page(request, db, _group(db, member, group_id), None, Filled({"severity": "hold"}))


@router.post("/desk/groups/{group_id}/rules/new")
def add_rule(request: Request, db: Db, member: PageMember, group_id: str, typed: PostedForm) -> Response:
    group = _group(db, member, group_id)
    return _saved(request, db, member, group, None, typed)


@router.get("/desk/groups/{group_id}/rules/{rule_id}")
def show_rule(request: Request, db: Db, member: PageMember, group_id: str, rule_id: str) -> Response:
    group = _group(db, member, group_id)
    rule = _own(ruling.current(db, group), rule_id)
    listed = {name: "\n".join(getattr(rule, name)) for name in ("words", "examples_hit", "examples_pass")}
    return _rule_page(request, db, group, rule, Filled({**rule.model_dump(), **listed}))


@router.post("/desk/groups/{group_id}/rules/{rule_id}")
def change_rule(
    request: Request, db: Db, member: PageMember, group_id: str, rule_id: str, typed: PostedForm
) -> Response:
    group = _group(db, member, group_id)
    return _saved(request, db, member, group, _own(ruling.current(db, group), rule_id), typed)


def _own(now: RulesForm, rule_id: str) -> OwnRuleForm:
    found: OwnRuleForm = must_be_found(next((rule for rule in now.own if rule.id == rule_id), None))
    return found


def _saved(
    request: Request, db: Session, member: Member, group: Group, before: OwnRuleForm | None, typed: Posted
) -> Response:
    now = ruling.current(db, group)
    at = now.own.index(before) if before else len(now.own)
    try:
        form = read(OwnRulePage, typed)
        own = [rule.model_dump() for rule in now.own]
        own[at : at + 1] = [form.values(before.id if before else "")]
        staff = rules.tends_as(member, group.id)
        ruling.change(db, staff, group, checked(RulesForm, {**now.model_dump(), "own": own}))
        if form.on_trial and before is None:
            put_new_on_trial(db, staff, group, {rule.id for rule in now.own})
    except Unfit as wrong:
        db.rollback()
        wrong.errors = _of_this_page(wrong.errors, f"own.{at}.")
        return _rule_page(request, db, group, before, filled(typed, wrong), wrong.status)
    return RedirectResponse(f"/desk/groups/{group.id}/rules", HTTPStatus.SEE_OTHER)


def _of_this_page(errors: dict[str, str], this: str) -> dict[str, str]:
    """Sentences by the fields of the page; what is said about other rules stands with the words that it is due to."""
    told = dict[str, str]()
    for field, sentence in errors.items():
        name = field.removeprefix(this).partition(".")[0] if field.startswith(this) else field
        name = name if name in OwnRulePage.model_fields else "words"
        told[name] = f"{told[name]} {sentence}" if name in told else sentence
    return told


def _rule_page(
    request: Request, db: Session, group: Group, rule: OwnRuleForm | None, form: Filled[Any], status: int = 200
) -> Response:
    return page(
        request, "desk/rule.html", status, group=group, rule=rule, form=form,
        guidelines=[(item.id, item.title) for item in items(db, group)],
    )  # fmt: skip


@router.get("/desk/groups/{group_id}/rules/{rule_id}/retire")
def ask_to_retire(request: Request, db: Db, member: PageMember, group_id: str, rule_id: str) -> Response:
    group = _group(db, member, group_id)
    return page(request, "desk/rule-retire.html", group=group, rule=_own(ruling.current(db, group), rule_id))


@router.post("/desk/groups/{group_id}/rules/{rule_id}/retire")
def retire(db: Db, member: PageMember, group_id: str, rule_id: str) -> Response:
    group = _group(db, member, group_id)
    now = ruling.current(db, group)
    gone = _own(now, rule_id)
    ruling.change(
        db,
        rules.tends_as(member, group.id),
        group,
        now.model_copy(update={"own": [r for r in now.own if r is not gone]}),
    )
    return RedirectResponse(f"/desk/groups/{group.id}/rules", HTTPStatus.SEE_OTHER)
