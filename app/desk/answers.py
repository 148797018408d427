"""Cases and log entries as the API answers them (CONTRACT.md, "JSON API")."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.desk import queries
from app.desk.forms import CaseInFull, CaseShown, EntryShown, WordsShown
from app.desk.queries import Seen
from app.groups import queries as groups
from app.groups.rule_queries import Sayings, Told, told
from app.log.models import LogEntry
from app.members import queries as members
from app.moderation.models import Case, Finding


def cases(db: Session, found: Sequence[Seen]) -> list[CaseShown]:
    said = told(db, ((seen.group, f) for seen in found for f in seen.findings))
    return [_case(seen, said) for seen in found]


def _case(seen: Seen, said: Sayings) -> CaseShown:
    found = seen.case
    return CaseShown(
        id=found.id, subject=f"{found.kind.value}:{found.subject_id}", group=seen.group.slug, persona=seen.persona,
        tier=found.tier.value, status=found.status.value, opened_at=rfc3339(found.opened_at), claimed_by=seen.holder,
        findings=[_finding(f, said.of(seen.group, f)) for f in seen.findings],
    )  # fmt: skip


def case_in_full(db: Session, found: Case) -> CaseInFull:
    """One case with the words it is about."""
    words = queries.words_of(db, found)
    shown = words and WordsShown(title=getattr(words, "title", ""), body=words.body, html=words.html)
    return CaseInFull(**cases(db, queries.seen(db, [found]))[0].model_dump(), words=shown)


def _finding(found: Finding, said: Told) -> dict[str, Any]:
    """A finding as in a verdict; its sentences are the rule's own, as no words are kept with it."""
    return {
        "rule": found.rule,
        "kind": found.kind.value,
        "severity": found.severity.value,
        "field": found.field.value,
        "start": found.start,
        "end": found.end,
        "message": said.message,
        "suggestion": said.suggestion,
        "guideline": found.guideline,
    }


def entries(db: Session, found: Sequence[LogEntry]) -> list[EntryShown]:
    """Entries of the log, each with the hash of the one before."""
    named = groups.named(db, list({e.group_id for e in found if e.group_id}))
    names = members.personas(db, list({e.by_membership_id for e in found if e.by_membership_id}))
    return [
        EntryShown(
            chain=e.chain, number=e.number, group=named[e.group_id].slug if e.group_id else None, day=e.day.isoformat(),
            act=e.act, by=names.get(e.by_membership_id or ""), subject=e.subject, reason=e.reason,
            outline=e.outline, salt=e.salt, previous_hash=e.previous_hash, hash=e.hash,
        )
        for e in found
    ]  # fmt: skip


def rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
