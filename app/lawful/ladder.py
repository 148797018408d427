"""What can happen to words and to whoever wrote them, mildest first, and when it ends (SR-36)."""

from typing import Literal, NamedTuple

from app.foundation.language import gettext as _
from app.stories.past_cases import ORIGINAL_DAYS
from app.stories.purging import UNREAD_DAYS

PAUSES_DAYS = (1, 7, 14, 30)
"""How long somebody may be kept from writing by one person's decision."""


class Step(NamedTuple):
    """One thing that can happen. `most_days` None: it has no end of its own."""

    id: str
    name: str
    on: Literal["words", "person"]
    lasts: str
    most_days: int | None = None
    needs_two: bool = False


def ladder() -> list[Step]:
    """All of it. Nothing happens that is not in this list, and nothing happens unsaid."""
    pauses = ", ".join(str(days) for days in PAUSES_DAYS)
    most = max(PAUSES_DAYS)
    return [
        Step("wait", _("Your words wait for a person"), "words", _("until somebody has read them.")),
        Step("note", _("Your words go out with a note beside them"), "words", _("as long as the words are there.")),
        Step(
            "redact", _("Some words are blacked out"), "words",
            _("for good; you can object for %(days)s days.") % {"days": ORIGINAL_DAYS}, ORIGINAL_DAYS,
        ),
        Step(
            "return", _("Your words are given back to you with a sentence"), "words",
            _("until you change them; after %(days)s days they go.") % {"days": UNREAD_DAYS}, UNREAD_DAYS,
        ),
        Step(
            "remove", _("Your words are taken down"), "words",
            _("for good; you can read and object for %(days)s days.") % {"days": UNREAD_DAYS}, UNREAD_DAYS,
        ),
        Step(
            "pause", _("You cannot write in that group for a while"), "person",
            _("%(days)s days, named at the beginning; it ends by itself.") % {"days": pauses}, most,
        ),
        Step(
            "pause-everywhere", _("You cannot write anywhere here for a while"), "person",
            _("%(days)s days, named at the beginning; it ends by itself.") % {"days": pauses}, most,
        ),
        Step(
            "for-good", _("You cannot write here any more"), "person",
            _("until an objection is granted. Two people have to agree to it."), None, True,
        ),
    ]  # fmt: skip
