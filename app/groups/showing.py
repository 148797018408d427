"""Groups as the API and the operator's command answer them (CONTRACT.md)."""

from typing import Any

from sqlalchemy.orm import Session

from app.groups import queries
from app.groups.forms import GroupChange, GroupPatch, GroupShown, GroupTended, GuidelinesShown, ItemShown
from app.groups.models import Group


def shown(db: Session, group: Group) -> GroupShown:
    """A group as whoever may see its guidelines sees it."""
    items = [ItemShown(id=i.id, title=i.title, text=i.text) for i in queries.items(db, group)]
    return GroupShown(
        id=group.id, slug=group.slug, name=group.name, purpose=group.purpose, kind=group.kind.value,
        visibility=group.visibility.value, language=group.language, closed=group.is_closed,
        guidelines=GuidelinesShown(version=group.guidelines_version, items=items),
    )  # fmt: skip


def tended(db: Session, group: Group) -> GroupTended:
    """The same with what only those who look after it need."""
    return GroupTended(**shown(db, group).model_dump(), prompt=group.prompt, pace=group.pace.value)


def as_typed(db: Session, group: Group) -> dict[str, Any]:
    """A group in the form in which it is made and changed."""
    items = [{"id": i.id, "title": i.title, "text": i.text} for i in queries.items(db, group)]
    return {
        "name": group.name, "purpose": group.purpose, "prompt": group.prompt, "items": items,
        "pace": group.pace.value, "visibility": group.visibility.value,
    }  # fmt: skip


def changed(db: Session, group: Group, form: GroupPatch) -> GroupChange:
    """What a group would be with some of it changed."""
    return GroupChange.model_validate({**as_typed(db, group), **form.model_dump(exclude_none=True)})
