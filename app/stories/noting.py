"""What a story touches on: the judge says it, and its author has the last word.

What an author took off stays off: only what new words bring is added later.
"""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.foundation.typed import checked
from app.groups.models import Group
from app.moderation.verdict import Verdict
from app.stories.drafts import Draft
from app.stories.forms import StoryChange, StoryForm
from app.stories.judging import judged
from app.stories.models import ContentNote, Reply, Story


def with_notes(form: StoryForm, verdict: Verdict) -> StoryForm:
    """A story with the notes its author chose, or else with those of the judge."""
    if form.content_notes is not None:
        return form
    return form.model_copy(update={"content_notes": [ContentNote(note) for note in verdict.content_notes]})


def fresh(verdict: Verdict, seen: Iterable[str]) -> list[str]:
    """Notes of the judge that the author has not seen yet."""
    known = set(seen)
    return [note for note in verdict.content_notes if note not in known]


def as_sent(db: Session, telling: Story | Reply) -> Draft:
    """Words as they were sent last, to be changed: what the judge said of them their author has seen."""
    if isinstance(telling, Reply):
        return Draft(telling.id, telling.group_id, telling.story_id, body=telling.latest.body)
    words = telling.latest
    noted = judged(db, db.get_one(Group, telling.group_id), words.body, words.title).content_notes
    return Draft(
        telling.id, telling.group_id, "", words.title, words.body, words.notes, words.answer_me_with, list(noted)
    )  # fmt: skip


def changed(db: Session, group: Group, change: StoryChange, before: Draft) -> StoryForm:
    """What was sent replaces what was there; only the wish for answers can be emptied. Notes that were not sent are those
    that were there, and what new words touch on."""
    sent = {name: getattr(change, name) for name in change.model_fields_set}
    new = {n: v for n, v in sent.items() if v is not None or n == "answer_me_with"}
    kept = {"title": before.title, "body": before.body, "answer_me_with": before.answer_me_with}
    form = checked(StoryForm, {"content_notes": before.content_notes, **kept, **new})
    if "content_notes" in new:
        return form
    found = judged(db, group, form.body, form.title)
    added = [ContentNote(note) for note in fresh(found, (*before.noted, *before.content_notes))]
    return form.model_copy(update={"content_notes": [*(form.content_notes or ()), *added]})
