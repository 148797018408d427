"""What an administrator does: choose, open the place, sign an assessment. Each is an entry of the log."""

from typing import Any

from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.foundation.sealing import digest
from app.foundation.settings import Settings
from app.foundation.times import today
from app.groups.personas import looks_wrong
from app.lawful import queries
from app.lawful.facts import Fact, facts
from app.lawful.forms import AdultsForm, AssessmentForm, CountryForm, GuidelinesForm, HelpForm, HoursForm, OfficeForm
from app.lawful.hours import typed_hours
from app.lawful.models import Assessment, Chosen
from app.lawful.places import countries
from app.lawful.queries import FEWEST_SEATS, OPENED, STEPS, choices, help_mark
from app.lawful.risks import EVERY_RISK, LEVELS
from app.log import actions as log
from app.members.member import DESK
from app.members.models import Membership
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge, judge_line
from app.moderation.verdict import Outcome, Verdict


def choose_country(db: Session, staff: Membership, form: CountryForm) -> None:
    """Raises Unfit for what is no country."""
    code = form.place.upper()
    if code not in countries():
        raise Unfit(_again(), {"place": _("Choose one of those offered.")})
    _take(db, staff, "country", {"code": code})


def choose_adults(db: Session, staff: Membership, form: AdultsForm) -> None:
    _take(db, staff, "adults", {"adults": form.adults})


def choose_hours(db: Session, staff: Membership, form: HoursForm) -> None:
    """Raises Unfit for times that cannot be read, and for a week in which nobody is here."""
    _take(db, staff, "hours", typed_hours(form.zone, form.begins, form.ends).stored())


def look_at_help(db: Session, staff: Membership, settings: Settings, form: HelpForm) -> None:
    """Somebody went through the helplines today. Raises Unfit without the tick, Conflict if they are not those that were shown."""
    mark = help_mark(choices(db).country or settings.country)
    if not form.looked:
        raise Unfit(_again(), {"looked": _("Look through them first, then tick this.")})
    if form.shown != mark:
        raise Conflict(_("The helplines changed while you looked. Open the page once more, please."))
    _take(db, staff, "help", {"mark": mark})


def name_office(db: Session, staff: Membership, form: OfficeForm) -> None:
    """Who answers for this place. Raises Unfit for a person's name and for what would not pass the gate."""
    name = " ".join(form.office.split())
    verdict = judge_line(Guidelines(), name)
    wrong = " ".join(found.message for found in verdict.findings) if verdict.outcome is not Outcome.PUBLISH else ""
    if looks_wrong(name) == "real-name":
        wrong = _("This looks like a person’s name. An office or a role is enough, and stays when people change.")
    if wrong:
        raise Unfit(_again(), {"office": wrong})
    _take(db, staff, "office", {"name": name}, verdict)


def look_at_guidelines(db: Session, staff: Membership, form: GuidelinesForm) -> None:
    """Raises Unfit without the tick, and while there is no group that could have any."""
    if not queries.live_groups(db):
        raise Unfit(_again(), {"looked": _("There is no group yet. Open the first one, then come back here.")})
    if not form.looked:
        raise Unfit(_again(), {"looked": _("Look through them first, then tick this.")})
    _take(db, staff, "guidelines", {"looked": True})


def open_to_members(db: Session, staff: Membership, settings: Settings) -> None:
    """From now on this is no trial. Raises Unfit with everything that is still missing."""
    wrong = {reason[0]: reason[1] for reason in missing(db, settings)}
    if wrong:
        raise Unfit(_("Something is still missing before people can rely on this place."), wrong)
    _take(db, staff, OPENED, {})


def missing(db: Session, settings: Settings) -> list[tuple[str, str]]:
    """What has to be done before the place can be opened: the step, and a sentence."""
    chosen = choices(db)
    told = {
        "country": _("Say which country this place is in."),
        "adults": _("Say whether it is for adults only."),
        "hours": _("Say when somebody is here."),
        "help": _("Look through the helplines."),
        "office": _("Name the office that answers for it."),
        "guidelines": _("Look through the guidelines of the groups."),
    }
    found = [(step, told[step]) for step in STEPS if step not in chosen]
    if chosen.of("adults").get("adults") == "no":
        found.append(("adults", _("Hearth is made for adults. Younger people need protection that it does not have.")))
    if "help" in chosen and chosen.of("help")["mark"] != help_mark(chosen.country or settings.country):
        found.append(("help", _("The helplines changed since you looked. Look through them once more.")))
    if queries.seats(db) < FEWEST_SEATS:
        found.append(
            (
                "cover",
                _("Invite at least one more person to the desk: nobody decides about an appeal against themselves."),
            )
        )
    return found


def sign(db: Session, staff: Membership, settings: Settings, form: AssessmentForm, levels: dict[str, str]) -> None:
    """Put today's date and the office's name under the assessment as it stands.

    Raises Unfit without an office, a level for each risk or the tick, Conflict if what it rests on changed while it was read.
    """
    there = facts(db, settings)
    office = choices(db).office
    wrong = {risk: _("Choose one of those offered.") for risk in EVERY_RISK if levels.get(risk) not in LEVELS}
    if not office:
        wrong["agree"] = _("First name the office that answers for this place.")
    elif not form.agree:
        wrong["agree"] = _("Tick this to sign.")
    verdict = judge(Guidelines(), form.note)
    if verdict.outcome is not Outcome.PUBLISH:
        wrong["note"] = " ".join(found.message for found in verdict.findings)
    if wrong:
        raise Unfit(_again(), wrong)
    if form.shown != mark_of(there):
        raise Conflict(_("Something changed while you read. Look at it as it is now, please."))
    number = max((one.number for one in queries.assessments(db)), default=0) + 1
    signed = Assessment(number=number, day=today(), office=office, note=form.note, levels={r: levels[r] for r in EVERY_RISK},
                        facts={fact.key: fact.value for fact in there})  # fmt: skip
    signed.words_judged(verdict, DESK, today())
    db.add(signed)
    db.flush()
    log.write(db, "assessment.signed", group_id=None, by=staff.id, subject=f"assessment:{number}")


def mark_of(there: list[Fact]) -> str:
    """Changes when one of the facts does."""
    return digest("\n".join(f"{fact.key}={fact.value}" for fact in there))


def _take(db: Session, staff: Membership, name: str, chosen: dict[str, Any], verdict: Verdict | None = None) -> None:
    row = db.get(Chosen, name)
    if row is None:
        row = Chosen(name=name, version=0)
        db.add(row)
    row.version, row.day, row.chosen = row.version + 1, today(), chosen
    row.words_judged(verdict or judge_line(Guidelines(), ""), DESK, today())
    db.flush()
    act = "site.opened" if name == OPENED else "site.chosen"
    log.write(db, act, group_id=None, by=staff.id, subject=f"{name}:{row.version}", reason=name)


def _again() -> str:
    return _("Something needs another look.")
