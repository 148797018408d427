"""Stories and replies as templates see them, for the one who reads."""

from typing import Any

from sqlalchemy.orm import Session

from app.groups import queries as groups
from app.groups.models import Group
from app.members import private
from app.members.member import Member
from app.moderation.models import Decision, Fate, Finding
from app.moderation.rulebook import rule
from app.moderation.verdict import SafeHtml
from app.stories import queries
from app.stories.composing import Noted
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion
from app.stories.phrases import headline, note_name
from app.stories.queries import Shown, Summary
from app.stories.rules import is_own

READING = "reading"


def folded_notes(db: Session, member: Member) -> set[str]:
    """The content notes this reader asked to have folded."""
    return set(private.settings_of(db, member, READING).get("fold", []))


def lines(stories: list[Summary], fold: set[str]) -> list[dict[str, Any]]:
    """Stories in a list."""
    return [
        {
            "id": s.id,
            "title": s.title,
            "persona": s.persona,
            "hour": s.hour,
            "reply_count": s.reply_count,
            "content_notes": [note_name(n) for n in s.content_notes],
            "answer_me_with": s.answer_me_with,
            "folded": bool(fold & set(s.content_notes)),
        }
        for s in stories
    ]


def story_shown(db: Session, member: Member, story: Story, version: StoryVersion, fold: set[str]) -> dict[str, Any]:
    """A story as its readers see it: the version that was let out."""
    own = is_own(member, story)
    return {
        "id": story.id,
        "title": version.title,
        "html": version.safe_html,
        "persona": queries.persona_of(db, story.membership_id),
        "role": "",
        "hour": story.created_hour,
        "status": story.latest.fate.value if own else "published",
        "answer_me_with": version.answer_me_with,
        "content_notes": [note_name(n) for n in version.notes],
        "folded": bool(fold & set(version.notes)) and not own,
        "own": own,
        "edited": _was_out_before(story, version),
        "reply_count": story.reply_count,
    }


def _was_out_before(story: Story, version: StoryVersion) -> bool:
    """Whether readers saw other words before these. That some waited is nobody's business."""
    return any(v.fate is Fate.PUBLISHED for v in story.versions if v.number < version.number)


def replies_shown(
    member: Member,
    shown: list[Shown],
    waiting: list[Reply],
    counts: dict[str, dict[str, int]],
    mine: dict[str, set[str]],
) -> list[dict[str, Any]]:
    """Replies in their order; then one's own that others do not see. `changed`: where a newer form of one's own reply
    stands that is out as it was before."""
    newer = {r.id: r.latest.fate.value for r in waiting}
    out: list[dict[str, Any]] = [
        {
            "id": r.id, "html": SafeHtml(r.html), "persona": r.persona, "role": "", "hour": r.hour,
            "own": member.owns(r.membership_id), "status": "published", "changed": newer.get(r.id, "published"),
            "counts": counts.get(r.id, {}), "mine": mine.get(r.id, set()),
        }
        for r in shown
    ]  # fmt: skip
    there = {r["id"] for r in out}
    own_names = {m.id: m.persona for m in member.memberships}
    out += [
        {
            "id": r.id, "html": r.latest.safe_html, "persona": own_names[r.membership_id], "role": "",
            "hour": r.created_hour, "own": True, "status": r.latest.fate.value, "changed": "published",
            "counts": {}, "mine": set(),
        }
        for r in waiting if r.id not in there
    ]  # fmt: skip
    return out


def reasons(db: Session, group: Group, findings: list[Finding]) -> list[Noted]:
    """What the rules found, as they said it then."""
    titles = {item.id: item.title for item in groups.items(db, group)} if findings else {}
    return [
        Noted(
            n,
            headline(f.rule),
            found.message if (found := rule(f.rule)) else "",
            "",
            f.rule,
            titles.get(f.guideline, ""),
        )
        for n, f in enumerate(findings, 1)
    ]


def first_by_rules(db: Session, version: StoryVersion | ReplyVersion) -> Decision:
    """The rules' decision at the start of a version's chain of decisions."""
    decision = version.decision
    while decision.previous_id:
        decision = db.get_one(Decision, decision.previous_id)
    return decision
