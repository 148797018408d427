"""What is a case of danger, what may be asked about it, and when somebody is on duty. Unknown means no."""

from collections.abc import Iterable
from datetime import datetime

from app.care.models import Duty
from app.moderation.models import Case, Finding, Tier
from app.moderation.verdict import MILD, Kind

HOURS_A_DAY = 24


def is_of_danger(case: Case, findings: Iterable[Finding]) -> bool:
    """Whether somebody may be in danger, by what the rules found or a reader said."""
    return case.tier is Tier.URGENT or any(f.kind is Kind.CRISIS and f.rule not in MILD for f in findings)


def is_heavy(case: Case, findings: Iterable[Finding]) -> bool:
    """Whether reading a case takes something out of whoever reads it: danger, or words of it."""
    found = list(findings)
    return is_of_danger(case, found) or any(f.kind is Kind.CRISIS for f in found)


def covers(duty: Duty, at: datetime) -> bool:
    """Whether a duty includes this moment, which is given in the zone of the calendar."""
    is_its_day = duty.on_day == at.date() if duty.weekday is None else duty.weekday == at.weekday()
    return is_its_day and duty.starts <= at.hour < duty.ends
