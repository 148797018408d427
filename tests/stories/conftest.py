"""A group of a test's own, and somebody who writes in it."""

import pytest

from tests.api.village import joined, opened
from tests.conftest import Running
from tests.people import Person


@pytest.fixture
def slug(hearth: Running) -> str:
    return opened(hearth)


@pytest.fixture
def author(hearth: Running, slug: str) -> Person:
    return joined(hearth, slug)
