"""Sentences that staff and members write to each other around a decision: all of them go through the judge."""

from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.times import today
from app.groups import queries as groups
from app.groups.models import Group
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.models import Decision, Note
from app.moderation.verdict import Kind, Outcome, Verdict
from app.stories.redacting import Span, without


def fit_sentence(sentence: str, guidelines: Guidelines, field: str = "note_to_author") -> Verdict:
    """A sentence that somebody reads about a decision. Raises Unfit for none, and for one that would not go out."""
    if not sentence.strip():
        raise Unfit(_("Something needs another look."), {field: _("They need a sentence from you.")})
    verdict = judge(guidelines, sentence)
    if verdict.outcome is not Outcome.PUBLISH:
        why = " ".join(dict.fromkeys(f.message for f in verdict.findings))
        raise Unfit(_("Something needs another look."), {field: why})
    return verdict


def judged_for_staff(db: Session, group: Group | None, text: str, verdict: Verdict) -> Verdict:
    """What staff read of words that somebody sends them: all of it, but what would tell who somebody is. Nothing is
    refused for that: who writes here may be upset, and their time runs."""
    spans = [Span(f.field, f.start, f.end) for f in verdict.findings if f.kind is Kind.CONFIDENTIALITY]
    if not spans:
        return verdict
    guidelines = groups.guidelines_of(db, group) if group else Guidelines()
    return judge(guidelines, without(text, spans))


def explain(db: Session, decision: Decision, verdict: Verdict | None, *, is_for_author: bool) -> None:
    """Put a sentence beside a decision: for whom it concerns, or for other moderators."""
    if verdict:
        note = Note(group_id=decision.group_id, explains_id=decision.id, is_for_author=is_for_author)
        note.words_judged(verdict, decision.group_id, today())
        db.add(note)
