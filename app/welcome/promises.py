"""What is kept, why, and for how long, as members are told it. Times come from where they are kept to; a test compares
the tables with those of the database (SECURITY.md, A-17)."""

from app.care.purging import DEBRIEF_DAYS
from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.members.purging import UNOPENED_MONTHS
from app.notifications.purging import NOTICE_DAYS
from app.staff.appointing import PROPOSAL_DAYS
from app.stories.leaving import MOST_HOURS
from app.stories.purging import UNREAD_DAYS
from app.welcome.looking_back import of_looking_back
from app.welcome.promise import Kept


def kept(chosen: Settings) -> list[Kept]:
    """Everything that is kept, what is a person's own first."""
    return [*_of_a_place(chosen), *_of_names(chosen), *_of_words(), *of_looking_back()]


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
            ("memberships", "limits"),
            _("Your name in each group, with the month you joined, and any role or pause from writing"),
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
        Kept(
            ("carers", "buddies", "pairs"),
            _(
                "Of moderators: how many heavy things they read on their last day, that they practised, who reads along with whom"
            ),
            _("So that nobody wears out over it"),
            _("As long as they look after a group. What was read is not in it"),
        ),
        Kept(
            ("debriefs",),
            _("Of moderators: what stayed with them, locked, for themselves and one other"),
            _("So that they need not carry it alone"),
            _("%(days)s days, or until they throw it away") % {"days": DEBRIEF_DAYS},
        ),
        Kept(
            ("duties",),
            _("Hours in which a moderator said they would be here"),
            _("So that somebody is alerted, and you are told when nobody is"),
            _("Until they give them back, or the day is over"),
        ),
        Kept(
            ("departures",),
            _("When you close your place: which names are about to leave, each by itself"),
            _("So that they do not leave together"),
            _("At most %(hours)s hours") % {"hours": MOST_HOURS},
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
            ("stories", "story_versions", "replies", "reply_versions", "search_groups", "search_places"),
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
