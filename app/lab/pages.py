"""Doors of the lab: for administrators the site's rules, for those who look after a group the group's own."""

from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Refusal, Unfit
from app.foundation.language import gettext as _
from app.foundation.sealing import digest
from app.foundation.site import country
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.later import Later
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.groups import queries as groups
from app.groups.models import Group
from app.lab import actions, marking, queries, showing, trying
from app.lab.forms import DraftPage, StatePage
from app.lab.models import Said
from app.lab.rules import made_of, reads_held, staff_here
from app.log import actions as log
from app.members.deps import PageMember, must_be_found
from app.members.member import DESK, Member
from app.members.models import Membership
from app.moderation import own_rules
from app.moderation.own_rules import OwnRule
from app.moderation.rule import Rule, State
from app.moderation.verdict import Severity

router = Doors()
MOST_HITS = 20


class Bench(NamedTuple):
    """Where one works in the lab: the site's rules, or a group's own."""

    staff: Membership
    group: Group
    """The desk for the site's rules."""
    rules: dict[str, Rule]

    @property
    def is_site(self) -> bool:
        return self.group.id == DESK

    @property
    def path(self) -> str:
        return "/lab" if self.is_site else f"/lab/groups/{self.group.id}"

    @property
    def counted_in(self) -> list[str] | None:
        return None if self.is_site else [self.group.id]

    def rule(self, rule_id: str) -> Rule:
        found: Rule = must_be_found(self.rules.get(rule_id))
        return found


def _bench(db: Session, member: Member, group_id: str) -> Bench:
    """What one may work on; for anybody else there is nothing here."""
    group: Group = must_be_found(groups.named(db, [group_id]).get(group_id))
    is_site = group_id == DESK
    staff: Membership = must_be_found(staff_here(member, None if is_site else group))
    return Bench(staff, group, actions.site_rules(db) if is_site else actions.own_rules_of(db, group))


@router.get("/lab")
def show_site_lab(request: Request, db: Db, member: PageMember) -> Response:
    return _lab_page(request, db, _bench(db, member, DESK), Filled())


