"""What members of a group are told of each act of staff (SECURITY.md, M-9).

A line never says whom it was about. It says the act and its reason only where everybody in the group could see what
happened; whatever its author alone knows of is one and the same `looked`, as a day and a reason could point at somebody
who was held, sent back or in danger. Acts that are not listed here are `looked` too.
"""

from typing import Final

LOOKED: Final = "looked"
"""Staff read words, or decided something about them that others in the group did not see."""

WITH_REASON: Final = frozenset(
    {"case.remove", "case.redact", "invitation.made", "group.rules", "rule.live", "rule.shadow"}
)
"""Told with the guideline, role or rule that is their reason."""
BY_NAME: Final = frozenset({
    "group.opened", "group.changed", "group.closed", "group.reopened", "role.given", "role.taken", "role.laid-down",
})  # fmt: skip
"""Told without a reason."""


def outline(act: str, reason: str) -> str:
    """What a group's members read of an act: its name, and a space and the reason if that is theirs to know."""
    if act in WITH_REASON:
        return f"{act} {reason}".strip()
    return act if act in BY_NAME else LOOKED
