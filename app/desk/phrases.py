"""Names of things at the desk, in the reader's words."""

from datetime import datetime

from app.appeals.models import Illegal, OpeningReason, Outcome
from app.desk.queue import Stream
from app.foundation.language import gettext as _
from app.foundation.language import ngettext
from app.groups.models import Visibility
from app.members.models import Role
from app.moderation.models import Action, Fate, FlagReason, Subject, Tier

MINUTES_AN_HOUR = 60
HOURS_A_DAY = 24


def tier_name(tier: Tier, kind: Subject) -> str:
    """How soon somebody looks, and why. What a member asks for themselves was asked by no reader."""
    if kind is Subject.PERSONA and tier is Tier.REPORT:
        return _("A member asks")
    return {
        Tier.URGENT: _("Look at this first"),
        Tier.REPORT: _("A reader asks"),
        Tier.CONCERN: _("Look soon"),
        Tier.HELD: _("Waits to go out"),
    }[tier]


def kind_name(kind: Subject) -> str:
    return {
        Subject.STORY: _("Story"),
        Subject.REPLY: _("Reply"),
        Subject.QUESTION: _("Question"),
        Subject.PERSONA: _("Another name"),
    }[kind]


def kinds() -> list[tuple[str, str]]:
    """What a case can be about, to choose from."""
    return [(kind.value, kind_name(kind)) for kind in Subject]


def stream_name(stream: Stream) -> str:
    return {
        Stream.URGENT: _("Look at first"),
        Stream.REPORTS: _("Reports"),
        Stream.SOON: _("Look soon"),
        Stream.HELD: _("Waits to go out"),
    }[stream]


def practice_actions() -> list[tuple[str, str]]:
    """What can be done with words, as somebody who practises chooses it."""
    return [
        (Action.PUBLISH.value, _("Let them out")),
        (Action.KEEP.value, _("Leave them up")),
        (Action.REDACT.value, _("Take some words out")),
        (Action.RETURN.value, _("Ask the author for a change")),
        (Action.REMOVE.value, _("Take them down")),
    ]


def reason_name(reason: FlagReason) -> str:
    return {
        FlagReason.CONFIDENTIALITY: _("Somebody could be recognised"),
        FlagReason.DANGER: _("Somebody may be in danger"),
        FlagReason.UNKIND: _("It is unkind"),
        FlagReason.ADVICE: _("It tells somebody what to do"),
        FlagReason.SELLING: _("It sells or recruits"),
        FlagReason.OTHER: _("Something else"),
    }[reason]


def fate_name(fate: Fate) -> str:
    return {
        Fate.PUBLISHED: _("was let out"),
        Fate.HELD: _("waits for a person"),
        Fate.RETURNED: _("was given back"),
        Fate.REMOVED: _("was taken down"),
    }[fate]


def action_name(action: Action) -> str:
    return {
        Action.PUBLISH: _("Let out"),
        Action.KEEP: _("Left as it is"),
        Action.REDACT: _("Some words taken out"),
        Action.RETURN: _("Given back with a sentence"),
        Action.REMOVE: _("Taken down"),
    }[action]


def act_name(act: str) -> str:
    """An act of staff in words; the log itself keeps the short key."""
    return {
        "case.claimed": _("took a case"),
        "case.read": _("read words that others cannot, or that are heavy"),
        "case.covered": _("put words behind a note while they are looked at"),
        "case.uncovered": _("took the note away from words"),
        "talk.word": _("wrote a private word to a member"),
        "talk.settled": _("answered a question"),
        "persona.granted": _("agreed to another name"),
        "thread.open": _("opened a thread again"),
        "thread.slow": _("slowed a thread"),
        "thread.closed": _("closed a thread"),
        "case.released": _("gave a case back"),
        "case.publish": _("let words out"),
        "case.keep": _("left words as they were"),
        "case.redact": _("took some words out"),
        "case.return": _("gave words back to their author"),
        "case.remove": _("took words down"),
        "case.paired": _("asked somebody to read a case along"),
        "case.read-along": _("read a case along"),
        "case.reading": _("told somebody: I am reading this now"),
        "case.level": _("said how near danger is"),
        "case.answered": _("wrote to somebody"),
        "case.wishes": _("opened somebody’s wishes"),
        "thread.noted": _("put a gentle note over a thread"),
        "thread.unnoted": _("took the note off a thread"),
        "thread.asked": _("asked those who answered how they are"),
        "membership.limited": _("gave somebody a pause from writing"),
        "case.proposed": _("asked a second person to agree that words are taken down"),
        "case.agreed": _("agreed, as the second person"),
        "case.declined": _("did not agree, as the second person"),
        "case.withdrawn": _("took back what they had asked a second person for"),
        "group.close-proposed": _("asked a second person to agree that a group is closed"),
        "group.agreed": _("agreed, as the second person"),
        "group.declined": _("did not agree, as the second person"),
        "group.withdrawn": _("took back what they had asked a second person for"),
        "sealed.asked": _("asked to open what is sealed of a case"),
        "sealed.agreed": _("agreed that what is sealed is opened"),
        "sealed.opened": _("looked at what is sealed of a case"),
        "outside.answered": _("answered a notice from outside"),
        "membership.unlimited": _("ended somebody’s pause from writing"),
        "appeal.upheld": _("looked again, and left what was decided"),
        "appeal.overturned": _("looked again, and undid what was decided"),
        "invitation.made": _("made an invitation"),
        "role.asked": _("asked for a change of roles"),
        "role.given": _("gave somebody a role"),
        "role.taken": _("took a role from somebody"),
        "role.laid-down": _("laid a role down"),
        "role.dropped": _("said no to a change of roles"),
        "factor.forgotten": _("let somebody set up a new second factor"),
        "group.opened": _("opened a group"),
        "group.changed": _("changed a group’s texts"),
        "group.closed": _("closed a group"),
        "group.reopened": _("opened a closed group again"),
        "group.rules": _("changed a group’s rules"),
        "site.chosen": _("changed how this place is set up"),
        "site.opened": _("opened this place to members"),
        "assessment.signed": _("signed the risk assessment"),
        "review.due": _("was reminded of a review"),
        "records.taken": _("took the record of complaints along"),
        "persona.disclosed": _("handed out what is kept of somebody"),
        "rule.live": _("brought a rule into force"),
        "rule.shadow": _("put a rule on trial"),
        "rule.retired": _("took a rule away"),
        "rule.seen": _("looked at a rule that asked for it"),
        "rule.tried": _("tried a rule on words that are there"),
        "purged": _("deleted what had its time"),
    }.get(act, act)


