"""What is kept, why, and for how long, of what is said about words: looks, reasons, second looks, and what may follow."""

from app.appeals.ladder import LADDER, Step
from app.foundation.language import gettext as _
from app.foundation.language import ngettext
from app.groups.trials import TRIAL_DAYS
from app.log.purging import DELETION_DAYS, MOST_DAYS_LATER
from app.stories.past_cases import FLAG_DAYS, ORIGINAL_DAYS
from app.welcome.promise import Kept


def of_looking_back() -> list[Kept]:
    return [
        Kept(
            ("cases", "notes"),
            _("That a moderator looked at your words, and any sentence written about it"),
            _("So that you hear why, and it can be put right"),
            _(
                "A year after it was decided. What was blacked out in your words, sealed: %(days)s days"
            ) % {"days": ORIGINAL_DAYS},
        ),
        Kept(
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
        Kept(
            ("flags", "notes"),
            _("That you told a moderator about something, under your name there, and what you said about it"),
            _("To answer you, and to count it once"),
            _("%(days)s days after it was decided") % {"days": FLAG_DAYS},
        ),
        *_of_second_looks(),
        Kept(
            ("decisions", "findings", "log_entries", "log_anchors"),
            _("What was found and decided about words, and what moderators did, with the day. The words are not in it"),
            _("So that nobody can change it afterwards"),
            _("It stays"),
        ),
        Kept(
            ("rule_marks", "rule_events"),
            _("Whether people found that a rule was right, and when it was changed. No words, and nobody’s name but staff’s"),
            _("So that rules that go wrong are seen and mended"),
            _("It stays"),
        ),
        Kept(
            ("rule_trials",),
            _("How often a rule that is only tried found something in a group’s words, day by day. Not whose"),
            _("So that no rule holds words before it was tried"),
            _("%(days)s days") % {"days": TRIAL_DAYS},
        ),
        Kept(
            ("deletions",),
            _("That something was deleted, as a mark from which nobody can read what"),
            _("So that no copy can bring it back"),
            _("%(days)s days at most, longer than any copy is kept") % {"days": DELETION_DAYS + MOST_DAYS_LATER},
        ),
        Kept(
            ("site_settings", "assessments"),
            _("How this place is set up: country, hours, which office answers for it; and its signed risk assessments"),
            _("To tell you the terms, and because the law asks for it"),
            _("Always. It is about nobody"),
        ),
        Kept(
            ("turns",),
            _("When the server last did its chores"),
            _("So that each is done once"),
            _("Until the next time. It is about nobody"),
        ),
    ]  # fmt: skip


def _of_second_looks() -> list[Kept]:
    return [
        Kept(
            ("snapshots",),
            _("Words that somebody told a moderator about, sealed. Two people open them together, or nobody; you are told"),
            _("So that it can be decided fairly, also if they are changed or taken back"),
            _("%(days)s days after it was decided") % {"days": ORIGINAL_DAYS},
        ),
        Kept(
            ("appeals",),
            _("That you asked for a second look, under your name there, and what you wrote"),
            _("So that another person answers you"),
            _("A year after it was answered. Unanswered, it goes with your words when you take them back"),
        ),
        Kept(
            ("proposals", "openings"),
            _("What two moderators decide together, by their names as staff"),
            _("So that no one of them can do it alone"),
            _("A year; who looks at sealed words just now: a day"),
        ),
        Kept(
            ("outside_notices",),
            _("That somebody says something here is against the law, with what they write. Nobody is asked who they are"),
            _("So that a person looks, and the answer can be followed"),
            _("A year, once it is answered"),
        ),
    ]  # fmt: skip


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
