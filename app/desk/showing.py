"""Cases as the desk's templates see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.desk import queries, queue
from app.desk.phrases import act_name, age, alarm, kind_name, short_role_name, stream_name, tier_name
from app.desk.queries import Seen
from app.desk.queue import Stream
from app.desk.rules import moderated_groups, sees_every_group
from app.foundation.times import now
from app.groups import queries as groups
from app.groups.rule_queries import Sayings, told
from app.log.models import LogAnchor, LogEntry
from app.members import queries as members
from app.members.member import Member
from app.members.models import Role
from app.moderation.models import Action, Case
from app.moderation.weight import is_heavy

MARK_LETTERS = 12


def lines(db: Session, found: Sequence[Seen]) -> list[dict[str, Any]]:
    """Cases in the queue."""
    said = told(db, ((seen.group, f) for seen in found for f in seen.findings))
    return [line_of(seen, said) for seen in found]


def line(db: Session, found: Case) -> dict[str, Any]:
    """One case, as in the queue."""
    return lines(db, queries.seen(db, [found]))[0]


def line_of(seen: Seen, said: Sayings) -> dict[str, Any]:
    found, at = seen.case, now()
    return {
        "id": found.id,
        "tier": found.tier.value,
        "tier_name": tier_name(found.tier, found.kind),
        "kind": kind_name(found.kind),
        "kind_key": found.kind.value,
        "group_name": seen.group.name,
        "persona": seen.persona,
        "age": age(found.opened_at, at),
        "is_late": queue.is_late(found, at),
        "is_heavy": found.is_heavy,
        "status": found.status.value,
        "claimed_by": seen.holder,
        "handed_by": seen.handed_by,
        "handed": {"note_html": seen.handover.safe_html if seen.handover else ""},
        "handed_is_heavy": seen.handover is not None and is_heavy(f.rule for f in seen.handover.decision.findings),
        "reasons": list(dict.fromkeys(said.of(seen.group, f).public_name for f in seen.findings)),
    }


def around(db: Session, member: Member) -> dict[str, Any]:
    """What every page of the desk knows: how much waits, and whether somebody may be in danger."""
    waiting = queue.urgent(db, member)
    counts = queue.counts(db, member)
    return {
        "streams": [(one.value, stream_name(one), counted(counts[one.value])) for one in Stream],
        "heavy": counted(counts["heavy"]),
        "light": counted(counts["light"]),
        "alarm": {"ids": waiting, "known": " ".join(map(mark_of, waiting)), "said": alarm(len(waiting))},
    }


def mark_of(case_id: str) -> str:
    """By which an open page knows a case again, whatever it is."""
    return case_id[:MARK_LETTERS]


def counted(count: int) -> str:
    return str(count) if count <= queue.MOST_COUNTED else f"{queue.MOST_COUNTED}+"


def groups_to_choose(db: Session, member: Member) -> list[dict[str, str]]:
    """The groups whose cases one may see, by name, for those who may see more than one."""
    own = moderated_groups(member)
    found = groups.every_one(db) if sees_every_group(member) else list(groups.named(db, own).values())
    return [{"id": group.id, "name": group.name} for group in sorted(found, key=lambda group: group.name)]


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
