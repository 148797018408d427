"""Questions about a group's rules: what it chose, what it wrote itself, and how a rule was called when it spoke."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple, Protocol

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from app.foundation.kept import Kept
from app.groups.models import Ground, Group, OwnRule, RuleChoice
from app.members.member import DESK
from app.moderation import own_rules
from app.moderation.own_rules import is_own
from app.moderation.rule import Rule, State
from app.moderation.rulebook import rule
from app.moderation.verdict import Severity

KEPT_BYTES = 2 * 1024 * 1024
BYTES_A_RULE = 4096
"""What a rule with its expression takes in memory, about."""


@dataclass(frozen=True)
class Chosen:
    """What a group's guidelines have beside what they have everywhere."""

    switched_on: tuple[str, ...] = ()
    tightened: tuple[tuple[str, Severity], ...] = ()
    own: tuple[Rule, ...] = ()
    states: tuple[tuple[str, State], ...] = ()
    """How far rules have come; those of the group's own stand in `own` as they are."""


class Found(Protocol):
    """A finding, stored or fresh."""

    @property
    def rule(self) -> str: ...
    @property
    def version(self) -> int: ...


class Told(NamedTuple):
    """What is said of a finding. A rule that is not there any more has its id for a name, and says nothing."""

    public_name: str
    message: str = ""
    suggestion: str = ""


NOTHING = Chosen()
_OWN = (
    select(OwnRule)
    .where(OwnRule.group_id == bindparam("group_id"), OwnRule.is_in_force)
    .order_by(OwnRule.id, OwnRule.version)
)
_CHOICES = select(RuleChoice).where(RuleChoice.group_id == bindparam("group_id")).order_by(RuleChoice.rule)


def chosen(db: Session, group: Group | Ground) -> Chosen:
    """What a group chose, asked of the database once for each version of it. A group that never chose asks nothing."""
    if not group.rules_version:
        return NOTHING
    key = (group.id, group.rules_version)
    return _kept().get(key) or _kept().keep(key, chosen_now(db, group.id))


@cache
def _kept() -> Kept[Chosen]:
    return Kept(KEPT_BYTES, lambda found: BYTES_A_RULE * (1 + len(found.own)))


def chosen_now(db: Session, group_id: str) -> Chosen:
    """The same as this transaction sees it, kept nowhere: what it changed may yet be rolled back."""
    choices = choices_of(db, group_id)
    states = {one.rule: one.state for one in choices if one.state}
    return Chosen(
        tuple(one.rule for one in choices if one.is_on),
        tuple((one.rule, one.severity) for one in choices if one.severity),
        tuple(_on_its_way(own_rules.made(as_written(row)), states) for row in own_of(db, group_id)),
        tuple(states.items()),
    )


def _on_its_way(rule: Rule, states: dict[str, State]) -> Rule:
    state = states.get(rule.id, rule.state)
    return rule if state is rule.state else replace(rule, state=state)


def states_of_site(db: Session, version: int) -> tuple[tuple[str, State], ...]:
    """How far this site let Hearth's rules come; `version` is the desk's `rules_version`, 0 while nothing was chosen."""
    if not version:
        return ()
    return (_kept().get((DESK, version)) or _kept().keep((DESK, version), chosen_now(db, DESK))).states


def own_of(db: Session, group_id: str) -> Sequence[OwnRule]:
    """The rules in force that a group wrote itself."""
    return db.scalars(_OWN, {"group_id": group_id}).all()


def choices_of(db: Session, group_id: str) -> Sequence[RuleChoice]:
    return db.scalars(_CHOICES, {"group_id": group_id}).all()


def as_written(row: OwnRule) -> own_rules.OwnRule:
    return own_rules.OwnRule(
        row.id, row.version, row.severity, row.guideline, row.public_name, row.why, row.message, tuple(row.words),
        tuple(row.examples_hit), tuple(row.examples_pass),
    )  # fmt: skip


def newest(db: Session, group_id: str) -> dict[str, OwnRule]:
    """The newest version of every rule that a group ever wrote, by its id: no id is used for another rule."""
    rows = db.scalars(select(OwnRule).where(OwnRule.group_id == group_id).order_by(OwnRule.version))
    return {row.id: row for row in rows}


class Sayings:
    """What findings say, each as its rule was worded when it spoke."""

    def __init__(self, said: dict[tuple[str, str, int], Told]) -> None:
        self._said = said

    def of(self, group: Group | Ground, found: Found) -> Told:
        return self._said[group.id, found.rule, found.version]


def told(db: Session, found: Iterable[tuple[Group | Ground, Found]]) -> Sayings:
    """What findings in these groups say. A group's own rules as they were worded in that version, also when they were
    changed or taken away since: one look-up for all, and none where no such rule spoke."""
    known = {(group.id, f.rule, f.version): group.language for group, f in found}
    own = [key for key in known if is_own(key[1])]
    said = {key: _by_pack(key[1], language) for key, language in known.items()}
    if own:
        keys = tuple_(OwnRule.group_id, OwnRule.id, OwnRule.version)
        for row in db.scalars(select(OwnRule).where(keys.in_(own))):
            said[row.group_id, row.id, row.version] = Told(row.public_name, row.message)
    return Sayings(said)


def told_in(db: Session, group: Group | Ground, found: Iterable[Found]) -> Sayings:
    """The same for one group."""
    return told(db, ((group, f) for f in found))


def _by_pack(rule_id: str, language: str) -> Told:
    known = rule(rule_id, language)
    return Told(known.public_name, known.message, known.suggestion) if known else Told(rule_id)
