"""A Hearth whose clock a test can set."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.members.databases import fresh
from tests.upkeep.indoors import Indoors


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of one's own, on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hearth.db"
    return fresh(request.getfixturevalue("postgres"), "clock")


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[Indoors]:
    made = Indoors(url, tmp_path)
    yield made
    made.home.database.engine.dispose()
