"""Writing on pages, step by step: typed, looked over, mended, kept, sent. Nothing typed is ever lost on the way."""

from dataclasses import dataclass
from http import HTTPStatus
from textwrap import shorten
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.care import cover
from app.foundation.errors import Conflict, Unfit
from app.foundation.ids import new_id
from app.foundation.site import country
from app.foundation.web.forms import Filled, Posted, filled, read
from app.foundation.web.templates import page
from app.groups import queries as groups
from app.groups.models import Ground, Group
from app.groups.rule_queries import told_in
from app.members.member import Member
from app.members.models import Membership
from app.moderation import sanitise
from app.moderation.help_directory import help_for
from app.moderation.marking import marked
from app.moderation.verdict import Field, Finding, Outcome, Verdict
from app.stories import actions
from app.stories.drafts import Draft
from app.stories.forms import DraftForm, ReplyForm, StoryForm
from app.stories.judging import judged, must_go_on
from app.stories.models import ContentNote, Reply, Story
from app.stories.noting import fresh
from app.stories.phrases import notes_to_choose, rests_on
from app.stories.rules import address

FIRST_WORDS = 60
"""Letters of a title that nobody wrote."""
FIELDS = ("title", "body", "content_notes", "noted", "answer_me_with", "writing")


@dataclass(frozen=True, slots=True)
class Desk:
    """What is being written, where it will go, and where its form posts to."""

    group: Group
    action: str
    id: str = ""
    answered: Story | None = None
    changed: Story | Reply | None = None

    @property
    def is_reply(self) -> bool:
        return self.answered is not None

    @property
    def wish(self) -> str | None:
        """How the author of the story that is answered would like it."""
        shown = self.answered and self.answered.shown
        return shown.answer_me_with if shown else None


@dataclass(slots=True)
class Noted:
    """A finding as a page shows it."""

    n: int
    headline: str
    message: str
    suggestion: str
    rule: str
    guideline_title: str

    @property
    def kind(self) -> str:
        return self.rule.partition(".")[0]


def write_page(request: Request, desk: Desk, member: Member, form: Filled[Any], status: int = 200) -> Response:
    """The empty or filled form."""
    form.values = {"answer_me_with": "", **form.values}
    return page(
        request, "stories/write.html", status, group=desk.group, membership=_speaker(member, desk), form=form,
        notes=notes_to_choose(), editing=desk.changed, reply_to=desk.answered, action=desk.action, wish=desk.wish,
        help=help_for(country()),
    )  # fmt: skip


def step(request: Request, db: Session, member: Member, desk: Desk, typed: Posted) -> Response:
    """One press of a button of the form: `do` says which, or `take` a suggestion by its number."""
    must_go_on(db, member, desk.group, typed.one("body"), typed.one("title"))
    doing, typed = typed.one("do"), _titled(db, desk, typed)
    try:
        if typed.one("take"):
            return look_page(request, db, member, desk, _taken(db, desk, typed))
        match doing:
            case "keep":
                draft = actions.keep_draft(db, member, _draft(desk, typed))
                return RedirectResponse(f"/drafts/{draft.id}", HTTPStatus.SEE_OTHER)
            case "write":
                return write_page(request, desk, member, filled(_only_words(typed)))
            case "share" | "as_is":
                return _send(db, member, desk, typed, as_is=doing == "as_is")
            case _:
                _whole(desk, typed)
                return look_page(request, db, member, desk, typed)
    except Unfit as wrong:
        return write_page(request, desk, member, filled(_only_words(typed), wrong), wrong.status)


def look_page(request: Request, db: Session, member: Member, desk: Desk, typed: Posted) -> Response:
    """The words as others would see them, or with each place that needs another look."""
    verdict = _verdict(db, desk, typed)
    findings = numbered(db, desk.group, verdict.findings)
    clean = not verdict.findings
    words = _with_notes(_only_words(typed), verdict)
    touched = {*words.fields["content_notes"], *verdict.content_notes}
    return page(
        request, "stories/look.html", group=desk.group, membership=_speaker(member, desk), reply_to=desk.answered,
        form=filled(words), action=desk.action, wish=desk.wish, outcome=verdict.outcome.value, help=verdict.help,
        notes=[] if desk.is_reply else [note for note in notes_to_choose() if note[0] in touched],
        unstaffed="" if clean else cover.unstaffed(db, desk.group.id),
        findings=findings, html=verdict.html if clean else None,
        title_parts=marked(typed.one("title"), verdict.findings, Field.TITLE),
        body_parts=marked(typed.one("body"), verdict.findings, Field.BODY),
    )  # fmt: skip


def _with_notes(words: Posted, verdict: Verdict) -> Posted:
    """What is typed, with what the judge says it touches on: added once, as its author may take it off."""
    chosen, noted = words.fields.get("content_notes", []), words.fields.get("noted", [])
    added = fresh(verdict, (*chosen, *noted))
    return Posted({**words.fields, "content_notes": [*chosen, *added], "noted": [*noted, *fresh(verdict, noted)]})


