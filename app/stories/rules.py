"""Who may speak, and what stands where."""

from collections.abc import Sequence

from app.foundation.errors import Conflict, Forbidden
from app.foundation.language import day_in_full
from app.foundation.language import gettext as _
from app.foundation.times import today
from app.groups.models import Ground, Group
from app.groups.rules import accepted_current
from app.members.member import AnyReader, M, Speaker
from app.members.rules import limit_on
from app.moderation.models import Fate
from app.stories.models import Placed, Reply, ReplyVersion, Story, StoryVersion

THREAD_PAGE = 50
"""Replies on a page of a story: most threads are one page, and the page stays within 60 KB (C-13)."""


def must_speak(member: Speaker[M], group: Group | Ground) -> M:
    """The membership that speaks here. Raises Forbidden for one who has not joined or is limited, Conflict under
    guidelines that changed."""
    membership = must_belong(member, group)
    must_not_rest(member, membership)
    return membership


def must_belong(member: Speaker[M], group: Group | Ground) -> M:
    """The membership that would speak here. Raises Forbidden for one who has not joined, Conflict under guidelines that
    changed."""
    membership = member.in_group(group.id)
    if membership is None:
        raise Forbidden(_("You can read here. To write, join the group first."), way=f"/groups/{group.id}/join")
    if not accepted_current(member, group):
        changed = _("The guidelines of this group changed. Read them once more, then go on.")
        raise Conflict(changed, way=f"/groups/{group.id}/join")
    return membership


def must_not_rest(member: Speaker[M], membership: M) -> None:
    """Raises Forbidden for one who has a pause from writing. Words of danger pass it: nobody is sent away with them."""
    limit = limit_on(member, membership, today())
    if limit:
        raise Forbidden(_("You can read, and write again after %(day)s.") % {"day": day_in_full(limit.until_day)})


def address(telling: Story | Reply | Placed) -> str:
    """The page on which readers find these words, at their place: a later reply begins the page that shows it."""
    if isinstance(telling, Story):
        return f"/stories/{telling.id}"
    number = telling.number or 0
    page = f"?after={number - 1}" if number > THREAD_PAGE else ""
    return f"/stories/{telling.story_id}{page}#reply-{telling.id}"


def is_own(member: AnyReader, telling: Story | Reply) -> bool:
    return member.owns(telling.membership_id)


def asks_a_person(telling: Story | Reply, body: str, title: str = "") -> bool:
    """Whether a person must look at these words because of what a person decided before: always after words were taken
    down, and after they were given back, if nothing in them was changed. Until a later version was let out."""
    versions: Sequence[StoryVersion | ReplyVersion] = telling.versions
    for version in reversed(versions):
        if version.fate is Fate.PUBLISHED:
            return False
        if version.fate is Fate.REMOVED:
            return True
        if version.fate is Fate.RETURNED and (body, title) == (version.body, getattr(version, "title", "")):
            return True
    return False
