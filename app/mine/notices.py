"""What one is told, in words, and where it leads."""

from typing import Any

from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.foundation.language import gettext as _
from app.groups.models import Group
from app.mine.news import subject
from app.moderation.models import Action, Decision
from app.notifications.models import Notice, NoticeKind
from app.stories.statements import limit_statement, statement

FOR_OTHERS = (NoticeKind.FLAG_OUTCOME, NoticeKind.FLAG_AGAIN)
"""Told to those who asked for a look: they hear the outcome alone."""

CARING = frozenset({
    NoticeKind.ALERT, NoticeKind.READING, NoticeKind.ANSWER, NoticeKind.WISHES, NoticeKind.CARE, NoticeKind.BUDDY,
    NoticeKind.GOES_ON, NoticeKind.PAIR,
})  # fmt: skip
"""Told about words of danger, or by one moderator to another."""


def notice_statement(db: Session, group: Group, notice: Notice) -> dict[str, Any] | None:
    """What was decided about one's own words, or about oneself."""
    if notice.decision_id is None or notice.kind in FOR_OTHERS or notice.kind is NoticeKind.SEALED:
        return None
    decision = db.get_one(Decision, notice.decision_id)
    if notice.kind is NoticeKind.LIMIT:
        return limit_statement(db, group, decision, appeals.limit_of(db, decision.id))
    return statement(db, group, decision, subject_of(db, notice, group))


def subject_of(db: Session, notice: Notice, group: Group) -> str:
    """What a notice is about, as CONTRACT.md names it: a pause that lasts by its own id, all else by the words."""
    if notice.kind is NoticeKind.LIMIT and notice.decision_id:
        limit = appeals.limit_of(db, notice.decision_id)
        if limit:
            return f"limit:{limit.id}"
    return subject(group.slug, notice.story_id, notice.reply_id, notice.kind)


def href_of(db: Session, notice: Notice, group: Group) -> str:
    if notice.kind is NoticeKind.ROLE:
        return "/staff"
    if notice.kind is NoticeKind.SEALED:
        return "/privacy"
    if notice.kind is NoticeKind.WORD:
        return f"/talks/{notice.story_id}"
    if notice.kind in CARING:
        return _href_of_care(notice)
    kind, _colon, about = subject_of(db, notice, group).partition(":")
    return f"/appeals/limit/{about}" if kind == "limit" else f"/{'replies' if kind == 'reply' else 'stories'}/{about}"


def _href_of_care(notice: Notice) -> str:
    """Where something leads that was told about danger, or among moderators."""
    about = f"/replies/{notice.reply_id}" if notice.reply_id else f"/stories/{notice.story_id}"
    if notice.kind in (NoticeKind.ALERT, NoticeKind.PAIR):
        return f"/desk/about/{notice.reply_id or notice.story_id}"
    if notice.kind in (NoticeKind.BUDDY, NoticeKind.GOES_ON):
        return "/desk/care"
    return f"{about}/how-are-you" if notice.kind is NoticeKind.CARE else f"{about}/care"


def text_of(db: Session, notice: Notice, group: Group, title: str) -> str:
    if title and notice.kind is NoticeKind.REPLY:
        return _("Somebody answered you in %(group)s, under “%(title)s”.") % {"group": group.name, "title": title}
    words = {
        NoticeKind.REPLY: _("Somebody answered you in %(group)s."),
        NoticeKind.DECISION: _("A moderator looked at your words in %(group)s."),
        NoticeKind.FLAG_OUTCOME: _("What you told us about in %(group)s was looked at. Thank you for caring."),
        NoticeKind.FLAG_AGAIN: _("What you told us about in %(group)s was looked at again by another person."),
        NoticeKind.LIMIT: _("For a while you can read, but not write. It is about %(group)s."),
        NoticeKind.WORD: _("A moderator of %(group)s has a word for you."),
        NoticeKind.ALERT: _("Somebody may be in danger. The desk waits for you."),
        NoticeKind.READING: _("A person is reading your words in %(group)s now."),
        NoticeKind.ANSWER: _("A moderator wrote to you, about your words in %(group)s."),
        NoticeKind.WISHES: _("A moderator opened and read the wishes you gave along, in %(group)s."),
        NoticeKind.CARE: _("You answered somebody in %(group)s who is having a hard time. How are you?"),
        NoticeKind.BUDDY: _("Another moderator asks whether you would be their buddy."),
        NoticeKind.GOES_ON: _("Your buddy reads on today beyond what is good for anybody. Ask how they are."),
        NoticeKind.PAIR: _("Another moderator asks you to read a case along."),
        NoticeKind.ROLE: _("Your role in %(group)s was changed. Here it says what it is now."),
        NoticeKind.APPEAL: _("Another person looked again at what was decided in %(group)s."),
        NoticeKind.SEALED: _(
            "Two moderators together opened the sealed copy of your words in %(group)s. It closes again by itself."
        ),
    }
    said = words[notice.kind] % {"group": group.name}
    outcome = _outcome(db, notice) if notice.kind in FOR_OTHERS and notice.decision_id else ""
    return f"{said} {outcome}" if outcome else said


def _outcome(db: Session, notice: Notice) -> str:
    """What came of it, and no more: not why, and nothing of what the writer was told."""
    action = db.get_one(Decision, notice.decision_id).action
    return (
        {
            Action.PUBLISH: _("The words are out."),
            Action.KEEP: _("The words stay as they are."),
            Action.REDACT: _("Some words were taken out."),
            Action.RETURN: _("Its writer was asked to change something."),
            Action.REMOVE: _("The words were taken down."),
        }.get(action, "")
        if action
        else ""
    )
