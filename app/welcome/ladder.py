"""What may follow when words were taken down, step by step, as members are told it."""

from app.appeals.ladder import LADDER, Step
from app.foundation.language import gettext as _
from app.foundation.language import ngettext


def ladder() -> list[str]:
    """The steps of the ladder, as members are told them."""
    return [_step(step) for step in LADDER]


def _step(step: Step) -> str:
    piece = ngettext("%(num)s piece taken down", "%(num)s pieces taken down", step.removals) % {"num": step.removals}
    if step.most_days == 0:
        return _("%(piece)s: no pause") % {"piece": piece}
    days = ngettext("a pause of at most %(num)s day", "a pause of at most %(num)s days", step.most_days)
    more = _("%(piece)s or more: %(pause)s, the longest there is") if step is LADDER[-1] else _("%(piece)s: %(pause)s")
    return more % {"piece": piece, "pause": days % {"num": step.most_days}}
