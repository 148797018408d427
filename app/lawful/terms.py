"""The terms of this place, made of what is so here: one source for the page and for programs (DSA, article 14)."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.foundation.site import takes_anybody
from app.groups.rule_phrases import what_happens
from app.lawful.hours import in_words
from app.lawful.ladder import counted, ladder
from app.lawful.places import countries
from app.lawful.queries import Choices, choices
from app.moderation.guidelines import Guidelines
from app.moderation.rule import Rule, State
from app.moderation.rulebook import DEFAULT_LANGUAGE, rules_for

SHAPE = "hearth-terms-1"
"""The shape of the JSON: a later one has another name."""


class Part(NamedTuple):
    """A heading of the terms, and what stands under it."""

    id: str
    title: str
    sentences: list[str]


def parts(db: Session, settings: Settings) -> list[Part]:
    """The terms in plain words."""
    there = choices(db)
    return [*_of_the_place(there, settings), *_of_words(), *_of_what_can_happen(there, settings), *_of_going(settings)]


def _of_the_place(there: Choices, settings: Settings) -> list[Part]:
    name = countries().get(there.country, "")
    run = [
        _("%(office)s answers for this place.") % {"office": there.office}
        if there.office
        else _("This place is being tried out. Nobody answers for it yet."),
        _("It is run in: %(country)s.") % {"country": name} if name else "",
        _("To reach them from outside: %(contact)s.") % {"contact": settings.contact} if settings.contact else "",
    ]
    hours = there.hours
    return [
        Part("who-runs-it", _("Who runs this place"), [sentence for sentence in run if sentence]),
        Part(
            "who-may-come", _("Who may come in"),
            [
                _("You need to be 18 or older. You say so when you come in; nothing is asked that could prove it."),
                _("Anybody may come in.") if takes_anybody() else _("People come in by invitation."),
                _("People help each other here. It is not therapy, and not an emergency service."),
                in_words(hours) if hours else _("Nobody has said yet at which hours somebody is here."),
            ],
        ),
    ]  # fmt: skip


def _of_words() -> list[Part]:
    return [
        Part(
            "what-is-asked", _("What is asked of you"),
            [
                _(
                    "Each group has a few guidelines. You agree to them when you join, and are asked again "
                    "when they change."
                ),
                _(
                    "In every group: keep who and what you heard here to yourself, leave out ways to be found "
                    "or reached, sell nothing, be kind, leave medicine to whoever prescribes it, and leave out"
                    " methods and plans of harm."
                ),
                _("Your words stay yours. You can change them, take them back and take them along at any time."),
            ],
        ),
        Part(
            "who-reads-first", _("How words are looked at before others see them"),
            [
                _(
                    "Plain rules read everything that is sent to a group, and names and notes too. They are "
                    "listed below and on each group’s page, with what happens when one finds something. The "
                    "same words get the same answer."
                ),
                _(
                    "Beside them, a small model of single words may ask a moderator to look soon. It holds "
                    "nothing back, and decides nothing."
                ),
                _(
                    "Rules can ask you to change a place, or let your words wait for a person. No machine "
                    "removes words, limits anybody, or writes to you."
                ),
                _(
                    "What waits, what readers point out and every appeal is read and decided by a person. That"
                    " person sees your name in that group and what you did there, and nothing else of you."
                ),
            ],
        ),
        Part(
            "danger", _("When somebody may be in danger"),
            [
                _(
                    "Words of danger are never turned away. You see help you can reach at once, and a person "
                    "reads your words before all others."
                ),
                _("Nobody asks who you are to send help. We could not find out."),
            ],
        ),
    ]  # fmt: skip


def _of_what_can_happen(there: Choices, settings: Settings) -> list[Part]:
    return [
        Part("what-can-happen", _(
            "What can happen, and for how long"
        ), [*(f"{step.name}: {step.lasts}" for step in ladder()), counted()]),
        Part(
            "reasons-and-appeals", _("Reasons, objections and complaints"),
            [
                _(
                    "Whenever your words wait, are changed, given back or taken down, or you are limited, you "
                    "are told at your place: what, why, by which guideline, whether a rule found it, until "
                    "when, and what you can do."
                ),
                _(
                    "You can object once to each decision, at the place where you read it, within %(days)s days. Somebody "
                    "else than who decided looks at it, within %(answer)s days. If they see it otherwise, everything is put "
                    "back as it was."
                )
                % {"days": settings.appeal_days, "answer": settings.appeal_answer_days},
                _(
                    "Everybody can tell a moderator about words with “Tell a moderator”. Who told is shown to "
                    "nobody. Words are looked at, persons are not punished by numbers: a hundred times told "
                    "counts like once."
                ),
                _(
                    "Anybody can point out words that are against the law, also without a place here, and gets"
                    " a reference to follow what became of it."
                ),
                _("Nobody decides about a complaint against themselves or an objection to their own decision."),
            ],
        ),
        Part(
            "which-law", _("Which law"),
            [
                _("The law that holds: %(country)s.") % {"country": countries()[there.country]}
                if there.country in countries()
                else _("Nobody has said yet which law holds."),
            ],
        ),
    ]  # fmt: skip


def _of_going(settings: Settings) -> list[Part]:
    return [
        Part(
            "going", _("Leaving, and changes of these terms"),
            [
                _(
                    "You can leave a group or close your place at any time. A place that nobody opened for 18 "
                    "months goes by itself."
                ),
                _(
                    "These terms are made of how this place is set up. When that changes they change with it, "
                    "and the day stands below. When a group’s guidelines change you are asked before you write"
                    " again."
                ),
                _("Tokens for programs have the same rules as people. Reading in bulk is slowed and not allowed.")
                if settings.rate_limits
                else _("Tokens for programs have the same rules as people."),
            ],
        ),
    ]  # fmt: skip


def rules_in_force(place: str) -> list[Rule]:
    """The rules that hold in every group, in the order of their ids."""
    return [rule for rule in rules_for(Guidelines(country=place)) if rule.state is State.LIVE]


def changed_day(db: Session) -> date | None:
    """The day of the newest choice; None while nothing was chosen."""
    return max((one.day for one in choices(db).values()), default=None)


def as_json(db: Session, settings: Settings) -> dict[str, Any]:
    """The terms for programs. Texts are the page's own."""
    there = choices(db)
    hours, changed = there.hours, changed_day(db)
    return {
        "shape": SHAPE,
        "language": settings.language,
        "changed": changed.isoformat() if changed else None,
        "version": sum(one.version for one in there.values()),
        "trial": not there.is_open,
        "service": settings.site_name,
        "accountable": there.office or None,
        "country": there.country or None,
        "contact": settings.contact or None,
        "adults_only": True,
        "least_age": 18,
        "staffed": hours.stored() if hours else None,
        "moderation": {
            "automated_tools": [
                {"kind": "rules", "can": ["ask the author to change words", "hold words for a person", "show help"],
                 "cannot": ["remove words", "limit a person"], "deterministic": True},
                {"kind": "word model", "can": ["ask a person to look soon"],
                 "cannot": ["hold words", "remove words", "limit a person"], "deterministic": True},
            ],
            "human_review": True,
            "rules_language": DEFAULT_LANGUAGE,
            "rules": [_rule(rule) for rule in rules_in_force(there.country or settings.country)],
        },
        "restrictions": [
            {"id": step.id, "name": step.name, "on": step.on, "lasts": step.lasts, "most_days": step.most_days,
             } for step in ladder()
        ],
        "complaints": {
            "flag_words": True, "notice_without_account": True, "appeal": True, "appeals_each_decision": 1,
            "appeal_days": settings.appeal_days, "appeal_answer_days": settings.appeal_answer_days,
            "decided_by_somebody_else": True, "statement_of_reasons": True,
        },
        "parts": [part._asdict() for part in parts(db, settings)],
    }  # fmt: skip


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id, "version": rule.version, "name": rule.public_name, "why": rule.why, "kind": rule.kind.value,
        "severity": rule.severity.value, "what_happens": what_happens(rule),
    }  # fmt: skip
