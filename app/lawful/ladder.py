"""What can happen to words and to whoever wrote them, mildest first, and when it ends (SR-36)."""

from typing import Literal, NamedTuple

from app.appeals.ladder import LADDER, WINDOW_DAYS
from app.foundation.language import gettext as _
from app.foundation.settings import settings
from app.stories.purging import UNREAD_DAYS

PAUSES_DAYS = tuple(sorted({step.most_days for step in LADDER if step.most_days}))
"""How long somebody may be kept from writing at most, by how often their words were taken down lately."""


class Step(NamedTuple):
    """One thing that can happen."""

    id: str
    name: str
    on: Literal["words", "person"]
    lasts: str
    most_days: int | None = None
    """None: it has no end of its own."""


def ladder() -> list[Step]:
    """All of it. Nothing happens that is not in this list, and nothing happens unsaid."""
    objecting = {"days": settings().appeal_days}
    return [
        Step("wait", _("Your words wait for a person"), "words", _("until somebody has read them.")),
        Step("note", _("Your words go out with a note beside them"), "words", _("as long as the words are there.")),
        Step(
            "redact", _("Some words are blacked out"), "words",
            _("for good, unless you object within %(days)s days and somebody sees it otherwise.") % objecting,
        ),
        Step(
            "return", _("Your words are given back to you with a sentence"), "words",
            _("until you change them; after %(days)s days they go.") % {"days": UNREAD_DAYS}, UNREAD_DAYS,
        ),
        Step(
            "remove", _("Your words are taken down"), "words",
            _("for good, unless you object within %(days)s days and somebody sees it otherwise.") % objecting,
        ),
        *(
            Step(
                f"pause-{step.most_days}",
                _("You cannot write for a while, in that group or everywhere here, from the %(number)s time on")
                % {"number": _time(step.removals)}, "person",
                _("%(days)s days at most, named at the beginning; it ends by itself.") % {"days": step.most_days},
                step.most_days,
            )
            for step in LADDER
            if step.most_days
        ),
    ]  # fmt: skip


def counted() -> str:
    """What a time is, and that nothing is for ever."""
    told = _(
        "A time is when words were taken down within %(days)s days. One that was undone after an objection does not count. "
        "Nobody is shut out for good."
    )
    return told % {"days": WINDOW_DAYS}


def _time(number: int) -> str:
    return {2: _("second"), 3: _("third"), 4: _("fourth"), 5: _("fifth")}[number]
