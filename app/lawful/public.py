"""Pages everybody can read: the terms, what may be said about suicide and self-harm, and what was decided."""

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response

from app.foundation.site import country
from app.foundation.times import today
from app.foundation.web.doors import Doors
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.groups.rule_phrases import Names, what_happens
from app.lawful import board, terms, transparency
from app.lawful.ladder import counted, ladder
from app.lawful.levels import levels
from app.members.deps import perhaps_signed_in
from app.moderation.guidelines import Guidelines
from app.moderation.help_directory import help_for

opened = Doors(dependencies=[Depends(perhaps_signed_in)])


@opened.get("/about")
def about(request: Request) -> Response:
    return page(request, "lawful/about.html")


@opened.get("/terms")
def show_terms(request: Request, db: Db, home: HouseDep) -> Response:
    board.read(db, home.settings)
    rules = [
        {"name": rule.public_name, "why": rule.why, "happens": what_happens(rule)}
        for rule in terms.rules_in_force(country())
    ]
    return page(
        request, "lawful/terms.html", parts=terms.parts(db, home.settings), rules=rules, changed=terms.changed_day(db),
        ladder=ladder(), counted=counted(),
    )  # fmt: skip


@opened.get("/terms.json")
def terms_for_programs(db: Db, home: HouseDep) -> Response:
    return JSONResponse(terms.as_json(db, home.settings))


@opened.get("/safety")
def hard_words(request: Request) -> Response:
    return page(request, "lawful/safety.html", levels=levels(), help=help_for(country()))


@opened.get("/safety/easy")
def hard_words_easily(request: Request) -> Response:
    return page(request, "lawful/safety-easy.html", help=help_for(country()))


@opened.get("/transparency")
def what_was_decided(request: Request, db: Db, home: HouseDep) -> Response:
    k = home.settings.smallest_count
    names = Names(Guidelines())
    return page(
        request, "lawful/transparency.html", report=transparency.report(db, k), k=k, head=transparency.newest_head(db),
        next_day=transparency.next_day(today()), rule_name=names.of, last_day=transparency.last_day,
    )  # fmt: skip