@router.get("/lab/groups/{group_id}")
def show_group_lab(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    return _lab_page(request, db, _bench(db, member, must_be_found(group_id if group_id != DESK else None)), Filled())


def _lab_page(request: Request, db: Session, bench: Bench, form: Filled[Any], status: int = 200) -> Response:
    return page(request, "lab/lab.html", status, bench=bench, form=form, **_listed(db, bench))


def _listed(db: Session, bench: Bench) -> dict[str, Any]:
    lines = showing.rule_lines(db, list(bench.rules.values()), bench.counted_in)
    asking = {event.rule for event in queries.questions(db)} if bench.is_site else set[str]()
    return {
        "asking": [one for one in lines if one["id"] in asking],
        "rules": [one for one in lines if one["id"] not in asking],
        "groups": _to_try_in(db, bench), "names": [(one["id"], one["name"]) for one in lines],
    }  # fmt: skip


def _to_try_in(db: Session, bench: Bench) -> list[tuple[str, str]]:
    return [(group.id, group.name) for group in groups.every_one(db)] if bench.is_site else []


@router.post("/lab/try")
def try_for_site(request: Request, db: Db, home: HouseDep, member: PageMember, typed: PostedForm) -> Response:
    return _tried(request, db, home, member, _bench(db, member, DESK), typed)


@router.post("/lab/groups/{group_id}/try")
def try_in_group(
    request: Request, db: Db, home: HouseDep, member: PageMember, group_id: str, typed: PostedForm
) -> Response:
    bench = _bench(db, member, must_be_found(group_id if group_id != DESK else None))
    return _tried(request, db, home, member, bench, typed)


def _tried(request: Request, db: Session, home: Any, member: Member, bench: Bench, typed: Posted) -> Response:
    """The words are read and the log is written here; the rule runs when that is over, and holds up nobody."""
    try:
        form = read(DraftPage, typed)
        group = _group_to_try_in(db, member, bench, form)
        wished, made = _wished(bench, form)
    except Unfit as wrong:
        return _lab_page(request, db, bench, filled(typed, wrong), wrong.status)
    with_held = reads_held(member, group)
    texts = queries.texts(db, member, group.id, with_held=with_held)
    if with_held:
        log.write(db, "rule.tried", group_id=group.id, by=bench.staff.id, subject=f"group:{group.id}", reason=form.rule)
    before = _written(bench.rules[form.replaces]) if form.replaces in bench.rules else None
    trial = trying.Trial(wished, before, group.language, country(), [i.id for i in groups.items(db, group)], texts)
    figures, listed = showing.figures_in_words(queries.figures(db, [made])[made]), _listed(db, bench)

    def answer() -> Response:
        try:
            outcome = trying.tried(trial)
        except Unfit as wrong:
            return page(request, "lab/lab.html", wrong.status, bench=bench, form=filled(typed, wrong), **listed)
        shown = showing.outcome_shown(home.keys, group.id, made, outcome)
        return page(request, "lab/tried.html", bench=bench, group=group, figures=figures, **shown)

    return Later(answer)


def _group_to_try_in(db: Session, member: Member, bench: Bench, form: DraftPage) -> Group:
    if not bench.is_site:
        return bench.group
    group = groups.named(db, [form.group]).get(form.group)
    if group is None or group.id == DESK or staff_here(member, group) is None:
        raise Unfit(_("Something needs another look."), {"group": _("Choose one of those offered.")})
    return group


def _wished(bench: Bench, form: DraftPage) -> tuple[dict[str, Any], str]:
    """The rule to be tried, as the process that tries it takes it, and by what its marks are kept. Raises Unfit."""
    if form.rule in bench.rules:
        rule = bench.rules[form.rule]
        return _written(rule), made_of(rule)
    if bench.is_site and form.toml.strip():
        return {"toml": form.toml}, digest(f"draft {' '.join(form.toml.split())}")
    if not form.listed:
        raise Unfit(_("Something needs another look."), {"rule": _("There is no rule here yet.")})
    wrong = next((word for word in form.listed if not own_rules.is_word(word)), None)
    if wrong is not None:
        told = _(
            "Hearth cannot look for “%(word)s”. It can for letters and digits, up to six words, with a * at the very end."
        )
        raise Unfit(_("Something needs another look."), {"rule": told % {"word": wrong}})
    draft = OwnRule("group.draft", 1, Severity.HOLD, "", "", "", "", tuple(form.listed), (), ())
    return {"words": form.listed}, made_of(own_rules.made(draft))


def _written(rule: Rule) -> dict[str, Any]:
    """A rule as the process that tries it takes it."""
    if not own_rules.is_own(rule.id):
        return {"pack": rule.id}
    return {"expressions": [pattern.written for pattern in rule.patterns], "triggers": list(rule.triggers)}


@router.post("/lab/groups/{group_id}/marks")
def keep_marks(
    request: Request, db: Db, home: HouseDep, member: PageMember, group_id: str, typed: PostedForm
) -> Response:
    """What somebody said of the hits they were shown."""
    group: Group = must_be_found(groups.named(db, [group_id]).get(group_id))
    must_be_found(staff_here(member, group))
    hits = typed.fields.get("hit", [])[:MOST_HITS]
    said = [(token, typed.one(f"said{n}")) for n, token in enumerate(hits)]
    kept = [(token, Said(word)) for token, word in said if word in set(Said)]
    for token, word in kept:
        marking.say(db, home.keys, group.id, token, word)
    made = kept[0][0].split(".")[1] if kept else ""
    figures = queries.figures(db, [made])[made]
    back = "/lab" if typed.one("site") and staff_here(member, None) else f"/lab/groups/{group.id}"
    return page(request, "lab/kept.html", count=len(kept), figures=showing.figures_in_words(figures), back=back)


@router.get("/lab/rules/{rule_id}")
def show_site_rule(request: Request, db: Db, member: PageMember, rule_id: str) -> Response:
    return _rule_page(request, db, _bench(db, member, DESK), rule_id, Filled())


@router.get("/lab/groups/{group_id}/rules/{rule_id}")
def show_group_rule(request: Request, db: Db, member: PageMember, group_id: str, rule_id: str) -> Response:
    bench = _bench(db, member, must_be_found(group_id if group_id != DESK else None))
    return _rule_page(request, db, bench, rule_id, Filled())


def _rule_page(
    request: Request, db: Session, bench: Bench, rule_id: str, form: Filled[Any], status: int = 200
) -> Response:
    rule = bench.rule(rule_id)
    shown = showing.rule_shown(db, bench.group.id, rule, bench.counted_in)
    return page(
        request, "lab/rule.html", status, bench=bench, rule=shown, form=form, groups=_to_try_in(db, bench),
        rules_version=bench.group.rules_version,
    )  # fmt: skip


@router.post("/lab/rules/{rule_id}/state")
def put_site_rule(request: Request, db: Db, member: PageMember, rule_id: str, typed: PostedForm) -> Response:
    return _put(request, db, _bench(db, member, DESK), rule_id, typed)


@router.post("/lab/groups/{group_id}/rules/{rule_id}/state")
def put_group_rule(
    request: Request, db: Db, member: PageMember, group_id: str, rule_id: str, typed: PostedForm
) -> Response:
    bench = _bench(db, member, must_be_found(group_id if group_id != DESK else None))
    return _put(request, db, bench, rule_id, typed)


def _put(request: Request, db: Session, bench: Bench, rule_id: str, typed: Posted) -> Response:
    rule = bench.rule(rule_id)
    try:
        form = read(StatePage, typed)
        if form.state == "seen":
            actions.seen(db, bench.staff, must_be_found(rule if bench.is_site else None))
        else:
            actions.put(db, bench.staff, bench.group, rule, State(form.state), form.version)
    except (Unfit, Conflict) as wrong:
        db.rollback()
        return _rule_page(request, db, bench, rule_id, filled(typed, _told(wrong)), wrong.status)
    return RedirectResponse(f"{bench.path}/rules/{rule_id}", HTTPStatus.SEE_OTHER)


def _told(wrong: Refusal) -> Unfit:
    return wrong if isinstance(wrong, Unfit) else Unfit(wrong.detail, {"state": wrong.detail})
