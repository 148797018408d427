"""The database: how it is opened, how a transaction begins, how values are stored."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session, declared_attr, mapped_column, sessionmaker

from app.foundation.settings import Settings

SQLITE_AT_LEAST = (3, 51, 3)
"""3.7.0 to 3.51.2 can corrupt a WAL database (SECURITY.md, finding 6)."""
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # else REPLACE would change a decision without asking its trigger
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
)
POSTGRES_OPTIONS = "-c statement_timeout=10000 -c idle_in_transaction_session_timeout=30000 -c synchronous_commit=on"
POOL_SIZE = 20
POOL_WAIT_SECONDS = 5
ID_LETTERS = 32
DIGEST_LETTERS = 64

Id = Annotated[str, mapped_column(String(ID_LETTERS))]
Digest = Annotated[str, mapped_column(String(DIGEST_LETTERS))]


class Utc(TypeDecorator[datetime]):
    """A time with its zone, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if not isinstance(value, datetime):
            return None
        return value if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table: random text keys, and no rowid on SQLite, which would keep the order of writing."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Utc}  # noqa: RUF012

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        return {"sqlite_with_rowid": False}


def furnished(*parts: Any) -> Any:
    """`__table_args__` of a table with constraints of its own, still without a rowid."""
    return (*parts, {"sqlite_with_rowid": False})


def values_of(kind: type[StrEnum]) -> Enum:
    """Store an enum's values (SQLAlchemy would store the names), as plain text."""
    return Enum(
        kind, values_callable=lambda k: [e.value for e in k], native_enum=False, length=20, create_constraint=False
    )


def open_engine(settings: Settings, url: str = "") -> Engine:
    """The database of these settings, with every PRAGMA and option of SECURITY.md part 3."""
    address = make_url(url or settings.database_url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address.database or "")
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=POOL_SIZE,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={"options": POSTGRES_OPTIONS},
    )


def _open_sqlite(file: str) -> Engine:
    driver = sqlite_driver()
    if driver.sqlite_version_info < SQLITE_AT_LEAST and driver.__name__.startswith("pysqlite3"):
        raise RuntimeError(f"SQLite {driver.sqlite_version} can corrupt databases. Hearth needs 3.51.3 or newer.")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{file}", module=driver, hide_parameters=True, pool_size=POOL_SIZE, pool_timeout=POOL_WAIT_SECONDS
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def sqlite_driver() -> Any:
    """SQLite from the pysqlite3 wheel; where there is none (ARM), the interpreter's own."""
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415
    except ImportError:
        import sqlite3 as dbapi2  # noqa: PLC0415
    return dbapi2


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write says so at once: one that starts by reading could not be retried.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


def hold(db: Session, name: str) -> None:
    """Let one transaction at a time do what `name` says. On SQLite there is one writer anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def hold_now(db: Session, name: str) -> bool:
    """Like `hold`, without waiting: False if another transaction is at it."""
    if db.get_bind().dialect.name != "postgresql":
        return True
    return bool(db.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(name)))))


class Database:
    """The open database of one process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._reading = sessionmaker(engine, autoflush=False, expire_on_commit=False)
        self._writing = sessionmaker(engine.execution_options(writing=True), expire_on_commit=False)

    def reading(self) -> Session:
        return self._reading()

    def writing(self) -> Session:
        return self._writing()
