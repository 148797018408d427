"""A group's log as its members see it: what staff did, why, on which day; and the means to check that nothing was changed
(SECURITY.md, M-5, M-6, M-9). Who acted and on whose words is for nobody here."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.foundation.language import gettext as _
from app.foundation.typed import Shaped
from app.groups import queries
from app.groups.models import Group
from app.log import anchors
from app.log import queries as log
from app.log.acts import LOOKED, outline
from app.log.models import LogEntry
from app.log.rules import FIRST, Written, canonical
from app.members.models import Role

LINES = 10_000
"""Entries in one file, some two megabytes."""
ANCHORS = 10


class LineShown(Shaped):
    """One act, as members are told of it. `line` is what is chained, None for what was written before members could check."""

    number: int
    day: str
    act: str
    reason: str
    line: str | None
    hash: str


class AnchorShown(Shaped):
    """How far the chain had come one night."""

    number: int
    day: str
    hash: str


class LogShown(Shaped):
    """A page of a group's log. The hash of an entry is SHA-256(hash of the one before, a newline, its `line`)."""

    items: list[LineShown]
    anchors: list[AnchorShown]
    next: int | None


def log_shown(db: Session, group: Group, before: int | None, limit: int) -> LogShown:
    """Entries of a group's chain, the newest first, and its newest anchors."""
    found = log.newest_of(db, group.id, before, limit + 1)
    return LogShown(
        items=[_line(entry) for entry in found[:limit]], anchors=anchors_of(db, group),
        next=found[limit - 1].number if len(found) > limit else None,
    )  # fmt: skip


def _line(entry: LogEntry) -> LineShown:
    act, _space, reason = told(entry).partition(" ")
    line = None if entry.salt is None else canonical(Written.of(entry))
    return LineShown(number=entry.number, day=entry.day.isoformat(), act=act, reason=reason, line=line, hash=entry.hash)


def told(entry: LogEntry) -> str:
    return outline(entry.act, entry.reason) if entry.outline is None else entry.outline


def anchors_of(db: Session, group: Group) -> list[AnchorShown]:
    found = anchors.newest(db, [group.id], ANCHORS)
    return [AnchorShown(number=one.number, day=one.day.isoformat(), hash=one.hash) for one in found]


def file_of(db: Session, group: Group, after: int) -> str:
    """What is chained of a group's log, an entry a line, the oldest first: at most `LINES` of those after a number."""
    return "".join(f"{canonical(Written.of(entry))}\n" for entry in log.of_chain(db, group.id, after, LINES))


def begins_with(db: Session, group: Group) -> tuple[int, str]:
    """Which entry the file begins with, and the hash before it: zeros, unless older entries cannot be checked by members."""
    first = log.of_chain(db, group.id, 0, 1)
    return (first[0].number, first[0].previous_hash) if first else (1, FIRST)


def in_words(db: Session, group: Group, lines: list[LineShown]) -> Iterator[tuple[str, str, LineShown]]:
    """What was done and why, in plain words, for each line."""
    titles = {item.id: item.title for item in queries.items(db, group)}
    for line in lines:
        yield act_name(line.act), _reason_name(line.act, line.reason, titles), line


def act_name(act: str) -> str:
    return {
        LOOKED: _("Somebody looked, or decided what only its author sees"),
        "case.remove": _("Words were taken down"),
        "case.redact": _("Words were taken out of a text"),
        "invitation.made": _("Somebody was invited"),
        "group.opened": _("The group was opened"),
        "group.changed": _("The group’s texts were changed"),
        "group.closed": _("The group was closed"),
        "group.reopened": _("The group was opened again"),
        "group.rules": _("The group’s rules were changed"),
        "role.given": _("Somebody was given a role here"),
        "role.taken": _("A role here was taken back"),
        "role.laid-down": _("Somebody laid a role down"),
        "rule.live": _("A rule of this group came into force"),
        "rule.shadow": _("A rule of this group was put on trial"),
    }.get(act, act)


def _reason_name(act: str, reason: str, titles: dict[str, str]) -> str:
    """Guidelines by their titles, roles by their names. What is no reason to read is left out."""
    roles = {
        Role.MEMBER.value: _("as a member"),
        Role.FACILITATOR.value: _("as a facilitator"),
        Role.MODERATOR.value: _("as a moderator"),
        Role.ADMINISTRATOR.value: _("as an administrator"),
    }
    return titles.get(reason, "") or (roles.get(reason, "") if act == "invitation.made" else "")
