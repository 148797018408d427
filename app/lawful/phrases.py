"""The record of complaints in words."""

from typing import Any

from app.appeals.models import AppealStatus, Outcome
from app.foundation.language import gettext as _
from app.lawful.complaints import APPEAL, OUTSIDE, Complaint
from app.moderation.models import Action, CaseStatus, Tier


def shown(one: Complaint) -> dict[str, Any]:
    """A line of the page."""
    return {"known_on": one.known_on, "came": _came(one.came_as), "became": _became(one), "hours": one.hours}


def _came(came_as: str) -> str:
    return {
        APPEAL: _("an objection"),
        OUTSIDE: _("a notice from outside"),
        Tier.URGENT: _("a rule: somebody may be in danger"),
        Tier.REPORT: _("a reader"),
        Tier.CONCERN: _("a rule: look soon"),
        Tier.HELD: _("a rule: waits to go out"),
    }[came_as]


def _became(one: Complaint) -> str:
    if one.status == CaseStatus.OPEN:
        return _("open")
    if not one.action:
        return _("answered by a decision") if one.came_as == OUTSIDE else _("taken back by its author")
    told = {
        **_of_others(),
        Action.PUBLISH: _("let out"),
        Action.KEEP: _("left as it is"),
        Action.REDACT: _("some words blacked out"),
        Action.RETURN: _("given back with a sentence"),
        Action.REMOVE: _("taken down"),
    }[one.action]
    return _("%(what)s, later put back") % {"what": told} if one.put_back else told


def _of_others() -> dict[str, str]:
    """What becomes of an objection or a notice."""
    return {
        AppealStatus.UPHELD: _("it stays as it was"),
        AppealStatus.OVERTURNED: _("seen otherwise"),
        AppealStatus.WITHDRAWN: _("taken back"),
        Outcome.NOT_FOUND: _("not found here"),
        Outcome.NOT_WRONG: _("not against what holds here"),
        Outcome.DONE: _("done"),
    }
