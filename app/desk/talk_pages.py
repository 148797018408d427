"""Doors for people: asking the moderators of a group something, their answers, and another name."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.desk import casefile, talking
from app.desk.deps import CaseInHand, PageStaff
from app.desk.talk_forms import LetterForm, NameForm
from app.foundation.errors import Unfit
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.groups import actions as groups
from app.groups import queries
from app.groups.models import Group
from app.members import queries as members
from app.members.deps import PageMember, must_be_found
from app.members.member import Member
from app.moderation.help_directory import help_for
from app.moderation.models import Subject
from app.moderation.verdict import Outcome, Verdict
from app.stories.phrases import wait_in_words
from app.stories.talks import Talk

router = Doors()


def _joined(group_id: str, db: Db, member: PageMember) -> Group:
    found = must_be_found(queries.joined_by(db, member, group_id=group_id))
    group: Group = found[0]
    return group


def _own(talk_id: str, db: Db, member: PageMember) -> Talk:
    found: Talk = must_be_found(talking.talk_for(db, member, talk_id))
    return found


Joined = Annotated[Group, Depends(_joined)]
OwnTalk = Annotated[Talk, Depends(_own)]


@router.get("/groups/{group_id}/ask")
def ask_something(request: Request, home: HouseDep, group: Joined) -> Response:
    return _ask_page(request, home.settings.typical_wait, group, Subject.QUESTION, Filled())


@router.get("/groups/{group_id}/another-name")
def ask_for_another_name(request: Request, home: HouseDep, group: Joined) -> Response:
    return _ask_page(request, home.settings.typical_wait, group, Subject.PERSONA, Filled())


@router.post("/groups/{group_id}/ask")
def send_question(
    request: Request, db: Db, home: HouseDep, member: PageMember, group: Joined, typed: PostedForm
) -> Response:
    return _ask(request, db, home.settings, member, group, typed, Subject.QUESTION)


@router.post("/groups/{group_id}/another-name")
def send_wish(
    request: Request, db: Db, home: HouseDep, member: PageMember, group: Joined, typed: PostedForm
) -> Response:
    return _ask(request, db, home.settings, member, group, typed, Subject.PERSONA)


def _ask(
    request: Request, db: Session, settings: Any, member: Member, group: Group, typed: Any, kind: Subject
) -> Response:
    try:
        talk, verdict = talking.ask(db, member, group, kind, read(LetterForm, typed).body)
    except Unfit as wrong:
        db.rollback()
        return _ask_page(request, settings.typical_wait, group, kind, filled(typed, wrong), wrong.status)
    return _after(request, db, settings.country, talk, verdict)


def _ask_page(
    request: Request, wait: str, group: Group, kind: Subject, form: Filled[Any], status: int = 200
) -> Response:
    return page(request, "desk/ask.html", status, group=group, kind=kind.value, form=form, wait=wait_in_words(wait))


def _after(request: Request, db: Session, country: str, talk: Talk, verdict: Verdict) -> Response:
    """Whoever writes of danger sees help at once; everybody else their talk."""
    if verdict.outcome is Outcome.URGENT:
        return _talk_page(request, db, talk, Filled(), help=help_for(country))
    return RedirectResponse(f"/talks/{talk.id}", HTTPStatus.SEE_OTHER)


@router.get("/talks")
def list_talks(request: Request, db: Db, member: PageMember) -> Response:
    found = talking.of_member(db, member)
    named = queries.named(db, [talk.group_id for talk in found])
    shown = [{"talk": talk, "group": named[talk.group_id]} for talk in found]
    return page(request, "desk/talks.html", talks=shown)


@router.get("/talks/{talk_id}")
def show_talk(request: Request, db: Db, talk: OwnTalk) -> Response:
    return _talk_page(request, db, talk, Filled())


@router.post("/talks/{talk_id}")
def say(request: Request, db: Db, home: HouseDep, talk: OwnTalk, typed: PostedForm) -> Response:
    try:
        verdict = talking.say(db, talk, read(LetterForm, typed).body)
    except Unfit as wrong:
        db.rollback()
        return _talk_page(request, db, talk, filled(typed, wrong), wrong.status)
    return _after(request, db, home.settings.country, talk, verdict)


@router.post("/talks/{talk_id}/name")
def rename(request: Request, db: Db, member: PageMember, talk: OwnTalk, typed: PostedForm) -> Response:
    try:
        talking.rename(db, member, talk, read(NameForm, typed).suggested)
    except Unfit as wrong:
        db.rollback()
        return _talk_page(request, db, talk, filled(typed, wrong), wrong.status)
    return RedirectResponse(f"/groups/{talk.group_id}", HTTPStatus.SEE_OTHER)


def _talk_page(
    request: Request, db: Session, talk: Talk, form: Filled[Any], status: int = 200, help: Any = ()
) -> Response:
    group = db.get_one(Group, talk.group_id)
    names = members.personas(db, [letter.by_membership_id for letter in talk.letters if letter.by_membership_id])
    return page(
        request, "desk/talk.html", status, talk=talk, group=group, form=form, letters=talking.shown(talk, names), help=help,
        suggestions=groups.suggestions(db, group) if talk.may_rename else [],
    )  # fmt: skip


@router.post("/desk/cases/{case_id}/word")
def answer(request: Request, db: Db, member: PageStaff, case: CaseInHand, typed: PostedForm) -> Response:
    try:
        talking.answer(db, member, case, read(LetterForm, typed).body)
    except Unfit as wrong:
        db.rollback()
        form, shown = filled(typed, wrong), casefile.case_page(db, member, case)
        return page(request, "desk/case.html", wrong.status, form=form, **shown)
    return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)


@router.post("/desk/cases/{case_id}/settle")
def settle(db: Db, member: PageStaff, case: CaseInHand) -> Response:
    talking.settle(db, member, case)
    return RedirectResponse("/desk", HTTPStatus.SEE_OTHER)


@router.post("/desk/cases/{case_id}/grant")
def grant(db: Db, member: PageStaff, case: CaseInHand) -> Response:
    talking.settle(db, member, case, renames=True)
    return RedirectResponse("/desk", HTTPStatus.SEE_OTHER)
