"""What the operator chose at /set-up, as each process knows it: read again every few seconds, so that pages need not ask."""

from typing import NamedTuple

from app.foundation.settings import settings


class Site(NamedTuple):
    """A Hearth as its administrator made it ready. Empty texts: what the settings say holds."""

    is_trial: bool = True
    """Nobody said yet that it is ready for members: every page says so."""
    country: str = ""
    staffed: str = ""
    """When somebody of the desk is here, as a sentence."""
    due: int = 0
    """How many things wait for an administrator: a review, a signature."""


_known = Site()


def site() -> Site:
    return _known


def learn(known: Site) -> None:
    """From now on pages of this process say so."""
    global _known  # noqa: PLW0603
    _known = known


def country() -> str:
    """Two letters: whose helplines come first. The set-up says it, else the settings."""
    return _known.country or settings().country


def takes_anybody() -> bool:
    """Whether somebody without an invitation may come in: always, unless HEARTH_TRIAL is off and nobody opened the place."""
    return settings().trial or not _known.is_trial
