"""apsw as SQLAlchemy's SQLite driver: our own engine, PRAGMAs and transactions on a file system that a test has in hand.

As much of the DB-API (PEP 249) as Hearth uses, spelled like the standard library's `sqlite3`.
"""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import apsw


class Error(Exception):
    """Carries `sqlite_errorcode`, as sqlite3's errors do."""


class DatabaseError(Error): ...


class OperationalError(DatabaseError): ...


class IntegrityError(DatabaseError): ...


class InterfaceError(Error): ...


class ProgrammingError(DatabaseError): ...


KINDS: dict[type[apsw.Error], type[Error]] = {
    apsw.ConstraintError: IntegrityError,
    apsw.CorruptError: DatabaseError,
    apsw.NotADBError: DatabaseError,
}


def _run(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except apsw.Error as wrong:
        said = next((made for kind, made in KINDS.items() if isinstance(wrong, kind)), OperationalError)(str(wrong))
        said.sqlite_errorcode = getattr(wrong, "extendedresult", 0)  # type: ignore[attr-defined]
        raise said from wrong


class Cursor:
    """Reads all rows at once: Hearth streams none."""

    arraysize = 1
    lastrowid = 0

    def __init__(self, connection: "Connection") -> None:
        self.connection, self.description, self.rowcount = connection, None, -1
        self._rows: list[Any] = []

    def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        inner, described = self.connection.inner, list[tuple[Any, ...]]()

        def note(cursor: apsw.Cursor, _statement: str, _values: Any) -> bool:
            described[:] = [(name, *[None] * 6) for name, *_type in cursor.get_description()]
            return True

        def act() -> list[Any]:
            cursor = inner.cursor()
            cursor.exec_trace = note
            return list(cursor.execute(statement, tuple(values)))

        before = inner.total_changes()
        self._rows = _run(act)
        self.description = tuple(described) or None  # type: ignore[assignment]
        changed = inner.total_changes() - before
        self.rowcount = inner.changes() if changed else (0 if not described else -1)
        return self

    def executemany(self, statement: str, many: Sequence[Sequence[Any]]) -> "Cursor":
        total = 0
        for values in many:
            total += max(0, self.execute(statement, values).rowcount)
        self.rowcount = total
        return self

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        self._rows = []


class Connection:
    """Begins and ends transactions only when told so (`isolation_level` None)."""

    isolation_level: Any = None

    def __init__(self, file: str, vfs: str | None) -> None:
        self.inner: apsw.Connection = _run(lambda: apsw.Connection(file, vfs=vfs))

    def cursor(self, *_kind: Any) -> Cursor:
        return Cursor(self)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        return self.cursor().execute(statement, values)

    def create_function(self, name: str, count: int, made: Any, **_how: Any) -> None:
        self.inner.create_scalar_function(name, made, count)

    @property
    def in_transaction(self) -> bool:
        return self.inner.in_transaction

    def commit(self) -> None:
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        _run(self.inner.close)


def driver(vfs: str | None = None) -> Any:
    """A module, as `create_engine(module=…)` takes it, whose files lie in this VFS."""
    version = apsw.sqlite_lib_version()
    return SimpleNamespace(
        __name__="apsw", apilevel="2.0", paramstyle="qmark", threadsafety=1, sqlite_version=version,
        sqlite_version_info=tuple(int(n) for n in version.split(".")), Binary=bytes, Error=Error, InterfaceError=InterfaceError,
        DatabaseError=DatabaseError, OperationalError=OperationalError, IntegrityError=IntegrityError,
        ProgrammingError=ProgrammingError, NotSupportedError=DatabaseError, DataError=DatabaseError, InternalError=DatabaseError,
        Warning=Warning, connect=lambda file, **_how: Connection(file, vfs), PARSE_DECLTYPES=0, PARSE_COLNAMES=0,
    )  # fmt: skip
