"""A group's stories as a list, kept until something in it changes: the group's `activity` says so. Who speaks as a
moderator is seen anew each hour."""

from collections.abc import Callable, Hashable, Iterator
from functools import cache
from typing import Any

from app.foundation.eyes import Eyes
from app.foundation.kept import Kept
from app.foundation.settings import settings
from app.foundation.times import this_hour
from app.groups import queries as groups
from app.stories import queries, showing
from app.stories.forms import PAGE
from app.stories.quick import GroupHead

BYTES_A_LINE = 600
"""What a line takes in memory, about."""
PART = 16
"""Of the memory for pages: a list is a tenth of a thread."""


class Lines:
    """Lines of a list; the same object while nothing changed, so that a page made of it can be found again."""

    def __init__(self, lines: list[dict[str, Any]], next_activity: int | None = None) -> None:
        self.lines = lines
        self.next_activity = next_activity

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


@cache
def _kept() -> Kept[Lines]:
    return Kept(settings().page_cache_mib * 1024 * 1024 // PART, lambda lines: BYTES_A_LINE * (1 + len(lines)))


def stories(eyes: Eyes, group: GroupHead, after: int | None, note: str, fold: frozenset[str]) -> Lines:
    """A page of a group's stories for whoever may read them."""

    def made() -> Lines:
        found = queries.summaries(eyes, group.id, after, PAGE + 1, note)
        more = found[PAGE - 1].activity if len(found) > PAGE else None
        return Lines(showing.lines(found[:PAGE], set(fold)), more)

    return _again(eyes, ("stories", group.id, group.activity, after, note, fold, this_hour()), made)


def guidelines(eyes: Eyes, group: GroupHead) -> Lines:
    """What a group keeps to. A version never changes."""

    def made() -> Lines:
        items = groups.items_of(eyes.session, group.id, group.guidelines_version)
        return Lines(
            [{"id": item.id, "title": item.title, "text": item.text, "html": item.safe_html} for item in items]
        )

    return _again(eyes, ("guidelines", group.id, group.guidelines_version), made)


def _again(eyes: Eyes, key: Hashable, make: Callable[[], Lines]) -> Lines:
    found = _kept().get(key)
    if found is None:
        eyes.ask_for_more()
        found = _kept().keep(key, make())
    return found
