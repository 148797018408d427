"""What is kept where somebody may be in danger, and of those who look after them: lines of the page on privacy."""

from app.care.purging import DEBRIEF_DAYS
from app.foundation.language import gettext as _

Line = tuple[tuple[str, ...], str, str, str]
"""As in `promises.Kept`."""


def of_danger() -> list[Line]:
    return [
        (
            ("crises", "answers"),
            _(
                "Where words told of danger: how near it seemed, what a moderator wrote to you, "
                "and the wishes you gave along, sealed"
            ),
            _("So that you are answered, and answered the way you asked"),
            _(
                "A year after it was decided, or until you take your words back. "
                "Wishes until they were read once, or the case is closed"
            ),
        ),
    ]


def of_carers() -> list[Line]:
    return [
        (
            ("carers", "buddies", "pairs"),
            _(
                "Of moderators: how many heavy things they read on their last day, that they practised, who reads along with whom"
            ),
            _("So that nobody wears out over it"),
            _("As long as they look after a group. What was read is not in it"),
        ),
        (
            ("debriefs",),
            _("Of moderators: what stayed with them, locked, for themselves and one other"),
            _("So that they need not carry it alone"),
            _("%(days)s days, or until they throw it away") % {"days": DEBRIEF_DAYS},
        ),
        (
            ("duties",),
            _("Hours in which a moderator said they would be here"),
            _("So that somebody is alerted, and you are told when nobody is"),
            _("Until they give them back, or the day is over"),
        ),
    ]
