"""One line of what is told about what is kept."""

from typing import NamedTuple


class Kept(NamedTuple):
    """A line of the page on privacy, and the tables that it is about."""

    tables: tuple[str, ...]
    what: str
    why: str
    how_long: str
