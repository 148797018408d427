"""A Hearth whose streams are looked at every second, that takes few of them, and that can be killed."""

from collections.abc import Iterator

import pytest

from tests.live.ear import Ear
from tests.members.databases import fresh
from tests.security.server import Server

MOST, EACH = 8, 2
QUICK = {"HEARTH_EVENTS_CHECK_SECONDS": "1", "HEARTH_EVENTS_MOST": str(MOST), "HEARTH_EVENTS_EACH": str(EACH)}


@pytest.fixture(autouse=True)
def _nobody_goes_on_listening() -> Iterator[None]:
    yield
    while Ear.open:
        Ear.open.pop().close()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def _any_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("live")
    url = f"sqlite:///{folder}/hearth.db"
    if request.param == "postgres":
        # Of its own: other servers have other keys.
        url = fresh(request.getfixturevalue("postgres"), folder.name)
    server = Server(folder, url, **QUICK)
    yield server
    server.close()


@pytest.fixture
def server(_any_server: Server) -> Server:
    if _any_server.process is None or _any_server.process.poll() is not None:
        _any_server.start()
    return _any_server
