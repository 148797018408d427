"""Drafts: sealed from the first keystroke saved, in a drawer of the membership they were written under."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from sqlalchemy.orm import Session

from app.foundation.times import today
from app.groups.models import Group
from app.members import private
from app.members.keyring import Claim
from app.members.member import AnyReader
from app.moderation.verdict import Verdict
from app.stories.forms import StoryForm
from app.stories.models import AnswerMeWith, ContentNote


@dataclass(slots=True)
class Draft:
    """Words that only their author has seen. It keeps its id when it becomes a story or a reply."""

    id: str
    group_id: str
    story_id: str = ""
    """The story a reply belongs to; empty for a story of its own."""
    title: str = ""
    body: str = ""
    content_notes: list[str] = field(default_factory=list)
    answer_me_with: str | None = None
    noted: list[str] = field(default_factory=list)
    """Notes of the judge that its author has seen: whichever of them is not among its notes was taken off."""
    day: str = field(default_factory=lambda: today().isoformat())

    @property
    def is_reply(self) -> bool:
        return bool(self.story_id)

    @property
    def notes(self) -> list[ContentNote]:
        return [ContentNote(note) for note in self.content_notes]

    @property
    def wish(self) -> AnswerMeWith | None:
        return AnswerMeWith(self.answer_me_with) if self.answer_me_with else None

    @classmethod
    def opened(cls, row_id: str, held: dict[str, Any]) -> Self:
        return cls(**{**held, "id": row_id})


def of_story(story_id: str, group: Group, form: StoryForm, verdict: Verdict) -> Draft:
    """What was typed as a story, with the notes that the judge added to it."""
    notes, noted = [str(note) for note in form.content_notes or ()], list(verdict.content_notes)
    return Draft(story_id, group.id, "", form.title, form.body, notes, form.answer_me_with, noted)


def keep(db: Session, member: AnyReader, draft: Draft) -> Draft:
    """Seal a draft, in place of an earlier one with its id. It touches one membership's drawer."""
    claim = member.keyring.claim_on(draft.group_id)
    assert claim is not None  # noqa: S101  (the caller found the membership through the keyring)
    private.put(db, claim.drafts, draft.id, asdict(draft))
    return draft


def find(db: Session, member: AnyReader, draft_id: str) -> Draft | None:
    """One's own draft, whichever membership it was written under."""
    for claim in member.keyring.claims:
        held = private.get(db, claim.drafts, draft_id)
        if held is not None:
            return Draft.opened(draft_id, held)
    return None


def of(db: Session, member: AnyReader) -> list[Draft]:
    """All of one's drafts, newest day first."""
    found = [draft for claim in member.keyring.claims for draft in _in(db, claim)]
    return sorted(found, key=lambda d: (d.day, d.id), reverse=True)


def drop(db: Session, member: AnyReader, group_id: str, draft_id: str) -> None:
    claim = member.keyring.claim_on(group_id)
    if claim:
        private.drop(db, claim.drafts, draft_id)


def _in(db: Session, claim: Claim) -> list[Draft]:
    return [Draft.opened(row_id, held) for row_id, held in private.everything(db, claim.drafts).items()]
