"""Who may speak, and what stands where."""

from app.foundation.errors import Conflict, Forbidden
from app.foundation.language import gettext as _
from app.foundation.times import today
from app.groups.models import Group
from app.groups.rules import accepted_current
from app.members.member import Member
from app.members.models import Membership
from app.members.rules import limit_on
from app.moderation.models import Fate
from app.stories.models import Reply, Story


def must_speak(member: Member, group: Group) -> Membership:
    """The membership that speaks here. Raises Forbidden for one who has not joined or is limited, Conflict under
    guidelines that changed."""
    membership = member.in_group(group.id)
    if membership is None:
        raise Forbidden(_("You can read here. To write, join the group first."), way=f"/groups/{group.id}/join")
    if not accepted_current(member, group):
        changed = _("The guidelines of this group changed. Read them once more, then go on.")
        raise Conflict(changed, way=f"/groups/{group.id}/join")
    limit = limit_on(member, membership, today())
    if limit:
        raise Forbidden(_("You can read, and write again after %(day)s.") % {"day": limit.until_day.isoformat()})
    return membership


def is_own(member: Member, telling: Story | Reply) -> bool:
    return member.owns(telling.membership_id)


def asks_a_person(telling: Story | Reply, *, same_words: bool) -> bool:
    """Whether a person must look at what comes after a person's decision: always after words were taken down, and
    after they were given back, if nothing in them was changed."""
    last = telling.latest.fate
    return last is Fate.REMOVED or (last is Fate.RETURNED and same_words)
