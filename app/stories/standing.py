"""Where one's own words stand while others do not see them, as a page."""

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.care import cover
from app.foundation.web.templates import page
from app.groups import queries as groups
from app.groups.models import Group
from app.members.deps import must_be_found
from app.members.member import AnyReader
from app.moderation.help_directory import help_for
from app.moderation.models import Fate
from app.moderation.verdict import Kind
from app.stories import showing
from app.stories.danger import cared
from app.stories.models import Reply, Story, StoryVersion
from app.stories.phrases import wait_in_words
from app.stories.statements import statement

STANDS = {Fate.HELD: "waiting", Fate.RETURNED: "returned", Fate.REMOVED: "removed", Fate.PUBLISHED: "out"}


def stands(request: Request, db: Session, typical_wait: str, member: AnyReader, telling: Story | Reply) -> Response:
    """Where one's own words stand: waiting, returned with a sentence, taken down with the reasons, or let out in a
    place that one cannot read."""
    must_be_found(telling if member.owns(telling.membership_id) else None)
    group = db.get_one(Group, telling.group_id)
    version = telling.latest
    by_rules = showing.first_by_rules(db, version)
    crisis = any(f.kind is Kind.CRISIS for f in by_rules.findings)
    said = statement(db, group, version.decision, f"{telling.kind.value}:{telling.id}")
    return page(
        request, f"stories/{STANDS[version.fate]}.html", group=group, title=getattr(version, "title", ""), html=version.safe_html,
        care=cared(db, member, telling), unstaffed=cover.unstaffed(db, group.id),
        path=f"/{'stories' if isinstance(version, StoryVersion) else 'replies'}/{telling.id}", crisis=crisis,
        wait=wait_in_words(typical_wait), help=help_for(groups.guidelines_of(db, group).country) if crisis else (),
        findings=showing.reasons(db, group, by_rules.findings), statement=said,
        note_html=said["note_html"], guideline_title=said["rule_title"],
    )  # fmt: skip
