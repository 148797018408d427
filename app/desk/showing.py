"""Cases as the desk's templates see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.desk import crisis_showing, queries
from app.desk.phrases import act_name, action_name, age, kind_name, reason_name, short_role_name, tier_name
from app.desk.queries import Seen
from app.desk.rules import may_show
from app.foundation.times import now
from app.groups import queries as groups
from app.groups.rule_queries import Sayings, told, told_in
from app.log.models import LogAnchor, LogEntry
from app.members import queries as members
from app.members.member import Member
from app.members.models import Role
from app.moderation.marking import marked
from app.moderation.models import Action, Case
from app.moderation.verdict import Field
from app.stories import queries as stories

REPLIES_AROUND = 20


def lines(db: Session, found: Sequence[Seen]) -> list[dict[str, Any]]:
    """Cases in the queue."""
    said = told(db, ((seen.group, f) for seen in found for f in seen.findings))
    return [_line(seen, said) for seen in found]


def _line(seen: Seen, said: Sayings) -> dict[str, Any]:
    found = seen.case
    return {
        "id": found.id,
        "tier": found.tier.value,
        "tier_name": tier_name(found.tier),
        "kind": kind_name(found.kind),
        "group_name": seen.group.name,
        "persona": seen.persona,
        "age": age(found.opened_at, now()),
        "status": found.status.value,
        "claimed_by": seen.holder,
        "reasons": list(dict.fromkeys(said.of(seen.group, f).public_name for f in seen.findings)),
    }


def log_lines(db: Session, found: Sequence[LogEntry]) -> list[dict[str, Any]]:
    """Entries of the log: who did what, in which group, by which guideline."""
    named = groups.named(db, list({e.group_id for e in found if e.group_id}))
    names = members.personas(db, list({e.by_membership_id for e in found if e.by_membership_id}))
    titles = {(group.id, item.id): item.title for group in named.values() for item in groups.items(db, group)}
    return [
        {
            "number": e.number,
            "by": names.get(e.by_membership_id or "", ""),
            "act": act_name(e.act),
            "day": e.day,
            "group": named[e.group_id].name if e.group_id else "",
            "reason": titles.get((e.group_id or "", e.reason)) or _class(e.reason),
            "subject": e.subject,
            "hash": e.hash,
        }
        for e in found
    ]


def anchor_lines(db: Session, found: Sequence[LogAnchor]) -> list[dict[str, Any]]:
    named = groups.named(db, [one.chain for one in found])
    return [
        {
            "group": named[one.chain].name if one.chain in named else "",
            "number": one.number,
            "day": one.day,
            "hash": one.hash,
        }
        for one in found
    ]


def _class(reason: str) -> str:
    """A reason that is no guideline in force. What was done with words is said by the act already."""
    if reason in set(Role):
        return short_role_name(Role(reason))
    return "" if reason in set(Action) else reason


def case_page(db: Session, member: Member, found: Case) -> dict[str, Any]:
    """All that a moderator needs to decide a case, and nothing else (SECURITY.md, M-1)."""
    seen = queries.seen(db, [found])[0]
    said = told_in(db, seen.group, seen.findings)
    titles = {item.id: item.title for item in groups.items(db, seen.group)}
    words = queries.words_of(db, found)
    return {
        "case": {**_line(seen, said), "is_out": words is not None and words.is_shown},
        "crisis": crisis_showing.panel(db, member, found, seen.findings),
        "claim": _claim(member, found),
        "claimed_by": seen.holder,
        "title_parts": marked(getattr(words, "title", ""), seen.findings, Field.TITLE),
        "words_parts": marked(words.body if words else "", seen.findings, Field.BODY),
        "findings": _findings(seen, titles, said),
        "flags": _flags(db, found),
        "thread": _thread(db, found),
        "decisions": _decisions(db, found, titles),
        "guidelines": [{"id": item_id, "title": title} for item_id, title in titles.items()],
    }


def _claim(member: Member, found: Case) -> str:
    """`mine`, `other`, `free`, or `none` when there is nothing to decide any more."""
    holder = found.holder(now())
    if not found.is_open:
        return "none"
    if holder is None:
        return "free"
    return "mine" if member.owns(holder) else "other"


def _findings(seen: Seen, titles: dict[str, str], said: Sayings) -> list[dict[str, Any]]:
    return [
        {
            "n": n,
            "headline": said.of(seen.group, f).public_name,
            "message": said.of(seen.group, f).message,
            "rule": f.rule,
            "guideline_title": titles.get(f.guideline, ""),
        }
        for n, f in enumerate(seen.findings, 1)
    ]


def _flags(db: Session, found: Case) -> list[dict[str, Any]]:
    """One line a flag. Who gave it is shown to nobody."""
    return [
        {
            "reason": reason_name(flag.reason),
            "count": 1,
            "note_html": note.safe_html if note and may_show(note) else "",
            "day": flag.day,
        }
        for flag, note in queries.flags_with_notes(db, found)
    ]


def _thread(db: Session, found: Case) -> dict[str, Any] | None:
    """The story around a reply, with the replies that are out."""
    story = queries.answered_story(db, found)
    if story is None:
        return None
    version = story.shown or story.latest
    around: Sequence[stories.Shown] = stories.replies(db.connection(), story.id, 0, REPLIES_AROUND)
    return {
        "title": version.title,
        "html": version.safe_html,
        "persona": stories.persona_of(db, story.membership_id),
        "hour": story.created_hour,
        "replies": [{"persona": r.persona, "hour": r.hour, "html": r.html} for r in around],
    }


def _decisions(db: Session, found: Case, titles: dict[str, str]) -> list[dict[str, Any]]:
    """What people decided before about these words, with what they wrote to the author and for each other."""
    made = queries.earlier_decisions(db, found)
    names = members.personas(db, [d.by_membership_id for d in made if d.by_membership_id])
    notes = {(n.explains_id, n.is_for_author): n.safe_html for n in queries.notes_on(db, made)}
    return [
        {
            "day": d.day,
            "by": names.get(d.by_membership_id or "", ""),
            "what": action_name(d.action) if d.action else "",
            "guideline_title": titles.get(d.guideline, d.guideline),
            "note_html": notes.get((d.id, True), ""),
            "reason_html": notes.get((d.id, False), ""),
        }
        for d in made
    ]
