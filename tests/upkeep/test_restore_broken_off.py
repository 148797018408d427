"""At a start with a damaged file, a restore that was broken off or a migration that fails: no writes, but help (U-10)."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.foundation import keys as secrets
from app.foundation.db import Database, open_engine
from app.foundation.settings import Settings
from app.upkeep import opening
from app.upkeep.actions import prepare
from app.upkeep.trouble import Trouble
from tests.conftest import ROOT
from tests.people import NO_TLS
from tests.upkeep.site import back_up, environment, hearth, killed_in_between, settings_of

WAIT_SECONDS = 60


@dataclass
class Server:
    http: httpx.Client
    log: Path

    def until(self, path: str, status: int) -> httpx.Response:
        """The first answer with this status."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            with suppress(httpx.TransportError):
                answer = self.http.get(path)
                if answer.status_code == status:
                    return answer
            time.sleep(0.1)
        raise AssertionError(f"{path} never answered {status}: {self.log.read_text()}")


@contextmanager
def serving(settings: Settings, folder: Path) -> Iterator[Server]:
    """`hearth serve`, whatever comes of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "output.txt"
    with log.open("w") as output:
        process = subprocess.Popen([sys.executable, "-m", "app", "serve", "--port", str(port)], cwd=ROOT,
                                   env=environment(settings), stdout=output, stderr=subprocess.STDOUT)  # fmt: skip
    try:
        yield Server(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, verify=NO_TLS), log)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A site of which there is a copy."""
    settings = settings_of(tmp_path, f"sqlite:///{tmp_path}/data/hearth.db")
    secrets.load(settings)
    database = Database(open_engine(settings))
    prepare(database, database.engine, settings)
    database.engine.dispose()
    back_up(settings, tmp_path / "copy.age")
    return settings


def _file(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _damaged(settings: Settings) -> None:
    file = _file(settings)
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + bytes(len(whole) - 8192) + whole[-4096:])


def _no_database(settings: Settings) -> None:
    _file(settings).write_bytes(b"This is no database at all. " * 500)


def _broken_off(settings: Settings, where: str) -> None:
    copy = _file(settings).parents[1] / "copy.age"
    made = f"Settings(database_url={settings.database_url!r}, secrets_dir={str(settings.secrets_dir)!r})"
    killed_in_between(
        settings, f"from app.upkeep import restoring\n{where} = die",
        f"restoring.restore({made}, Path({str(copy)!r}), None, replace=True)",
    )  # fmt: skip


def _broken_off_while_filling(settings: Settings) -> None:
    _broken_off(settings, "restoring._sync")


def _broken_off_before_the_swap(settings: Settings) -> None:
    _broken_off(settings, "restoring.sync_folder")


def _cannot_migrate(settings: Settings) -> None:
    engine = open_engine(settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '1'"))
    engine.dispose()


def _made_by_a_newer_hearth(settings: Settings) -> None:
    engine = open_engine(settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


HARMS = [
    (_damaged, opening.DAMAGED),
    (_no_database, opening.DAMAGED),
    (_broken_off_while_filling, opening.HALF_RESTORED),
    (_broken_off_before_the_swap, opening.HALF_RESTORED),
    (_cannot_migrate, opening.NOT_MIGRATED),
    (_made_by_a_newer_hearth, opening.NOT_MIGRATED),
]


@pytest.mark.measures("U-10")
@pytest.mark.parametrize(("harm", "event"), HARMS, ids=[harm.__name__.strip("_") for harm, _event in HARMS])
def test_each_trouble_is_known_and_names_one_command(
    site: Settings, harm: Callable[[Settings], None], event: str
) -> None:
    assert opening.is_sound(site, event)
    harm(site)
    database = Database(open_engine(site))
    with pytest.raises(Trouble) as told, opening.soundly(site):
        prepare(database, database.engine, site)
    database.engine.dispose()
    assert told.value.event == event
    assert str(told.value).count("hearth ") == 1
    assert not opening.is_sound(site, event)


def test_a_database_that_does_not_answer_is_another_thing(tmp_path: Path) -> None:
    away = Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing", secrets_dir=tmp_path / "secrets")
    with pytest.raises(Trouble) as told, opening.soundly(away):
        open_engine(away).connect()
    assert told.value.event == opening.UNAVAILABLE
    assert not opening.is_sound(away, opening.UNAVAILABLE)


@pytest.mark.measures("U-10")
def test_a_restore_broken_off_leaves_help_and_no_writes_until_it_is_done_again(site: Settings, tmp_path: Path) -> None:
    _broken_off_before_the_swap(site)
    before = {f.name: f.read_bytes() for f in _file(site).parent.glob("hearth.db*")}
    with serving(site, tmp_path) as server:
        page = server.until("/help-now", 200)
        assert "Somebody you can talk to now" in page.text
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        style = page.text.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
        assert server.http.get(style).status_code == 200
        assert server.http.get("/").status_code == 503
        assert server.http.get("/groups").status_code == 503
        assert server.http.get("/readyz").status_code == 503
        assert server.http.post("/leave").headers["location"] == "/bye"
        words = {"passphrase": "lantern bicycle orchard velvet canyon"}
        assert server.http.post("/api/v1/accounts", json=words).status_code == 503
        assert {f.name: f.read_bytes() for f in _file(site).parent.glob("hearth.db*")} == before
        assert "hearth restore FILE --replace" in server.log.read_text()
        again = hearth(site, "restore", str(tmp_path / "copy.age"), "--replace")
        assert again.returncode == 0, again.stderr
        server.until("/readyz", 200)
        assert server.http.get("/").status_code == 200


def test_a_server_is_not_shut_without_a_reason(site: Settings, tmp_path: Path) -> None:
    with serving(site, tmp_path) as server:
        server.until("/readyz", 200)
        assert "shut" not in server.log.read_text()
