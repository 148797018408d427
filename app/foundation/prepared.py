"""What every page asks and every reply writes: compiled once, and run on the driver itself (SPEED.md, "Where the
microseconds go").

SQLAlchemy's own way costs some thirty microseconds for each, three times what SQLite needs to answer; its entities cost
two hundred.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import ARRAY, ClauseElement, Connection, Dialect, String, Table, TypeDecorator, insert
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import BigInteger, NullType, TypeEngine


class Ids(TypeDecorator[list[str]]):
    """A list of ids as one value: JSON on SQLite, an array on PostgreSQL. One statement serves lists of any length."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else _written(value)


def _written(value: list[str] | None) -> str:
    return to_json(value or []).decode()


class Numbers(Ids):
    """The same for whole numbers."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else String())


class among(FunctionElement[bool]):  # noqa: N801  (reads like SQLAlchemy's own functions)
    """Whether a column is one of a list: `among(Group.id, bindparam("mine", type_=Ids))`."""

    type = NullType()  # type: ignore[assignment]
    """Not Boolean: for SQLite that would be written as `… = 1`, which no index answers."""
    inherit_cache = True


@compiles(among)
def _as_array(element: among, compiler: Any, **more: Any) -> str:
    column, ids = element.clauses
    return f"{compiler.process(column, **more)} = ANY ({compiler.process(ids, **more)})"


@compiles(among, "sqlite")
def _as_json(element: among, compiler: Any, **more: Any) -> str:
    column, ids = element.clauses
    return f"{compiler.process(column, **more)} IN (SELECT value FROM json_each({compiler.process(ids, **more)}))"  # noqa: S608  (made of compiled parts)


class Prepared:
    """A statement whose rows bring text, numbers, bytes and times as the driver gives them: SQLite's times are text, its
    truths numbers. It is no part of a session's unit of work: who added entities before flushes them first.

    `columns`: those that an insert fills.
    """

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self._statement, self._columns = statement, columns
        self._known: dict[str, _Compiled] = {}

    def rows(self, db: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """All rows. `values` fill the statement's bound parameters."""
        found: list[tuple[Any, ...]] = self._done(db, values, lambda cursor: cursor.fetchall())
        return found

    def first(self, db: Connection, **values: Any) -> tuple[Any, ...] | None:
        found = self.rows(db, **values)
        return found[0] if found else None

    def run(self, db: Connection, **values: Any) -> int:
        """How many rows it wrote."""
        count: int = self._done(db, values, lambda cursor: cursor.rowcount)
        return count

    def _done(self, db: Connection, values: Mapping[str, Any], take: Callable[[Any], Any]) -> Any:
        known = self._known.get(db.dialect.name) or self._compiled(db.dialect)
        driver = db.connection.dbapi_connection
        assert driver is not None  # noqa: S101
        cursor, filled = driver.cursor(), known.filled(values)
        try:
            cursor.execute(known.sql, filled)
            return take(cursor)  # SQLite looks for rows, and finds its faults, when they are fetched
        except db.dialect.loaded_dbapi.Error as fault:
            # SQLAlchemy's own way to tell what a fault is, and to let go of a connection that broke. It has no other door.
            db._handle_dbapi_exception(fault, known.sql, filled, cursor, None)
        finally:
            cursor.close()

    def _compiled(self, dialect: Dialect) -> "_Compiled":
        self._known[dialect.name] = made = _Compiled(
            self._statement.compile(dialect=dialect, column_keys=self._columns), dialect
        )
        return made


class _Compiled:
    """SQL of one dialect, and how its parameters are filled."""

    def __init__(self, compiled: Compiled, dialect: Dialect) -> None:
        binds: Mapping[str, Any] = compiled.binds  # type: ignore[attr-defined]
        ways = {n: _way(bind.type, dialect) for n, bind in binds.items()}
        self.sql = str(compiled)
        self._order: list[str] | None = compiled.positiontup  # type: ignore[attr-defined]
        self._ways = {n: way for n, way in ways.items() if way and binds[n].required}
        fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        self._fixed = {n: way(v) if (way := ways[n]) else v for n, v in fixed.items()}

    def filled(self, values: Mapping[str, Any]) -> Any:
        ready = {**self._fixed, **values}
        for name, way in self._ways.items():
            ready[name] = way(ready[name])
        return ready if self._order is None else [ready[name] for name in self._order]


def _way(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a value of this type is handed to the driver; None for as it is."""
    if isinstance(kind, Ids) and dialect.name == "sqlite":
        return _written  # past SQLAlchemy's way there, which is longer than the list
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def table(model: Any) -> Table:
    """Where a model's rows stand: statements about it know nothing of entities."""
    found = model.__table__
    assert isinstance(found, Table)  # noqa: S101
    return found


def insertion(model: Any) -> Prepared:
    """A new row, with a value for each of its columns."""
    return Prepared(insert(table(model)), table(model).columns.keys())


def dated(value: Any) -> date:
    """A day, as a driver brought it."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def listed(value: Any) -> list[str]:
    """A list from a JSON column, as a driver brought it."""
    return list(from_json(value) if isinstance(value, str) else value)


def timed(value: Any) -> datetime:
    """A time of a `Utc` column, as a driver brought it."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(f"{value}+00:00")
