"""The database: how it is opened, how a transaction begins, how values are stored."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, clear_overloads

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
from sqlalchemy.engine import Connection, ExceptionContext, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, declared_attr, mapped_column, sessionmaker

from app.foundation import pooler, sqlite
from app.foundation.at_hand import AtHand, Hands, Pen
from app.foundation.eyes import Eyes
from app.foundation.faults import WritingStopped, is_disk_fault
from app.foundation.live import HUB, Live
from app.foundation.replica import Replica, Seen
from app.foundation.settings import Settings

clear_overloads()
"""Those of SQLAlchemy, half a MiB: they are for whoever checks types."""
POOL_SIZE = 20
POOL_WAIT_SECONDS = 3
log = logging.getLogger("hearth")
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
        return sqlite.opened(
            address.database or "", pool_size=POOL_SIZE, pool_timeout=POOL_WAIT_SECONDS, pool_use_lifo=True
        )
    from app.foundation.postgres import WIRE, be_patient  # noqa: PLC0415  (psycopg takes 9 MiB, of no use to SQLite)

    is_pooled = bool(settings.listen_url) and url in ("", settings.database_url)
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=POOL_SIZE,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={**pooler.at_first(is_pooled=is_pooled), **WIRE},
    )
    be_patient(engine)
    if is_pooled:
        pooler.tell_each_time(engine)
    return engine


def hold(db: Session, name: str) -> None:
    """Let one transaction at a time do what `name` says. On SQLite there is one writer anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def hold_with_others(db: Session, name: str) -> None:
    """Like `hold`, but beside others who do so too: only whoever holds the name alone has to wait, or is waited for."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock_shared(func.hashtext(name))))


def hold_now(db: Session, name: str) -> bool:
    """Like `hold`, without waiting: False if another transaction is at it."""
    if db.get_bind().dialect.name != "postgresql":
        return True
    return bool(db.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(name)))))


def closed() -> "Database":
    """A database that nobody gets into: whatever asks it is told that it does not answer."""
    return Database(create_engine("sqlite://", creator=_no_entry))


def _no_entry() -> Any:
    raise OperationalError("", {}, Exception("closed"))


def unhurried(connection: Connection) -> None:
    """Lift the limits of time from this transaction: for migrations, backups and the like, that nobody waits for."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        from app.foundation.postgres import wait_for_ever  # noqa: PLC0415

        wait_for_ever(connection)


class Database:
    """The open database of one process.

    After a fault of the disk it writes no more: what the disk then says it has written need not be there (U-11). It
    goes on reading.
    """

    def __init__(self, engine: Engine, live: Live | None = None, replica: Replica | None = None) -> None:
        self.engine, self.replica = engine, replica
        self.live = live or Live()
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.has_stopped_writing = False
        event.listen(engine, "handle_error", self._look_at)
        event.listen(engine, "commit", self._must_write)
        self._at_hand = AtHand(engine) if self.is_sqlite else None
        self._reading = sessionmaker(engine, autoflush=False, expire_on_commit=False)
        self._writing = sessionmaker(
            engine.execution_options(writing=True), class_=Hands, expire_on_commit=False, info={HUB: self.live}
        )
        self._noting = sessionmaker(engine.execution_options(writing=True, noting=True), expire_on_commit=False)
        if not self.is_sqlite:
            from app.foundation.postgres import hurry, leave_out  # noqa: PLC0415

            for made in (self._reading, self._writing, self._noting):
                event.listen(made, "after_begin", hurry)
            event.listen(self._noting, "after_begin", leave_out)

    def reading(self) -> Session:
        return self._reading()

    def looking(self) -> Eyes:
        """For the pages read most, to be closed like a session."""
        return Eyes(self.engine, self._at_hand)

    def look(self, eyes: Eyes, look: Callable[[Eyes], Seen]) -> Seen:
        """What `look` finds: by `eyes`, or on a replica that shows the same. `look` only reads, and may be called again."""
        return self.replica.look(eyes, look) if self.replica else look(eyes)

    def writing(self) -> Session:
        """Raises WritingStopped after a fault of the disk."""
        self._must_write()
        return self._writing()

    def writing_quickly(self) -> Session:
        """The same, for an act that asks for entities seldom."""
        self._must_write()
        return Pen(self._at_hand, {HUB: self.live}) if self._at_hand else self._writing()

    def noting(self) -> Session:
        """To write down something in passing that can be left out: it fails rather than wait for another writer.
        Raises WritingStopped after a fault of the disk."""
        self._must_write()
        return self._noting()

    def _must_write(self, _connection: Connection | None = None) -> None:
        if self.has_stopped_writing:
            raise WritingStopped

    def stop_writing(self) -> None:
        """Until the process is started anew. Every later call of `writing` is refused."""
        if not self.has_stopped_writing:
            log.critical("disk fault: nothing is written until a restart")
        self.has_stopped_writing = True

    def _look_at(self, happened: ExceptionContext) -> None:
        if is_disk_fault(happened.original_exception):
            self.stop_writing()
