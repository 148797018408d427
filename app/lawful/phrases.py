"""The record of complaints in words."""

from typing import Any

from app.foundation.language import gettext as _
from app.lawful.complaints import Complaint
from app.moderation.models import Action, CaseStatus, Tier


def shown(one: Complaint) -> dict[str, Any]:
    """A line of the page."""
    return {"known_on": one.known_on, "came": _came(Tier(one.came_as)), "became": _became(one), "hours": one.hours}


def _came(tier: Tier) -> str:
    return {
        Tier.URGENT: _("a rule: somebody may be in danger"),
        Tier.REPORT: _("a reader"),
        Tier.CONCERN: _("a rule: look soon"),
        Tier.HELD: _("a rule: waits to go out"),
    }[tier]


def _became(one: Complaint) -> str:
    if one.status == CaseStatus.OPEN:
        return _("open")
    if not one.action:
        return _("taken back by its author")
    told = {
        Action.PUBLISH: _("let out"),
        Action.KEEP: _("left as it is"),
        Action.REDACT: _("some words blacked out"),
        Action.RETURN: _("given back with a sentence"),
        Action.REMOVE: _("taken down"),
    }[Action(one.action)]
    return _("%(what)s, later put back") % {"what": told} if one.put_back else told
