"""Who may come in, and under which names."""

from app.groups.models import Ground, Group, Visibility
from app.members.member import AnyReader, Member
from app.moderation.letters import skeleton


def can_join(member: Member, group: Group) -> bool:
    """An invited group takes those who were asked, and those who were here before. A closed one takes nobody."""
    if group.is_closed:
        return False
    if group.visibility is not Visibility.INVITED:
        return True
    return member.once_in(group.id) is not None or any(w.group_id == group.id for w in member.keyring.waiting)


def can_become(group: Group, visibility: Visibility) -> bool:
    """A group can be closed further, never opened: what was written for few is not shown to many."""
    order = list(Visibility)
    return order.index(visibility) >= order.index(group.visibility)


def accepted_current(member: AnyReader, group: Group | Ground) -> bool:
    """Whether one's acceptance still stands, or the guidelines changed since."""
    membership = member.in_group(group.id)
    return membership is not None and membership.guidelines_version == group.guidelines_version


def own_names(member: Member, group: Group) -> set[str]:
    """Skeletons of names that would tell who somebody is: their sign-in name, their names in other groups.
    Only the open keyring knows them."""
    elsewhere = {m.skeleton for m in member.memberships if m.group_id != group.id}
    return elsewhere | {skeleton(member.keyring.sign_in_name)}
