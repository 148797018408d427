"""A PostgreSQL of these tests' own, that others stand behind or beside."""

from collections.abc import Iterator

import pytest

from tests.security.postgres import Postgres


@pytest.fixture(scope="module")
def primary() -> Iterator[Postgres]:
    primary = Postgres()
    primary.start()
    yield primary
    primary.close()
