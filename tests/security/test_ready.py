"""A Hearth is ready soon after its start, however much is stored (O-9)."""

import statistics
from pathlib import Path

import pytest

from benchmarks.forum import Forum, on_sqlite
from benchmarks.servers import hearth
from tests.security.figures import Figures

FEW, MANY = 2_000, 100_000
STARTS = 5
MOST_SECONDS = 2.0
"""SPEED.md, on an existing database."""
GROWTH = 1.5


@pytest.mark.security
@pytest.mark.measures("O-9")
def test_it_is_ready_soon_however_much_is_stored(tmp_path: Path, figures: Figures) -> None:
    few, many = (on_sqlite(tmp_path, posts, lambda _said: None) for posts in (FEW, MANY))
    small, large = _ready_seconds(few), _ready_seconds(many)
    held = large <= MOST_SECONDS and large <= GROWTH * small
    said = f"ready after {small:.2f} s with {FEW:,} posts, {large:.2f} s with {MANY:,} (median of {STARTS} starts)"
    figures.note("O-9", said, held=held, of="SQLite")
    assert held, said


def _ready_seconds(forum: Forum) -> float:
    return statistics.median(_ready_once(forum) for _start in range(STARTS))


def _ready_once(forum: Forum) -> float:
    with hearth(forum.folder, forum.database_url, 0, 1, {}) as server:
        return server.ready_seconds
