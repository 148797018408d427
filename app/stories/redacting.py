"""Words taken out of what readers and the author see, by a person's decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.groups import queries as groups
from app.groups.models import Group
from app.moderation.judge import judge
from app.moderation.verdict import Field
from app.stories.models import ReplyVersion, StoryVersion

TAKEN_OUT = "[…]"
TAKEN_OUT_SHORT = "…"
"""For one or two letters: no text becomes longer than it may be."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words to take out: code points of the field as typed, `end` past the last."""

    field: Field
    start: int
    end: int


def redact(db: Session, version: StoryVersion | ReplyVersion, spans: Sequence[Span]) -> None:
    """Take words out of a version. The judge cleans what is left; the person decides."""
    if isinstance(version, StoryVersion):
        version.title = without(version.title, [s for s in spans if s.field is Field.TITLE])
    version.body = without(version.body, [s for s in spans if s.field is Field.BODY])
    _clean(db, version)


def put_back(db: Session, version: StoryVersion | ReplyVersion, title: str, body: str) -> None:
    """Undo that: the words stand as they were typed."""
    if isinstance(version, StoryVersion):
        version.title = title
    version.body = body
    _clean(db, version)


def _clean(db: Session, version: StoryVersion | ReplyVersion) -> None:
    group = db.get_one(Group, version.group_id)
    version.html = judge(groups.guidelines_of(db, group), version.body).html


def without(text: str, spans: Sequence[Span]) -> str:
    """A text with the spans replaced by a mark. Raises Unfit for a place outside the text."""
    kept, at = "", 0
    for span in sorted(spans, key=lambda s: s.start):
        if not 0 <= span.start < span.end <= len(text):
            raise Unfit(_("A marked place is outside the text."), {"redactions": _("Mark words that are there.")})
        if span.start >= at:
            kept += text[at : span.start] + (TAKEN_OUT if span.end - span.start >= len(TAKEN_OUT) else TAKEN_OUT_SHORT)
        at = max(at, span.end)
    return kept + text[at:]
