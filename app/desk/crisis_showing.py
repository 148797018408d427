"""What the case page shows where somebody may be in danger."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.care import queries as care
from app.care.phrases import beginning, levels
from app.care.rules import is_of_danger
from app.members import queries as members
from app.members.member import Member
from app.moderation.models import Case, Finding
from app.stories.models import Story


def panel(db: Session, member: Member, found: Case, findings: Sequence[Finding]) -> dict[str, Any]:
    """Levels with what is done at each, what the author was told and gave, and how the thread stands."""
    crisis = care.crisis_of(db, found.id)
    story = db.get(Story, found.story_id)
    names = members.personas(db, care.on_duty(db, found.group_id))
    return {
        "is_danger": is_of_danger(found, findings) or (crisis is not None and crisis.level is not None),
        "level": crisis.level.value if crisis and crisis.level else "",
        "levels": levels(),
        "is_being_read": crisis is not None and crisis.is_being_read,
        "answers": [{"note_html": a.safe_html, "day": a.day} for a in care.answers_about(db, found.subject_id)],
        "beginning": beginning(crisis.level if crisis else None),
        "has_wishes": crisis is not None and crisis.sealed_wishes is not None,
        "were_opened": crisis is not None and crisis.were_opened,
        "on_duty": sorted(names.values()),
        **_pair(db, member, found),
        "is_thread_out": story is not None and story.shown is not None,
        "thread_note": story.gentle_note.value if story and story.gentle_note else "",
        "reply_count": story.reply_count if story else 0,
    }


def _pair(db: Session, member: Member, found: Case) -> dict[str, Any]:
    """Who was asked to read along, and who could be."""
    pair = care.pair_of(db, found.id)
    others = [one for one in care.everybody(db, found.group_id) if one != found.membership_id and not member.owns(one)]
    names = members.personas(db, [*others, *([pair.membership_id] if pair else [])])
    return {
        "pair": names.get(pair.membership_id, "") if pair else "",
        "is_my_turn": pair is not None and not pair.has_come and member.owns(pair.membership_id),
        "pair_has_come": pair is not None and pair.has_come,
        "others": sorted(((one, names[one]) for one in others), key=lambda item: item[1]),
    }
