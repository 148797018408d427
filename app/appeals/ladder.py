"""What follows what, published: no step is for ever, and each ends by itself."""

from typing import Final, NamedTuple

WINDOW_DAYS: Final = 90
"""So long a removal counts towards the next step. One that was undone on appeal never counts."""


class Step(NamedTuple):
    """After so many removals within the window, a pause of at most so many days; 0 is none."""

    removals: int
    most_days: int


LADDER: Final = (Step(1, 0), Step(2, 1), Step(3, 7), Step(4, 14), Step(5, 30))
"""The last step is the longest there is: nobody is shut out for good (SECURITY.md, M-7: permanent limits do not exist)."""


def step_after(removals: int) -> Step:
    """The step that a persona stands on with so many removals."""
    return max((step for step in LADDER if step.removals <= max(1, removals)), key=lambda step: step.removals)
