"""Appeals as pages and programs see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.appeals.models import Appeal, Appealed
from app.desk import appeal_queries, queries
from app.desk.appeals import Asked, may_answer, who_decided
from app.desk.phrases import action_name
from app.foundation.errors import Refusal
from app.foundation.language import day_in_full
from app.foundation.times import today
from app.groups.models import Group
from app.members import queries as members
from app.members.member import Member
from app.members.models import Limit
from app.moderation.models import Decision, Note
from app.moderation.verdict import Help
from app.stories.statements import limit_statement, state_in_words, statement


def own(db: Session, one: Appeal, help_lines: Sequence[Help] = ()) -> dict[str, Any]:
    """An appeal as the one who made it sees it."""
    return {
        "id": one.id, "subject": one.subject, "group": db.get_one(Group, one.group_id).slug,
        "status": one.status.value, "day": one.day.isoformat(), "due": one.due_day.isoformat(),
        "help": [{"name": h.name, "contact": h.contact, "url": h.url, "when": h.when} for h in help_lines],
    }  # fmt: skip


def asking(db: Session, found: Asked) -> dict[str, Any]:
    """What stands on the page on which somebody asks for a second look."""
    decision, kind, about = found
    group = db.get_one(Group, about.group_id)
    made = appeals.against(db, decision.id, kind)
    last = appeals.last_day(decision)
    nobody_else = appeals.staff_besides(db, group.id, [decision.by_membership_id or ""]) == 0
    said = (
        limit_statement(db, group, decision, about) if isinstance(about, Limit) else statement(db, group, decision, "")
    )
    return {
        "group": group, "statement": {**said, "appeal": None}, "last": day_in_full(last) if last else "",
        "is_late": last is None or last < today(), "is_pause": kind is Appealed.LIMIT,
        "state": state_in_words(made) if made else "", "nobody_else": nobody_else,
        "answer": _answer(db, made),
    }  # fmt: skip


def _answer(db: Session, made: Appeal | None) -> dict[str, Any]:
    """The statement of what was answered; without a sentence while nothing is."""
    if made is None or made.answer_id is None:
        return {"note_html": ""}
    return statement(db, db.get_one(Group, made.group_id), db.get_one(Decision, made.answer_id))


def lines(db: Session, member: Member, found: Sequence[Appeal]) -> list[dict[str, Any]]:
    """Appeals in their stream."""
    return [_line(db, member, seen) for seen in appeal_queries.looked(db, found)]


def _line(db: Session, member: Member, seen: appeal_queries.Looked) -> dict[str, Any]:
    one = seen.appeal
    return {
        "id": one.id, "subject": one.subject, "is_pause": one.kind is Appealed.LIMIT, "is_reply": bool(one.reply_id),
        "group_name": seen.group.name, "group": seen.group.slug, "persona": seen.persona, "urgent": one.is_urgent,
        "status": one.status.value, "day": one.day, "due": one.due_day, "late": one.is_open and one.due_day < today(),
        "why_not": why_not(db, member, one),
    }  # fmt: skip


def why_not(db: Session, member: Member, one: Appeal) -> str:
    """Why this member cannot answer it; nothing if they can."""
    try:
        may_answer(db, member, one)
    except Refusal as no:
        return no.detail
    return ""


def whole(db: Session, member: Member, one: Appeal) -> dict[str, Any]:
    """An appeal with all that is needed to answer it: what was decided and why, the words, and what is asked."""
    group, about = db.get_one(Group, one.group_id), db.get_one(Decision, one.about_id)
    words = appeal_queries.words_under(db, one, one.about_id, one.answer_id or "")
    limit = appeals.limit_of(db, about.id)
    said = limit_statement(db, group, about, limit) if one.kind is Appealed.LIMIT else statement(db, group, about)
    first = who_decided(db, one)
    case = appeals.case_of(db, about)
    names = members.personas(db, first)
    return {
        "line": _line(db, member, appeal_queries.looked(db, [one])[0]),
        "html": one.safe_html,
        "statement": {**said, "appeal": None, "how": ""},
        "decided_by": [names.get(m, "") for m in first],
        "decided_what": action_name(about.action) if about.action else "",
        "also_pause": limit is not None and one.kind is Appealed.WORDS,
        "title": getattr(words, "title", ""), "body": words.body if words else "", "has_words": words is not None,
        "has_sealed": bool(case and case.sealed_original), "case_id": case.id if case else "",
        "reason_html": next((n.html for n in _notes(db, about) if not n.is_for_author), ""),
        "nobody_else": appeals.staff_besides(db, one.group_id, first) == 0,
        "answer": _answer(db, one),
    }  # fmt: skip


def _notes(db: Session, decision: Decision) -> list[Note]:
    return queries.notes_on(db, [decision])
