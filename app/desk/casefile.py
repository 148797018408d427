"""One case as its page shows it: all that a moderator needs to decide, and nothing else (SECURITY.md, M-1)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.desk import beginnings, beside, claiming, crisis_showing, queries, showing, talking
from app.desk.phrases import action_name, fate_name, reason_name
from app.desk.queries import Seen
from app.desk.rules import found_in, may_show
from app.foundation.times import now
from app.groups import queries as groups
from app.groups.models import Group
from app.groups.rule_queries import Sayings, told_in
from app.members import queries as members
from app.members.member import Member
from app.moderation.marking import marked
from app.moderation.models import Case, Subject
from app.moderation.verdict import Field
from app.moderation.weight import is_heavy
from app.stories import fates
from app.stories import queries as stories
from app.stories.models import Story

REPLIES_AROUND = 20


def case_page(db: Session, member: Member, found: Case, *, is_read: bool = False) -> dict[str, Any]:
    """`is_read`: that its words are read is in the log. Without, words that are heavy, or that others cannot see, are not in
    the page at all (M-3)."""
    seen = queries.seen(db, [found])[0]
    said = told_in(db, seen.group, seen.findings)
    titles = {item.id: item.title for item in groups.items(db, seen.group)}
    words = queries.words_of(db, found)
    is_out = words is not None and words.is_shown
    is_asked = found.kind in talking.ASKED
    is_open = is_asked or is_read or claiming.is_open_to(member, found) or (is_out and not found.is_heavy)
    shown = words if is_open else None
    telling = fates.telling_of(db, found)
    story = db.get(Story, found.story_id)
    return {
        **showing.around(db, member),
        "second": beside.of_case(db, member, found),
        "judged": 0,
        "case": {
            **showing.line_of(seen, said),
            "is_out": is_out,
            "is_gone": words is None and not is_asked,
            "is_asked": is_asked,
            "is_closed": not is_open,
            "is_covered": telling is not None and telling.is_covered,
            "answers": story.answers.value if story else "",
        },
        "crisis": crisis_showing.panel(db, member, found, seen.findings),
        "claim": _claim(member, found),
        "claimed_by": seen.holder,
        "title_parts": marked(getattr(shown, "title", ""), seen.findings, Field.TITLE),
        "words_parts": marked(shown.body if shown else "", seen.findings, Field.BODY),
        "findings": _findings(seen, titles, said),
        "flags": _flags(db, found),
        "versions": _versions(db, found, seen.group, titles) if is_read or claiming.is_open_to(member, found) else [],
        "letters": _letters(db, found),
        "sentences": beginnings.sentences(seen.group.language),
        "thread": _thread(db, found),
        "decisions": _decisions(db, found, titles),
        "guidelines": [{"id": item_id, "title": title} for item_id, title in titles.items()],
    }


def _letters(db: Session, found: Case) -> list[dict[str, Any]]:
    talk = talking.beside(db, found)
    if talk is None:
        return []
    names = members.personas(db, [one.by_membership_id for one in talk.letters if one.by_membership_id])
    return talking.shown(talk, names)


def _claim(member: Member, found: Case) -> str:
    """`mine`, `other`, `free`, or `none` when there is nothing to decide any more."""
    holder = found.holder(now())
    if not found.is_open:
        return "none"
    if holder is None:
        return "free"
    return "mine" if member.owns(holder) else "other"


def _findings(seen: Seen, titles: dict[str, str], said: Sayings) -> list[dict[str, Any]]:
    return [
        {
            "n": n,
            "headline": said.of(seen.group, f).public_name,
            "message": said.of(seen.group, f).message,
            "rule": f.rule,
            "guideline_title": titles.get(f.guideline, ""),
        }
        for n, f in enumerate(seen.findings, 1)
    ]


def _flags(db: Session, found: Case) -> dict[str, Any]:
    """Readers as one voice: how many asked, for which reasons, and what they wrote. Many say no more than one does, and who
    they are is shown to nobody."""
    said = queries.flags_with_notes(db, found)
    given = {flag.id: flag for flag, _note in said}
    reasons = Counter(flag.reason for flag in given.values())
    joined = len(queries.joined_flaggers(db, found))
    return {
        "count": len(given),
        "outside": len(given) - joined,
        "reasons": [{"name": reason_name(reason), "count": count} for reason, count in reasons.most_common()],
        "notes": [
            {"note_html": note.safe_html, "is_heavy": is_heavy(f.rule for f in note.decision.findings)}
            for _flag, note in said
            if note and may_show(note)
        ],
    }


def _versions(db: Session, found: Case, group: Group, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Every other version of the words, newest first, each with what was found in it."""
    versions = [v for v in queries.versions_of(db, found) if v.number != found.number]
    told = queries.histories(db, [v.decision_id for v in versions])
    shown = list[dict[str, Any]]()
    for version in reversed(versions):
        findings = found_in(told[version.decision_id])
        said = told_in(db, group, findings)
        shown.append(
            {
                "number": version.number,
                "fate": fate_name(version.fate),
                "is_newer": version.number > found.number,
                "title_parts": marked(getattr(version, "title", ""), findings, Field.TITLE),
                "words_parts": marked(version.body, findings, Field.BODY),
                "reasons": list(dict.fromkeys(said.of(group, f).public_name for f in findings)),
                "rules": list(dict.fromkeys(titles.get(f.guideline, "") for f in findings if f.guideline)),
            }
        )
    return shown


def _thread(db: Session, found: Case) -> dict[str, Any] | None:
    """What stands around the words for its readers: the replies that are out, and the story that a reply is under."""
    story = db.get(Story, found.story_id)
    if story is None:
        return None
    version = story.shown if found.kind is Subject.REPLY else None
    around: Sequence[stories.Shown] = stories.replies(db.connection(), story.id, 0, REPLIES_AROUND)
    return {
        "title": version.title if version else "",
        "html": version.safe_html if version else "",
        "persona": stories.persona_of(db, story.membership_id),
        "hour": story.created_hour,
        "replies": [
            {"persona": r.persona, "hour": r.hour, "html": r.html, "is_it": r.id == found.subject_id} for r in around
        ],
    }


def _decisions(db: Session, found: Case, titles: dict[str, str]) -> list[dict[str, Any]]:
    """What people decided before about these words, with what they wrote to the author and for each other."""
    made = queries.earlier_decisions(db, found)
    names = members.personas(db, [d.by_membership_id for d in made if d.by_membership_id])
    notes = {(n.explains_id, n.is_for_author): n.safe_html for n in queries.notes_on(db, made)}
    return [
        {
            "day": d.day,
            "by": names.get(d.by_membership_id or "", ""),
            "what": action_name(d.action) if d.action else "",
            "guideline_title": titles.get(d.guideline, d.guideline),
            "note_html": notes.get((d.id, True), ""),
            "reason_html": notes.get((d.id, False), ""),
        }
        for d in made
    ]
