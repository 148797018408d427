"""Stories and replies as templates see them, for the one who reads."""

from typing import Any

from sqlalchemy.orm import Session

from app.groups import queries as groups
from app.groups.models import Group
from app.groups.rule_queries import told_in
from app.moderation.models import Decision, Finding
from app.stories.composing import Noted
from app.stories.models import ReplyVersion, StoryVersion
from app.stories.phrases import note_name, rests_on, speaks_as
from app.stories.queries import Summary


def lines(stories: list[Summary], fold: set[str]) -> list[dict[str, Any]]:
    """Stories in a list."""
    return [
        {
            "id": s.id,
            "title": s.title,
            "persona": s.persona,
            "role": speaks_as(s.roles),
            "hour": s.hour,
            "reply_count": s.reply_count,
            "content_notes": [note_name(n) for n in s.content_notes],
            "answer_me_with": s.answer_me_with,
            "folded": bool(fold & set(s.content_notes)),
        }
        for s in stories
    ]


def reasons(db: Session, group: Group, findings: list[Finding]) -> list[Noted]:
    """What the rules found, as they said it then."""
    titles = {item.id: item.title for item in groups.items(db, group)} if findings else {}
    said = told_in(db, group, findings)
    return [
        Noted(
            n,
            said.of(group, f).public_name,
            said.of(group, f).message,
            "",
            f.rule,
            rests_on(f.rule, titles.get(f.guideline, "")),
        )
        for n, f in enumerate(findings, 1)
    ]


def first_by_rules(db: Session, version: StoryVersion | ReplyVersion) -> Decision:
    """The rules' decision at the start of a version's chain of decisions."""
    decision = version.decision
    while decision.previous_id:
        decision = db.get_one(Decision, decision.previous_id)
    return decision
