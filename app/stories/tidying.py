"""The nightly tidying of the search index."""

from typing import Any, Final

from sqlalchemy import text

from app.foundation.home import Home

PAGES: Final = 500
"""Pages of the index that are merged in one transaction: under a tenth of a second, in which others cannot write."""
MERGE: Final = text("INSERT INTO search_words (search_words, rank) VALUES ('merge', :pages)")
LEAST_CHANGES: Final = 2
"""SQLite's own sign that there was nothing left to merge."""


def tidy(home: Home) -> int:
    """Merge all parts of the index into one: parts lie in the order in which words were filed, over all groups. Returns in
    how many steps. On PostgreSQL the nightly rewrite does as much."""
    if not home.database.is_sqlite:
        return 0
    steps, pages = 0, -PAGES
    while _changes(home, pages) >= LEAST_CHANGES:
        steps, pages = steps + 1, PAGES
    return steps


def _changes(home: Home, pages: int) -> int:
    """A step; a negative number of pages begins to merge everything."""
    with home.database.writing() as db:
        driver: Any = db.connection().connection.driver_connection
        before = driver.total_changes
        db.execute(MERGE, {"pages": pages})
        db.commit()
        return int(driver.total_changes) - int(before)
