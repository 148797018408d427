"""A Hearth whose desk is guarded, on each database."""

from collections.abc import Iterator

import pytest

from tests.conftest import Running, serve
from tests.members.databases import fresh

GUARDED = {"HEARTH_DESK_GUARDS": "on"}


@pytest.fixture(scope="package", params=["sqlite", "postgres"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("guarded")
    url = f"sqlite:///{folder}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), folder.name)
    yield from serve(folder, url, **GUARDED)
