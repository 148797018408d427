"""Questions that every page asks: compiled once, and run on the driver itself (SPEED.md, "Where the microseconds go").

SQLAlchemy's own way costs some thirty microseconds for each, three times what SQLite needs to answer.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, SelectBase, String, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine


class Ids(TypeDecorator[list[str]]):
    """A list of ids as one value: JSON on SQLite, an array on PostgreSQL. One statement serves lists of any length."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value or [])


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
    """A select that brings text, numbers, bytes and times as the driver gives them: SQLite's times are text, its truths
    numbers."""

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._known: dict[str, _Compiled] = {}

    def rows(self, db: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """All rows. `values` fill the statement's bound parameters."""
        known = self._known.get(db.dialect.name) or self._compiled(db.dialect)
        driver = db.connection.dbapi_connection
        assert driver is not None  # noqa: S101
        cursor = driver.cursor()
        try:
            cursor.execute(known.sql, known.filled(values))
            found = [tuple(row) for row in cursor.fetchall()]
        except db.dialect.loaded_dbapi.Error:
            # Met again on the ordinary way, where a fault is known for what it is.
            return [tuple(row) for row in db.execute(self._statement, values)]  # type: ignore[call-overload]
        finally:
            cursor.close()
        return found

    def first(self, db: Connection, **values: Any) -> tuple[Any, ...] | None:
        found = self.rows(db, **values)
        return found[0] if found else None

    def _compiled(self, dialect: Dialect) -> "_Compiled":
        self._known[dialect.name] = made = _Compiled(self._statement.compile(dialect=dialect), dialect)
        return made


class _Compiled:
    """SQL of one dialect, and how its parameters are filled."""

    def __init__(self, compiled: Compiled, dialect: Dialect) -> None:
        binds: Mapping[str, Any] = compiled.binds  # type: ignore[attr-defined]
        ways = {n: bind.type.dialect_impl(dialect).bind_processor(dialect) for n, bind in binds.items()}
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


def listed(value: Any) -> list[str]:
    """A list from a JSON column, as a driver brought it."""
    return list(json.loads(value) if isinstance(value, str) else value)
