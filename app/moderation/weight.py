"""Which words are hard to read: they are closed until somebody opens them, and counted for whoever reads many."""

from collections.abc import Iterable
from typing import Final

from app.moderation.verdict import MILD

HEAVY_FAMILIES: Final = ("crisis.", "guideline.attack", "guideline.threat", "guideline.contempt", "guideline.minors")
"""Rules, by how their names begin, that find danger, abuse or an attack."""
HEAVY_NOTES: Final = frozenset({"suicide", "self-harm", "abuse", "violence", "overdose"})
"""Content notes that say the same."""


def is_heavy(rules: Iterable[str], notes: Iterable[str] = ()) -> bool:
    """Whether words in which these rules found something, with these content notes, are heavy to read."""
    return any(rule.startswith(HEAVY_FAMILIES) and rule not in MILD for rule in rules) or not HEAVY_NOTES.isdisjoint(
        notes
    )
