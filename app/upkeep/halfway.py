"""What a restore that was broken off leaves behind: looked for at every start, so it stands apart from what a restore loads."""

from pathlib import Path

from app.foundation.settings import Settings
from app.upkeep import in_use

BUILDING = ".restoring"
"""Behind the database's name: the new file while it is being filled."""
WHOLE = ".restored"
"""Behind the database's name: the new file, whole and checked, that has not taken its place yet."""


def is_left(settings: Settings) -> bool:
    """Whether a restore was broken off: what stands under the database's name may not be what it should be."""
    if not settings.is_sqlite:
        return False
    return any(beside(in_use.sqlite_file(settings), mark).exists() for mark in (BUILDING, WHOLE))


def beside(file: Path, behind: str) -> Path:
    """The file of the same name with this behind it."""
    return file.with_name(file.name + behind)
