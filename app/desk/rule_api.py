"""Doors for programs of those who look after a group: its rules as a whole (CONTRACT.md)."""

from http import HTTPStatus

from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.desk import rules
from app.desk.group_api import in_care
from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.groups import ruling
from app.groups.models import Group
from app.groups.rule_forms import RulesForm, RulesTended
from app.groups.rule_phrases import option
from app.members.deps import ApiMember
from app.members.once import OnceDep
from app.moderation.own_rules import to_switch_on, to_tighten
from app.moderation.rulebook import rulebook

router = Doors()


@router.get("/groups/{slug}/rules/tended", summary="What a group chose, for those who look after it")
def show_rules(db: Db, member: ApiMember, slug: str) -> RulesTended:
    return _tended(db, in_care(db, member, slug))


@router.put("/groups/{slug}/rules/tended", response_model=RulesTended, summary="Change a group's rules as a whole")
def change_rules(db: Db, member: ApiMember, slug: str, form: RulesForm, once: OnceDep) -> JSONResponse:
    group = in_care(db, member, slug)
    ruling.change(db, rules.tends_as(member, group.id), group, form)
    return once.answered(HTTPStatus.OK, _tended(db, group).model_dump())


def _tended(db: Session, group: Group) -> RulesTended:
    return RulesTended(
        **ruling.current(db, group).model_dump(),
        to_switch_on=[option(rule) for rule in to_switch_on(group.language)],
        to_tighten=[option(rule) for rule in to_tighten(rulebook(group.language))],
    )