def role_name(role: Role) -> str:
    return {
        Role.MEMBER: _("Member"),
        Role.FACILITATOR: _("Facilitator: looks after a group’s texts"),
        Role.MODERATOR: _("Moderator: decides about words"),
        Role.ADMINISTRATOR: _("Administrator: opens groups and invites staff"),
    }[role]


def short_role_name(role: Role) -> str:
    return role_name(role).split(":")[0]


def opening_reason_name(reason: OpeningReason) -> str:
    return {
        OpeningReason.APPEAL: _("Somebody asks for a second look at it"),
        OpeningReason.DANGER: _("Somebody may be in danger"),
        OpeningReason.NOTICE: _("Something illegal was reported"),
        OpeningReason.LAW: _("The law asks for it"),
    }[reason]


def illegal_name(kind: Illegal) -> str:
    return {
        Illegal.PRIVATE: _("It gives somebody away: a name, a number, a picture of their life"),
        Illegal.THREAT: _("It threatens somebody, or calls for violence"),
        Illegal.CHILD: _("It harms a child"),
        Illegal.SELLING: _("It sells or offers something that is against the law"),
        Illegal.HATE: _("It stirs up hatred"),
        Illegal.OTHER: _("Something else that is against the law"),
    }[kind]


def outcome_name(outcome: Outcome) -> str:
    return {
        Outcome.NOT_FOUND: _("Not found here"),
        Outcome.NOT_WRONG: _("Looked at: it stays"),
        Outcome.DONE: _("Something was done about it"),
    }[outcome]


def step_in_words(most_days: int) -> str:
    """What a further removal may bring, by the published ladder."""
    if most_days == 0:
        return _("By the ladder, one more brings no pause.")
    days = ngettext("%(num)s day", "%(num)s days", most_days) % {"num": most_days}
    return _("By the ladder, one more may bring a pause of at most %(days)s.") % {"days": days}


def age(since: datetime, at: datetime) -> str:
    """How long something has waited: in minutes, hours or days."""
    minutes = max(0, int((at - since).total_seconds() // 60))
    if minutes < MINUTES_AN_HOUR:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}
    hours = minutes // MINUTES_AN_HOUR
    if hours < 2 * HOURS_A_DAY:
        return ngettext("%(num)s hour", "%(num)s hours", hours) % {"num": hours}
    days = hours // HOURS_A_DAY
    return ngettext("%(num)s day", "%(num)s days", days) % {"num": days}


def visibilities() -> list[tuple[str, str, str]]:
    return [
        (Visibility.OPEN.value, _("Open"), _("Everybody sees that it exists. Whoever came in can read.")),
        (
            Visibility.MEMBERS.value,
            _("Members"),
            _("Whoever came in sees that it exists. Those who joined can read."),
        ),
        (Visibility.INVITED.value, _("Invited"), _("Only those with an invitation know of it.")),
    ]


def alarm(count: int) -> str:
    """What is said while cases wait in which somebody may be in danger; nothing if there are none."""
    if not count:
        return ""
    return ngettext("%(num)s to look at first. Go there", "%(num)s to look at first. Go there", count) % {"num": count}
