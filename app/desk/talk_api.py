"""Doors for programs: talks between a member and the moderators of a group, and whether a story takes replies."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.desk import talking
from app.desk.deps import ApiCase, ApiCaseInHand, ApiStaff
from app.desk.talk_forms import AskForm, LetterForm, LetterShown, SettleForm, TalkList, TalkShown
from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.groups import queries as groups
from app.groups.models import Group
from app.members import queries as members
from app.members.deps import ApiMember, must_be_found
from app.members.once import OnceDep
from app.moderation.models import Subject
from app.stories import answering
from app.stories.deps import ApiStory
from app.stories.talks import Talk

router = Doors()


def _own(talk_id: str, db: Db, member: ApiMember) -> Talk:
    found: Talk = must_be_found(talking.talk_for(db, member, talk_id))
    return found


OwnTalk = Annotated[Talk, Depends(_own)]


@router.get("/me/talks", summary="What one and moderators said to each other")
def list_talks(db: Db, member: ApiMember) -> TalkList:
    return TalkList(items=[_shown(db, talk) for talk in talking.of_member(db, member)])


@router.post(
    "/groups/{slug}/talks", status_code=HTTPStatus.CREATED, response_model=TalkShown, summary="Ask the moderators of a group"
)  # fmt: skip
def ask(db: Db, member: ApiMember, slug: str, form: AskForm, once: OnceDep) -> JSONResponse:
    group, _membership = must_be_found(groups.joined_by(db, member, slug=slug))
    talk, _verdict = talking.ask(db, member, group, Subject(form.kind), form.body)
    return once.answered(HTTPStatus.CREATED, _shown(db, talk).model_dump())


@router.post("/me/talks/{talk_id}", response_model=TalkShown, summary="Say something in a talk of one's own")
def say(db: Db, talk: OwnTalk, form: LetterForm, once: OnceDep) -> JSONResponse:
    talking.say(db, talk, form.body)
    return once.answered(HTTPStatus.OK, _shown(db, talk).model_dump())


@router.get("/moderation/cases/{case_id}/talk", summary="What was said privately beside a case")
def show_beside(db: Db, member: ApiStaff, case: ApiCase) -> TalkShown:  # noqa: ARG001
    talk: Talk = must_be_found(talking.beside(db, case))
    return _shown(db, talk)


@router.post("/moderation/cases/{case_id}/talk", response_model=TalkShown, summary="A private word to a member")
def answer(db: Db, member: ApiStaff, case: ApiCaseInHand, form: LetterForm, once: OnceDep) -> JSONResponse:
    talk = talking.answer(db, member, case, form.body)
    return once.answered(HTTPStatus.OK, _shown(db, talk).model_dump())


@router.post(
    "/moderation/cases/{case_id}/settle", status_code=HTTPStatus.NO_CONTENT, summary="A question is answered"
)  # fmt: skip
def settle(db: Db, member: ApiStaff, case: ApiCaseInHand, form: SettleForm, once: OnceDep) -> Response:
    """`rename`: whoever asked for another name may choose one."""
    talking.settle(db, member, case, renames=form.rename)
    return once.done()


@router.put(
    "/stories/{story_id}/quiet", status_code=HTTPStatus.NO_CONTENT, summary="No more replies to one's own story"
)
def want_no_replies(db: Db, member: ApiMember, story: ApiStory, once: OnceDep) -> Response:
    answering.want_replies(db, member, story, wants=False)
    return once.done()


@router.delete("/stories/{story_id}/quiet", status_code=HTTPStatus.NO_CONTENT, summary="Replies are welcome again")
def want_replies(db: Db, member: ApiMember, story: ApiStory, once: OnceDep) -> Response:
    answering.want_replies(db, member, story, wants=True)
    return once.done()


def _shown(db: Session, talk: Talk) -> TalkShown:
    names = members.personas(db, [one.by_membership_id for one in talk.letters if one.by_membership_id])
    said = [
        LetterShown(
            by=one["by"] or None, is_moderator=one["is_staff"], day=one["day"].isoformat(), html=one["note_html"]
        )
        for one in talking.shown(talk, names)
    ]
    slug = db.get_one(Group, talk.group_id).slug
    return TalkShown(id=talk.id, group=slug, about=talk.kind.value, words=said, may_rename=talk.may_rename)
