"""Who may use the lab, when a rule is ripe, and when it oversteps. Unknown means no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.foundation.sealing import digest
from app.groups.models import Group
from app.lab.models import Said
from app.members.member import DESK, Member
from app.members.models import Membership
from app.members.rules import can_administer, can_tend, tends_as
from app.moderation.figures import wilson
from app.moderation.models import Action
from app.moderation.own_rules import is_own
from app.moderation.rule import Rule, State
from app.moderation.rulebook import may_become

JUDGED_TO_GO_LIVE: Final = 30
"""MODERATION.md, "Rule object": promotion needs so many judged hits …"""
DAYS_TO_GO_LIVE: Final = 14
"""… or so many days on trial."""
LAST_DECISIONS: Final = 50
MOST_OVERTURNED: Final = 0.4
"""Auto-demotion: when people overturn more than this share of a rule's last decisions (MODERATION.md)."""


@dataclass(frozen=True)
class Figures:
    """What people said of a rule's hits."""

    right: int = 0
    wrong: int = 0
    strict: int = 0

    @property
    def good(self) -> int:
        return self.right + self.strict

    @property
    def judged(self) -> int:
        return self.good + self.wrong

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the share of good hits, with 95 % certainty (Wilson)."""
        return wilson(self.good, self.judged)

    def of(self, said: Said) -> int:
        return {Said.RIGHT: self.right, Said.WRONG: self.wrong, Said.STRICT: self.strict}[said]


def staff_here(member: Member, group: Group | None) -> Membership | None:
    """The membership under which one uses the lab for a group's own rules, or (None) for the site's; None if one may not."""
    if group is None:
        return member.in_group(DESK) if can_administer(member) else None
    return tends_as(member, group.id) if can_tend(member, group.id) and group.id != DESK else None


def reads_held(member: Member, group: Group) -> bool:
    """Whether one may read what waits in a group: its moderators and the desk may, whoever only looks after it may not."""
    return member.staff_for(group.id) is not None


def made_of(rule: Rule) -> str:
    """By what a rule is known to be the same one: a pack's by name and version, a group's own by what it looks for."""
    if not is_own(rule.id):
        return digest(f"pack {rule.id}@{rule.version}")
    return digest("own\n" + "\n".join(pattern.written for pattern in rule.patterns))


def next_states(rule: Rule) -> list[State]:
    """What can be made of a rule here. A group's own is taken away where it was written."""
    ways = {
        State.LIVE: [State.SHADOW, State.RETIRED],
        State.SHADOW: [State.LIVE, State.RETIRED],
        State.RETIRED: [State.SHADOW],
        State.DRAFT: [],
    }[rule.state]
    return [state for state in ways if may_become(rule, state) and not (is_own(rule.id) and state is State.RETIRED)]


def is_ripe(figures: Figures, on_trial_since: date | None, day: date) -> bool:
    """Whether a rule on trial may come into force."""
    has_waited = on_trial_since is not None and (day - on_trial_since).days >= DAYS_TO_GO_LIVE
    return figures.judged >= JUDGED_TO_GO_LIVE or has_waited


def oversteps(decisions: Sequence[Action]) -> bool:
    """Whether people let out too much of what a rule held; `decisions` with the newest first."""
    last = decisions[:LAST_DECISIONS]
    let_out = sum(action is Action.PUBLISH for action in last)
    return len(last) == LAST_DECISIONS and let_out > MOST_OVERTURNED * LAST_DECISIONS
