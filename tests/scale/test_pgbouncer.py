"""Two processes of Hearth behind a pgbouncer in transaction mode, on one PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import OperationalError

from app.foundation.db import open_engine
from app.foundation.eyes import Eyes
from app.foundation.pooler import TOLD
from app.foundation.prepared import Prepared
from app.foundation.settings import Settings
from tests.api.village import ASKS, QUIET, joined, moderator, opened
from tests.live.ear import Ear
from tests.people import PASSPHRASE, Person, Visitor
from tests.scale.pgbouncer import Pgbouncer
from tests.security.postgres import Postgres
from tests.security.server import Server

pytestmark = pytest.mark.security
WRITERS, EACH = 12, 10


@pytest.fixture(scope="module")
def pgbouncer(primary: Postgres) -> Iterator[Pgbouncer]:
    pgbouncer = Pgbouncer(primary)
    yield pgbouncer
    pgbouncer.close()


@pytest.fixture(scope="module")
def two(primary: Postgres, pgbouncer: Pgbouncer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    folder = tmp_path_factory.mktemp("two")
    servers = [Server(folder, pgbouncer.url, HEARTH_LISTEN_URL=primary.url) for _each in range(2)]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.close()


def test_pgbouncer_refuses_what_a_direct_connection_is_told(pgbouncer: Pgbouncer) -> None:
    with pytest.raises(OperationalError, match="unsupported startup parameter"):
        open_engine(Settings(database_url=pgbouncer.url)).connect()


def test_every_transaction_has_the_settings_and_leaves_none_behind(primary: Postgres, pgbouncer: Pgbouncer) -> None:
    engine = open_engine(Settings(database_url=pgbouncer.url, listen_url=primary.url))
    shown = select(*(func.current_setting(name) for name in TOLD))
    told = ["3500ms", "3s", "30s", "on"]
    for _each in range(10):
        with engine.connect() as connection:
            assert list(connection.execute(shown).one()) == told
        with Eyes(engine) as eyes:  # what is asked of the driver itself has them too
            assert list(Prepared(shown).rows(eyes.connection())[0]) == told
    bare = create_engine(pgbouncer.url.replace("postgresql", "postgresql+psycopg"))
    with bare.connect() as connection:
        assert list(connection.execute(shown).one()) == ["0", "0", "0", "on"]
    engine.dispose()
    bare.dispose()


def test_two_processes_do_everything_behind_it(two: list[Server]) -> None:
    one, other = (server.running for server in two)
    slug = opened(one)
    author, peer, staff = joined(one, slug), joined(other, slug), moderator(other)
    ear = Ear(author.api)
    story = author.share(slug, "Tonight", QUIET)["id"]
    held = peer.reply(story, ASKS)
    assert staff.decide(staff.case_about(f"reply:{held['id']}")["id"], "publish").status_code == 200
    assert ear.next("notice").said["subject"] == f"reply:{held['id']}"
    for running in (one, other):
        browser = Visitor(running.url)
        browser.open("/sign-in").press("Sign in", sign_in_name=author.sign_in_name, passphrase=PASSPHRASE)
        for _each in range(EACH):
            assert len(browser.open(f"/stories/{story}").page.select("li.reply")) == 1
            assert "Tonight" in browser.open("/mine").text
    people = [joined(two[n % 2].running, slug) for n in range(WRITERS)]

    def write(person: Person) -> int:
        return len({person.reply(story, f"Line {n}.")["id"] for n in range(EACH)})

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(write, people)) == WRITERS * EACH
    assert peer.api.get(f"/stories/{story}").json()["reply_count"] == WRITERS * EACH + 1
    heard = [ear.next("notice").said["subject"] for _each in range(WRITERS * EACH)]
    assert len(set(heard)) == WRITERS * EACH
    assert one.command("verify").returncode == 0
    ear.close()
