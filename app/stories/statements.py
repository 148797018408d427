"""The statement of reasons: what was restricted, the facts, the rule and where it stands, who found and who decided it, how
long it lasts, and how to have it looked at again (SAFETY.md, SR-29)."""

from typing import Any

from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.appeals.models import Appeal, Appealed, AppealStatus
from app.foundation.language import day_in_full
from app.foundation.language import gettext as _
from app.foundation.times import today
from app.groups import queries as groups
from app.groups.models import Group
from app.groups.rule_queries import told_in
from app.members.models import Limit
from app.moderation.models import Action, Decision, Fate, Subject
from app.moderation.verdict import SafeHtml, Severity
from app.stories import queries
from app.stories.models import Answers, Story


def statement(db: Session, group: Group, decision: Decision, about: str = "") -> dict[str, Any]:
    """`what`, `facts` (sentences), `rule_title` and `rule_href` (where it is written), `found` and `by` (whether a machine
    found or decided it), `note_html` or "", `how_long`, `how` to go on, and `appeal`.

    `about`: whose decision this is, `story:ID` or `reply:ID`. With it, `appeal` says until when and where one can ask
    for a second look, or what became of that; else, and where there is nothing to ask, it is None.
    """
    answered = appeals.answered_by(db, decision.id)
    first = _first(db, decision)
    by_rules = first.findings if decision.action is None or decision.action in appeals.AGAINST else []
    weighed = [f for f in by_rules if decision.action is None or f.severity is not Severity.NOTE]
    said = told_in(db, group, weighed)
    rule = decision.guideline or next((f.guideline for f in weighed if f.guideline), "")
    return {
        "what": _what_again(answered) if answered else _what(decision),
        "facts": [
            *dict.fromkeys(message for f in weighed if (message := said.of(group, f).message)),
            *(_thread(db, about) if decision.action else []),
        ],
        **_written(db, group, rule),
        "found": _found(decision, first),
        "by": _("a person") if decision.action else _("Hearth’s rules, without a person"),
        "note_html": _note(db, decision),
        "how_long": _how_long(decision),
        "how": _how(decision),
        "appeal": _appeal(db, decision, Appealed.WORDS, about) if decision.action in appeals.AGAINST else None,
    }


def limit_statement(db: Session, group: Group, decision: Decision, limit: Limit | None) -> dict[str, Any]:
    """The same about a pause from writing; `limit` is None once it is over."""
    return {
        "what": _limited(limit),
        "facts": [],
        **_written(db, group, decision.guideline),
        "found": _found(decision, _first(db, decision)),
        "by": _("a person"),
        "note_html": _note(db, decision),
        "how_long": _("It ends by itself after %(day)s.") % {"day": day_in_full(limit.until_day)} if limit else "",
        "how": _("You can read all the time, and take your own words back."),
        "appeal": _appeal(db, decision, Appealed.LIMIT, f"limit:{limit.id}" if limit else ""),
    }


def _first(db: Session, decision: Decision) -> Decision:
    """The rules' decision, with which every story of decisions begins."""
    while decision.previous_id:
        decision = db.get_one(Decision, decision.previous_id)
    return decision


def _written(db: Session, group: Group, rule: str) -> dict[str, str]:
    title = next((item.title for item in groups.items(db, group) if item.id == rule), "")
    return {"rule_title": title, "rule_href": f"/groups/{group.id}" if title else ""}


def _thread(db: Session, about: str) -> list[str]:
    """How one's own story takes replies since a moderator looked at it."""
    kind, _colon, story_id = about.partition(":")
    story = db.get(Story, story_id) if kind == Subject.STORY.value else None
    said = {
        Answers.SLOW: _("A moderator slowed the replies under it: one an hour from each."),
        Answers.CLOSED: _("A moderator closed the replies under it. What is there stays."),
    }
    return [said[story.answers]] if story and story.answers in said else []


def _note(db: Session, decision: Decision) -> str:
    note = queries.note_explaining(db, decision.id)
    return SafeHtml(note.html) if note else ""


def _what(decision: Decision) -> str:
    if decision.action:
        return {
            Action.PUBLISH: _("A moderator read your words and let them out."),
            Action.KEEP: _("A moderator looked at your words. They stay as they are."),
            Action.REDACT: _("A moderator took some words out and let the rest stand."),
            Action.RETURN: _("A moderator asks you to change something before your words go out."),
            Action.REMOVE: _("A moderator took your words down. Others cannot read them any more."),
        }[decision.action]
    if decision.fate is Fate.HELD:
        return _("Your words wait for a person to read them.")
    return _("Your words went out.")


def _what_again(appeal: Appeal) -> str:
    if appeal.status is AppealStatus.OVERTURNED:
        return _("Another person looked again, and undid what was decided. It no longer counts against you.")
    return _("Another person looked again. What was decided stays as it is.")


def _limited(limit: Limit | None) -> str:
    if limit is None:
        return _("You had a pause from writing. It is over.")
    day = {"day": day_in_full(limit.until_day)}
    if limit.is_site_wide:
        return _("You can read, but not write, until the end of %(day)s, in all your groups.") % day
    return _("You can read, but not write, in this group until the end of %(day)s.") % day


def _found(decision: Decision, first: Decision) -> str:
    if decision.action is None:
        return _("Hearth’s rules found it. No person has decided yet.") if first.findings else ""
    if any(f.severity is not Severity.NOTE for f in first.findings):
        return _("Hearth’s rules had found something; a person read your words and decided.")
    return _("No rule of Hearth’s found it: a person was asked to look, and decided.")


def _how_long(decision: Decision) -> str:
    if decision.fate is Fate.HELD:
        return _("Until a person has read them.")
    if decision.fate is Fate.RETURNED:
        return _("Until you have changed them.")
    if decision.fate is Fate.REMOVED:
        return _("For good, unless another person decides otherwise.")
    return _("For good, unless another person decides otherwise.") if decision.action is Action.REDACT else ""


def _how(decision: Decision) -> str:
    if decision.fate is Fate.RETURNED:
        return _("Change it and send it again. It is read anew.")
    if decision.fate is Fate.HELD:
        return _("You can change it or take it back meanwhile.")
    return ""


def _appeal(db: Session, decision: Decision, kind: Appealed, about: str) -> dict[str, str] | None:
    """How to have it looked at again: `subject` as CONTRACT.md names it, `href` of the page, `until` a day, and `state` if
    that was asked for already."""
    last = appeals.last_day(decision)
    if not about or last is None or appeals.answered_by(db, decision.id):
        return None
    made = appeals.against(db, decision.id, kind)
    if made is None and last < today():
        return None
    href = f"/appeals/{about.replace(':', '/')}"
    return {
        "subject": about,
        "href": href,
        "until": last.isoformat(),
        "until_in_words": day_in_full(last),
        "state": state_in_words(made) if made else "",
    }


def state_in_words(appeal: Appeal) -> str:
    """Where an appeal stands, as its writer reads it."""
    if appeal.is_open:
        day = {"day": day_in_full(appeal.due_day)}
        return _("You asked for a second look. Another person answers, by %(day)s.") % day
    return _what_again(appeal)
