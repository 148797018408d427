"""Rules, their figures and what a trial found, as the lab's templates see them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.foundation.keys import Keys
from app.foundation.language import gettext as _
from app.foundation.times import today
from app.groups import trials
from app.lab import queries
from app.lab.marking import hit_token
from app.lab.models import RuleEvent, Step
from app.lab.rules import Figures, made_of, next_states
from app.lab.trying import Hit, Outcome
from app.members import queries as members
from app.moderation.rule import Rule, State
from app.moderation.verdict import Kind

LATELY_DAYS = 30
AROUND = 90
"""Letters of a text that are shown on either side of a hit."""


def state_name(state: State) -> str:
    return {
        State.DRAFT: _("a draft"),
        State.SHADOW: _("on trial"),
        State.LIVE: _("in force"),
        State.RETIRED: _("taken away"),
    }[state]


def figures_in_words(figures: Figures) -> str:
    """How often a rule was right, and how sure one can be of it."""
    interval = figures.interval
    if interval is None:
        return _("Nobody judged a hit yet.")
    told = _(
        "%(good)s of %(judged)s judged hits were right, %(strict)s of these too strict. So between %(low)s and %(high)s in a"
        " hundred are right."
    )
    low, high = (round(100 * share) for share in interval)
    return told % {"good": figures.good, "judged": figures.judged, "strict": figures.strict, "low": low, "high": high}


def rule_lines(db: Session, rules: Sequence[Rule], groups: Sequence[str] | None) -> list[dict[str, Any]]:
    """Rules in a list: what asks for a look first, then what is on trial."""
    figures = queries.figures(db, [made_of(rule) for rule in rules])
    found = trials.found(db, groups, today() - timedelta(days=LATELY_DAYS))
    lines = [
        {
            "id": rule.id,
            "name": rule.public_name,
            "state": rule.state.value,
            "state_name": state_name(rule.state),
            "figures": figures_in_words(figures[made_of(rule)]),
            "is_plain": rule.state is State.LIVE and not figures[made_of(rule)].judged,
            "is_judged": bool(figures[made_of(rule)].judged),
            "found": found.get((rule.id, rule.version), 0),
        }
        for rule in rules
    ]
    order = [State.SHADOW.value, State.LIVE.value, State.RETIRED.value, State.DRAFT.value]
    return sorted(lines, key=lambda line: (order.index(str(line["state"])), str(line["name"])))


def rule_shown(db: Session, group_id: str, rule: Rule, groups: Sequence[str] | None) -> dict[str, Any]:
    """One rule with its history, and what can be made of it."""
    events = queries.history(db, group_id, rule.id)
    names = members.personas(db, [event.by_membership_id for event in events if event.by_membership_id])
    line = rule_lines(db, [rule], groups)[0]
    since = queries.on_trial_since(events, rule.version)
    return {
        **line, "why": rule.why, "version": rule.version, "is_danger": rule.kind is Kind.CRISIS, "since": since,
        "next": [(state.value, _to(state)) for state in next_states(rule)],
        "asks": bool(events) and events[0].step in (Step.FELL_BACK, Step.ASKED),
        "history": [_event(event, names) for event in events],
    }  # fmt: skip


def _to(state: State) -> str:
    return {
        State.LIVE: _("Bring it into force"),
        State.SHADOW: _("Put it on trial"),
        State.RETIRED: _("Take it away"),
    }.get(state, state.value)


def _event(event: RuleEvent, names: dict[str, str]) -> dict[str, Any]:
    what = {
        Step.CHANGED: state_name(event.state),
        Step.FELL_BACK: _("put on trial by itself: people let out too much of what it held"),
        Step.ASKED: _("people let out much of what it held; it stays in force, and asks for a look"),
        Step.SEEN: _("looked at, and left as it was"),
    }[event.step]
    share = _("%(good)s of %(judged)s right") % {"good": event.good, "judged": event.judged} if event.judged else ""
    return {"what": what, "day": event.day, "by": names.get(event.by_membership_id or "", ""), "figures": share,
            "version": event.version}  # fmt: skip


def outcome_shown(keys: Keys, group_id: str, made: str, outcome: Outcome) -> dict[str, Any]:
    """What a trial found. Words are shown around the hit alone, closed where they may be heavy to read."""
    return {
        "texts": outcome.texts, "hits": outcome.hits, "new_count": outcome.new_count, "lost_count": outcome.lost_count,
        "new": [_hit(hit, hit_token(keys, group_id, made, *_place(hit))) for hit in outcome.new],
        "lost": [_hit(hit, "") for hit in outcome.lost],
    }  # fmt: skip


def _place(hit: Hit) -> tuple[str, ...]:
    field, start, end = hit.places[0]
    return hit.text.kind.value, hit.text.id, str(hit.text.number), field, str(start), str(end)


def _hit(hit: Hit, token: str) -> dict[str, Any]:
    field, start, end = hit.places[0] if hit.places else ("body", 0, 0)
    words = hit.text.title if field == "title" else hit.text.body
    begin, stop = max(0, start - AROUND), end + AROUND
    return {
        "token": token, "is_held": hit.text.is_held, "before": ("… " if begin else "") + words[begin:start],
        "found": words[start:end], "after": words[end:stop] + (" …" if stop < len(words) else ""),
    }  # fmt: skip
