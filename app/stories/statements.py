"""The statement of reasons: what was decided about somebody's words, why, and by whom (SAFETY.md, SR-29)."""

from typing import Any

from sqlalchemy.orm import Session

from app.foundation.language import gettext as _
from app.groups import queries as groups
from app.groups.models import Group
from app.groups.rule_queries import told_in
from app.moderation.models import Action, Decision, Fate
from app.moderation.verdict import SafeHtml
from app.stories import queries


def statement(db: Session, group: Group, decision: Decision) -> dict[str, Any]:
    """`what`, `facts` (sentences), `rule_title`, `by`, `note_html` or "", `how` to go on."""
    note = queries.note_explaining(db, decision.id)
    titles = {item.id: item.title for item in groups.items(db, group)}
    said = told_in(db, group, decision.findings)
    found = [message for f in decision.findings if (message := said.of(group, f).message)]
    about = decision.guideline or next((f.guideline for f in decision.findings if f.guideline), "")
    return {
        "what": _what(decision),
        "facts": found,
        "rule_title": titles.get(about, ""),
        "by": _("a person") if decision.action else _("Hearth’s rules, without a person"),
        "note_html": SafeHtml(note.html) if note else "",
        "how": _how(decision),
    }


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


def _how(decision: Decision) -> str:
    if decision.fate is Fate.RETURNED:
        return _("Change it and send it again. It is read anew.")
    if decision.fate is Fate.HELD:
        return _("You can change it or take it back meanwhile.")
    return ""