def numbered(db: Session, group: Group | Ground, findings: Any) -> list[Noted]:
    """Findings with their numbers, in the reader's words."""
    if not findings:
        return []
    titles = {item.id: item.title for item in groups.items_of(db, group.id, group.guidelines_version)}
    said = told_in(db, group, findings)
    return [
        Noted(n, said.of(group, f).public_name, f.message, f.suggestion, f.rule, rests_on(f.rule, titles.get(f.guideline, "")))
        for n, f in enumerate(findings, 1)
    ]  # fmt: skip


def draft_as_typed(draft: Draft) -> Posted:
    """A kept draft as if it had just been typed."""
    return Posted(
        {
            "title": [draft.title],
            "body": [draft.body],
            "content_notes": list(draft.content_notes),
            "noted": list(draft.noted),
            "answer_me_with": [draft.answer_me_with or ""],
        }
    )


def _send(db: Session, member: Member, desk: Desk, typed: Posted, *, as_is: bool) -> Response:
    form = _whole(desk, typed)
    form.as_is = as_is
    try:
        sent = _sent(db, member, desk, form)
    except Conflict:
        if desk.id:  # the same form a second time: it leads to what the first one did
            return RedirectResponse(f"/{'replies' if desk.is_reply else 'stories'}/{desk.id}", HTTPStatus.SEE_OTHER)
        raise
    if sent.draft:
        return RedirectResponse(f"/drafts/{sent.id}", HTTPStatus.SEE_OTHER)
    return RedirectResponse(_address(sent), HTTPStatus.SEE_OTHER)


def _sent(db: Session, member: Member, desk: Desk, form: StoryForm | ReplyForm) -> actions.Sent:
    if isinstance(form, StoryForm):
        if isinstance(desk.changed, Story):
            return actions.change_story(db, member, desk.changed, form)
        return actions.share(db, member, desk.group, form, desk.id)
    if isinstance(desk.changed, Reply):
        return actions.change_reply(db, member, desk.changed, form)
    assert desk.answered is not None  # noqa: S101
    return actions.reply(db, member, desk.answered.id, form, desk.id)


def _address(sent: actions.Sent) -> str:
    if sent.placed:
        return address(sent.placed) if sent.placed.number else f"/replies/{sent.id}"
    if isinstance(sent.telling, Reply):
        out = sent.telling.shown is not None and sent.telling.latest is sent.telling.shown
        return address(sent.telling) if out else f"/replies/{sent.id}"
    return f"/stories/{sent.id}"


def _whole(desk: Desk, typed: Posted) -> StoryForm | ReplyForm:
    words = _only_words(typed)
    if desk.is_reply:
        return read(ReplyForm, words)
    if words.fields.get("noted"):  # its author saw the judge's notes: whichever is not chosen was taken off
        words.fields.setdefault("content_notes", [])
    return read(StoryForm, words)


def _titled(db: Session, desk: Desk, typed: Posted) -> Posted:
    """A cry for help is not sent back for want of a title: its own first words stand there."""
    if desk.is_reply or typed.one("title").strip() or not typed.one("body").strip():
        return typed
    if _verdict(db, desk, typed).outcome is not Outcome.URGENT:
        return typed
    return Posted({**typed.fields, "title": [shorten(sanitise.line(typed.one("body")), FIRST_WORDS, placeholder="…")]})


def _draft(desk: Desk, typed: Posted) -> Draft:
    form = read(DraftForm, _only_words(typed))
    story_id = desk.answered.id if desk.answered else ""
    notes = [note.value for note in form.content_notes]
    return Draft(desk.id or new_id(), desk.group.id, story_id, form.title, form.body, notes, form.answer_me_with, [
        note.value for note in ContentNote if note in typed.fields.get("noted", ())
    ])  # fmt: skip


def _verdict(db: Session, desk: Desk, typed: Posted) -> Verdict:
    return judged(db, desk.group, typed.one("body"), typed.one("title"), wish=desk.wish)


def _taken(db: Session, desk: Desk, typed: Posted) -> Posted:
    """The words with one suggestion put in its place."""
    _whole(desk, typed)
    findings = _verdict(db, desk, typed).findings
    number = typed.one("take")
    chosen = next((found for n, found in enumerate(findings, 1) if str(n) == number), None)
    if chosen is None or not chosen.suggestion:
        return typed
    return Posted({**typed.fields, chosen.field.value: [_replaced(typed.one(chosen.field.value), chosen)]})


def _replaced(text: str, chosen: Finding) -> str:
    return text[: chosen.start] + chosen.suggestion + text[chosen.end :]


def _only_words(typed: Posted) -> Posted:
    """Line ends as they are judged and stored, a wish that was not chosen left out, buttons dropped."""
    kept = {n: [w.replace("\r\n", "\n") for w in v] for n, v in typed.fields.items() if n in FIELDS}
    if kept.get("answer_me_with") == [""]:
        del kept["answer_me_with"]
    return Posted(kept)


def _speaker(member: Member, desk: Desk) -> Membership | None:
    return member.in_group(desk.group.id)
