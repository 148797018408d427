"""A copy is checked whole before anything is touched; a backup that is broken off leaves the copy before it (D-5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pyrage
import pytest
from sqlalchemy import Connection, func, make_url, select, text
from sqlalchemy.exc import DBAPIError

from app.foundation import schema
from app.foundation.alone import Alone
from app.foundation.db import open_engine
from app.foundation.settings import Settings
from app.foundation.times import today
from app.log import actions as log
from app.log.models import LogEntry
from app.members.member import DESK
from app.upkeep import archive, identities, in_use, restoring
from app.upkeep.trouble import Trouble
from tests.members.databases import fresh
from tests.upkeep.site import ENTRIES, as_written, back_up, begun, flipped, opened, restore, settings_of


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    return begun(settings_of(tmp_path, f"sqlite:///{tmp_path}/data/hearth.db"))


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The same on both."""
    url = f"sqlite:///{tmp_path}/data/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "refusals")
    return begun(settings_of(tmp_path, url))


def _cut(copy: bytes) -> bytes:
    return copy[: len(copy) * 2 // 3]


def _longer(copy: bytes) -> bytes:
    return copy + b"x"


def _nothing(_copy: bytes) -> bytes:
    return b""


@pytest.mark.measures("D-5")
@pytest.mark.parametrize("harm", [_cut, flipped, _longer, _nothing])
def test_a_harmed_copy_is_refused_and_nothing_touched(
    either: Settings, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    copy = tmp_path / "copy.age"
    back_up(either, copy)
    before = as_written(either)
    copy.write_bytes(harm(copy.read_bytes()))
    with pytest.raises(Trouble, match="not a copy that Hearth made, or it was changed or cut"):
        restore(either, copy, replace=True)
    assert as_written(either) == before


def _made_by_somebody_else(settings: Settings, file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Whoever knows the public key can encrypt to it; what they cannot make is the seal of the manifest."""
    inside = opened(settings, file)
    change(inside)
    packed = b"".join(archive._member(name, data) for name, data in inside.items()) + bytes(2 * archive.BLOCK)
    identity = identities.own(settings)
    assert identity is not None
    file.write_bytes(pyrage.encrypt(packed, [identity.to_public()]))


def _other_words(inside: dict[str, bytes]) -> None:
    name = "groups/000001.jsonl"
    assert b"kitchen-table" in inside[name]
    inside[name] = inside[name].replace(b"kitchen-table", b"kitchen-chair")


def _a_table_less(inside: dict[str, bytes]) -> None:
    del inside["log_entries/000001.jsonl"]


def _another_day(inside: dict[str, bytes]) -> None:
    inside[archive.MANIFEST] = inside[archive.MANIFEST].replace(today().isoformat().encode(), b"2030-01-01")


def _no_seal(inside: dict[str, bytes]) -> None:
    del inside[archive.SEAL]


@pytest.mark.parametrize("change", [_other_words, _a_table_less, _another_day, _no_seal])
def test_a_copy_that_somebody_else_made_is_refused(
    small: Settings, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    copy = tmp_path / "copy.age"
    back_up(small, copy)
    _made_by_somebody_else(small, copy, lambda _inside: None)
    assert restoring.check(small, copy, None).rows > ENTRIES
    _made_by_somebody_else(small, copy, change)
    before = as_written(small)
    with pytest.raises(Trouble, match="not a copy that Hearth made"):
        restore(small, copy, replace=True)
    assert as_written(small) == before


def test_a_log_that_was_changed_before_the_copy_is_named(either: Settings, tmp_path: Path) -> None:
    engine = open_engine(either)
    names = ("log_entries_no_update",) if either.is_sqlite else ("log_entries_append_only ON log_entries",)
    with engine.begin() as connection:
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(
            text("UPDATE log_entries SET act = 'other' WHERE chain = :chain AND number = 7"), {"chain": DESK}
        )
    engine.dispose()
    back_up(either, tmp_path / "copy.age")
    before = as_written(either)
    with pytest.raises(Trouble, match=f"chain {DESK}, entry 7"):
        restore(either, tmp_path / "copy.age", replace=True)
    assert as_written(either) == before


def test_a_copy_for_somebody_else_opens_with_their_identity_alone(small: Settings, tmp_path: Path) -> None:
    theirs, others = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    chosen = small.model_copy(update={"backup_recipient": str(theirs.to_public())})
    back_up(chosen, tmp_path / "copy.age")
    assert not (small.secrets_dir / identities.OWN).exists()
    with pytest.raises(Trouble, match="--identity"):
        restore(chosen, tmp_path / "copy.age")
    for identity, name in ((theirs, "theirs"), (others, "others")):
        (tmp_path / name).write_text(f"# created: today\n{identity}\n")
    with pytest.raises(Trouble, match="does not open the copy"):
        restore(chosen, tmp_path / "copy.age", identity=tmp_path / "others")
    assert restore(chosen, tmp_path / "copy.age", identity=tmp_path / "theirs").manifest.rows > ENTRIES


def test_a_recipient_that_is_none_is_said_at_once(small: Settings, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="HEARTH_BACKUP_RECIPIENT"):
        back_up(small.model_copy(update={"backup_recipient": "age1nonsense"}), tmp_path / "copy.age")
    assert not (tmp_path / "copy.age").exists()


def test_nothing_is_restored_under_a_running_server(either: Settings, tmp_path: Path) -> None:
    back_up(either, tmp_path / "copy.age")
    before = as_written(either)
    server = Alone(either) if either.is_sqlite else in_use.serving(either)
    with server, pytest.raises(Trouble, match="Stop it first"):
        restore(either, tmp_path / "copy.age", replace=True)
    assert as_written(either) == before
    assert restore(either, tmp_path / "copy.age", replace=True).manifest.rows > ENTRIES


def test_a_server_is_seen_though_postgresql_was_restarted_and_a_pooler_stands_before_it(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_use, "LOOK_SECONDS", 0.01)
    itself = fresh(postgres, "refusals")
    nobody_there = make_url(itself).set(port=1).render_as_string(hide_password=False)
    behind = settings_of(tmp_path, nobody_there, listen_url=itself)
    with in_use.serving(behind), _looking(itself) as looking:
        (holder,) = looking.scalars(HOLDERS)
        looking.execute(text("SELECT pg_terminate_backend(:holder)"), {"holder": holder})
        until = monotonic() + PATIENCE_SECONDS
        while list(looking.scalars(HOLDERS)) in ([], [holder]):
            assert monotonic() < until, "nobody took it again"
        with pytest.raises(Trouble, match="Stop it first"), in_use.alone(behind):
            pass
    with in_use.alone(behind), pytest.raises(Trouble, match="restore is under way"), in_use.serving(behind):
        pass


PATIENCE_SECONDS = 10
HOLDERS = text(
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ShareLock'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextmanager
def _looking(url: str) -> Iterator[Connection]:
    engine = open_engine(Settings(database_url=url))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def chained_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries of the log are written as they were before members could check a chain: without a salt."""
    monkeypatch.setattr(log, "new_id", lambda: None)


@pytest.mark.usefixtures("chained_whole")
def test_an_older_copy_is_brought_up_to_date(either: Settings, tmp_path: Path) -> None:
    engine = open_engine(either)
    schema.downgrade(engine, "2")
    engine.dispose()
    manifest = back_up(either, tmp_path / "copy.age")
    assert manifest.schema == "2"
    restore(either, tmp_path / "copy.age", replace=True)
    engine = open_engine(either)
    assert schema.is_current(engine)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(LogEntry.chain == DESK)) == ENTRIES
        with pytest.raises(DBAPIError):
            connection.execute(text("DELETE FROM log_entries"))
    engine.dispose()


def test_a_newer_copy_is_refused(small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "revision", lambda _connection: "9999")
    back_up(small, tmp_path / "copy.age")
    with pytest.raises(Trouble, match="newer Hearth"):
        restore(small, tmp_path / "copy.age")
