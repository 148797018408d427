"""What is kept, why, and for how long, as members are told it. Times come from where they are kept to; a test compares
the tables with those of the database (SECURITY.md, A-17)."""

from typing import NamedTuple

from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.groups.trials import TRIAL_DAYS
from app.log.purging import DELETION_DAYS, MOST_DAYS_LATER
from app.members.purging import UNOPENED_MONTHS
from app.notifications.purging import NOTICE_DAYS
from app.staff.appointing import PROPOSAL_DAYS
from app.stories.leaving import MOST_HOURS
from app.stories.past_cases import FLAG_DAYS, ORIGINAL_DAYS
from app.stories.purging import UNREAD_DAYS
from app.welcome.promises_of_care import of_carers, of_danger

INDEX = ("search_groups", "search_places", "search_waiting")


class Kept(NamedTuple):
    """A line of the page on privacy, and the tables that it is about."""

    tables: tuple[str, ...]
    what: str
    why: str
    how_long: str


def kept(chosen: Settings) -> list[Kept]:
    """Everything that is kept, what is a person's own first."""
    return [*_of_a_place(chosen), *_of_names(chosen), *_of_words(), *_of_looking_back()]


def _of_a_place(chosen: Settings) -> list[Kept]:
    unopened = _("As long as your place. One that nobody opened for %(months)s months goes by itself") % {
        "months": UNOPENED_MONTHS
    }
    signed_in = _("Until you sign out; at most %(days)s days, on a shared device %(hours)s hours") % {
        "days": chosen.own_days, "hours": chosen.shared_hours,
    }  # fmt: skip
    return [
        Kept(
            ("accounts",),
            _("Your sign-in name and passphrase, only in a form that cannot be read back, and the month you last came"),
            _("To let you in"),
            unopened,
        ),
        Kept(
            ("accounts",),
            _("The list of your names and groups, locked"),
            _("So that you find your places again, and only you do"),
            _("As long as your place"),
        ),
        Kept(
            ("recovery_codes",),
            _("Ten codes, only in a form that cannot be read back"),
            _("To let you in without the passphrase"),
            _("Each until it is used, all until you ask for new ones"),
        ),
        Kept(
            ("sessions",),
            _("That somebody is signed in, locked: since when, last used when; and one cookie on your device"),
            _("So that you need not sign in on each page"),
            f"{signed_in}. {_('The mark itself, of no use by then, goes within six weeks')}",
        ),
        Kept(
            ("private_rows",),
            _(
                "Your drafts; stories you saved or follow; whom you would rather not read; how far you had read; "
                "your wishes for a bad day. All of it locked"
            ),
            _("So that no word is lost, and you see what is new"),
            _("Until you share a draft or throw it away, change your choice, or close your place"),
        ),
    ]  # fmt: skip


def _of_names(chosen: Settings) -> list[Kept]:
    return [
        Kept(
            ("memberships", "limits", "former_names"),
            _(
                "Your name in each group, one you had there before, the month you joined, and any role or pause from writing"
            ),
            _("So that people know whom they are talking to there"),
            _("Always: the name is never given to anybody else. A pause until the day after it ended"),
        ),
        Kept(
            ("staff_factors", "role_proposals"),
            _(
                "Of those with a role: that they have a second factor, locked; and changes of roles that wait for a second person"
            ),
            _("So that a passphrase alone does not open the moderators’ desk, and no role is given by one alone"),
            _("As long as the role; what waits, at most %(days)s days") % {"days": PROPOSAL_DAYS},
        ),
        *(Kept(*one) for one in of_carers()),
        Kept(
            ("departures",),
            _("When you close your place: which names are about to leave, each by itself"),
            _("So that they do not leave together"),
            _("At most %(hours)s hours") % {"hours": MOST_HOURS},
        ),
        Kept(
            ("talks", "letters"),
            _("What you asked the moderators of a group, and what they answered"),
            _("So that you can talk to them without anybody else"),
            _("A year after the last word, or until you close your place"),
        ),
        Kept(
            ("notices",),
            _("Notices to you"),
            _("To tell you what happened"),
            _("%(days)s days, read or not") % {"days": NOTICE_DAYS},
        ),
        Kept(
            ("tickets", "idempotency"),
            _("Marks that a form was sent. What you were answered is locked"),
            _("So that nothing happens twice"),
            _("A day or so"),
        ),
        Kept(
            ("guesses",),
            _("That somebody tried to sign in with a name, in a form that cannot be read back"),
            _("So that nobody can guess passphrases quickly"),
            _("A few minutes"),
        ),
        Kept(
            ("invitations",),
            _("That somebody may come in with an invitation, not who made it for whom"),
            _("So that it works once"),
            _("Until it is used, or %(days)s days") % {"days": chosen.invitation_days},
        ),
    ]


def _of_words() -> list[Kept]:
    return [
        Kept(
            ("stories", "story_versions", "replies", "reply_versions", *INDEX),
            _("What you wrote to a group, with the hour; and an index, so that the group can search in it"),
            _("So that the group can read and answer it"),
            _("Until you take it back. Then it is erased at once, and out of the files of the database within a day"),
        ),
        Kept(
            ("story_versions", "reply_versions"),
            _("Earlier forms of it, and what was given back to you or taken down"),
            _("So that you can change it, or object"),
            _("%(days)s days after that, or until you take it back") % {"days": UNREAD_DAYS},
        ),
        Kept(
            ("supports",),
            _("Gestures you gave, under your name there"),
            _("So that writers know they were heard"),
            _("Until you take them back"),
        ),
        Kept(
            ("groups", "guidelines", "guideline_items", "own_rules", "rule_choices"),
            _("What a group is called and agreed on"),
            _("So that everybody knows what was agreed to, and when"),
            _("Always. It is about nobody"),
        ),
    ]


def _of_looking_back() -> list[Kept]:
    return [
        Kept(
            ("cases", "notes", "handovers"),
            _("That a moderator looked at your words, and any sentence written about it"),
            _("So that you hear why, and it can be put right"),
            _(
                "A year after it was decided. What was blacked out in your words, sealed: %(days)s days"
            ) % {"days": ORIGINAL_DAYS},
        ),
        *(Kept(*one) for one in of_danger()),
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
