"""Doors for people: a case, the log; and for every reader, asking for a look at words."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.care import cover
from app.desk import (
    actions,
    agree_pages,
    appeal_pages,
    beginnings,
    caring_pages,
    claiming,
    crisis_pages,
    cursors,
    duty_pages,
    flagging,
    hit_pages,
    outside_pages,
    practice_pages,
    queries,
    queue_pages,
    rule_pages,
    rules,
    sealed_pages,
    showing,
    talk_pages,
    tending,
)
from app.desk.at_case import case_page
from app.desk.deps import CaseAt, CaseInHand, PageStaff
from app.desk.forms import LONGEST_CURSOR, PAGE, DecisionForm, DecisionPage, FlagForm, Redaction
from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.groups.models import Group
from app.members.deps import PageMember, must_be_found
from app.members.member import Member
from app.moderation.models import Action, Case
from app.stories import queries as stories
from app.stories.deps import ReplyAt, StoryAt
from app.stories.models import Reply, Story
from app.stories.phrases import wait_in_words
from app.stories.rules import address

router = Doors()
router.take_in(
    queue_pages.router, talk_pages.router, tending.router, appeal_pages.router, agree_pages.router, sealed_pages.router,
    outside_pages.router, rule_pages.router, hit_pages.router, crisis_pages.router, duty_pages.router, caring_pages.router,
    practice_pages.router,
)  # fmt: skip
opened = outside_pages.opened
Cursor = Annotated[str, Query(max_length=LONGEST_CURSOR)]


@router.get("/desk/cases/{case_id}")
def show_case(request: Request, db: Db, member: PageStaff, case: CaseAt, judged: int = 0) -> Response:
    return case_page(request, db, member, case, Filled(), judged=judged)


@router.post("/desk/cases/{case_id}/decision")
def decide(request: Request, db: Db, member: PageStaff, case: CaseInHand, typed: PostedForm) -> Response:
    claiming.must_have_read(db, member, case)
    if typed.one("begin"):
        return _begun(request, db, member, case, typed)
    try:
        actions.decide(db, member, case, _decision(db, case, read(DecisionPage, typed)))
    except Unfit as wrong:
        db.rollback()
        if "redactions" in wrong.errors:
            wrong.errors["redact_more"] = wrong.errors.pop("redactions")
        if not typed.one("reason").strip():
            wrong.errors["reason"] = _("Say in a few words why, for other moderators.")
        return case_page(request, db, member, case, filled(typed, wrong), wrong.status)
    return RedirectResponse(f"/desk/cases/{case.id}" if case.is_open else "/desk?done=yes", HTTPStatus.SEE_OTHER)


def _begun(request: Request, db: Session, member: Member, case: Case, typed: Posted) -> Response:
    """The page anew, with a sentence to begin with."""
    form = filled(typed)
    language = db.get_one(Group, case.group_id).language
    form.values["note_to_author"] = beginnings.begun(typed.one("note_to_author"), typed.one("begin"), language)
    return case_page(request, db, member, case, form)


def _decision(db: Session, case: Case, form: DecisionPage) -> DecisionForm:
    """What was marked on the page, as places in the text. Raises Unfit for words that are not there."""
    words = queries.words_of(db, case)
    if form.action is not Action.REDACT or words is None:
        return form.decided([])
    title = getattr(words, "title", "")
    absent = rules.missing(form.redact_more, title, words.body)
    if absent:
        sentence = _("These words are not in the text as you typed them: %(piece)s") % {"piece": absent}
        raise Unfit(_("Something needs another look."), {"redact_more": sentence})
    findings = queries.seen(db, [case])[0].findings
    spans = rules.spans(findings, form.redact, form.redact_more, title, words.body)
    return form.decided([Redaction(field=s.field, start=s.start, end=s.end) for s in spans])


@router.get("/desk/log")
def show_log(request: Request, db: Db, member: PageStaff, after: Cursor = "") -> Response:
    found = queries.log_for(db, member, cursors.entry(after), PAGE + 1)
    more = f"?after={cursors.of_entry(found[PAGE - 1].chain, found[PAGE - 1].number)}" if len(found) > PAGE else None
    return page(
        request, "desk/log.html", entries=showing.log_lines(db, found[:PAGE]), next=more,
        anchors=[] if after else showing.anchor_lines(db, queries.anchors_for(db, member)),
    )  # fmt: skip


@router.get("/stories/{story_id}/flag")
def ask_about_story(request: Request, db: Db, story: StoryAt, member: PageMember) -> Response:  # noqa: ARG001
    return _flag_page(request, db, story, Filled())


@router.get("/replies/{reply_id}/flag")
def ask_about_reply(request: Request, db: Db, reply: ReplyAt, member: PageMember) -> Response:  # noqa: ARG001
    return _flag_page(request, db, reply, Filled())


@router.post("/stories/{story_id}/flag")
def flag_story(
    request: Request, db: Db, home: HouseDep, member: PageMember, story: StoryAt, typed: PostedForm
) -> Response:
    return _flag(request, db, home.settings.typical_wait, member, story, typed)


@router.post("/replies/{reply_id}/flag")
def flag_reply(
    request: Request, db: Db, home: HouseDep, member: PageMember, reply: ReplyAt, typed: PostedForm
) -> Response:
    return _flag(request, db, home.settings.typical_wait, member, reply, typed)


def _flag(
    request: Request, db: Session, typical_wait: str, member: Member, telling: Story | Reply, typed: PostedForm
) -> Response:
    try:
        receipt = flagging.flag(db, member, telling, read(FlagForm, typed))
    except Unfit as wrong:
        return _flag_page(request, db, telling, filled(typed, wrong), wrong.status)
    return page(
        request, "stories/flag-thanks.html", receipt=receipt, back=address(telling), covered=telling.is_covered,
        wait=cover.unstaffed(db, telling.group_id) or wait_in_words(typical_wait),
    )  # fmt: skip


def _flag_page(request: Request, db: Session, telling: Story | Reply, form: Filled[Any], status: int = 200) -> Response:
    shown = must_be_found(telling.shown)
    persona = stories.persona_of(db, telling.membership_id)
    return page(
        request, "stories/flag.html", status, form=form, back=address(telling), persona=persona, html=shown.safe_html,
        subject={"kind": telling.kind.value, "id": telling.id, "persona": persona},
    )  # fmt: skip
