"""How the pages read most look at the database: on one connection, without the session that entities need, which costs as
much as four questions (docs/decisions/0014-the-fast-lane.md)."""

from collections import deque
from typing import Any, Protocol, Self

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, SessionTransaction

MOST_AT_HAND = 2
"""Connections of SQLite's that wait for the next look: as many as threads that look, and one more."""


class Connected(Protocol):
    """Whatever has a connection: a session, or eyes."""

    def connection(self) -> Connection: ...


class Eyes:
    """One look, in one transaction that nothing is written in."""

    def __init__(self, engine: Engine, at_hand: "AtHand | None" = None) -> None:
        self._engine, self._at_hand = engine, at_hand
        self._connection: Connection | None = None
        self._session: Session | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._at_hand.taken() if self._at_hand else self._engine.connect()
            if not self._at_hand:
                self._connection.begin()  # what is asked of the driver itself would not
        return self._connection

    @property
    def session(self) -> Session:
        """For the few who ask for entities, in the same transaction."""
        if self._session is None:
            self._session = Session(self.connection(), autoflush=False, expire_on_commit=False)
        return self._session

    def look_anew(self) -> None:
        """What was committed until now is seen from now on. Entities that were asked for before belong to nobody."""
        if self._session:
            self._session.close()
            self._session = None
        if self._connection and self._at_hand:
            _driver(self._connection).rollback()
            _driver(self._connection).execute("BEGIN")
        elif self._connection:
            whole = self._connection.get_transaction()
            if whole:
                whole.rollback()
            self._connection.begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, wrong: type[BaseException] | None, *_more: object) -> None:
        try:
            if self._session:
                self._session.close()
        finally:
            if self._connection and self._at_hand and not wrong:
                self._at_hand.given_back(self._connection)
            elif self._connection:
                self._connection.close()


class Hands(Session):
    """A session that is asked for its connection again and again: SQLAlchemy looks it up anew each time, which takes as long
    as SQLite does to answer."""

    _held: tuple[SessionTransaction, Connection] | None = None

    def connection(self, *args: Any, **more: Any) -> Connection:
        whole = self.get_transaction()
        if whole and self._held and self._held[0] is whole and whole.is_active and not (args or more):
            return self._held[1]
        found = super().connection(*args, **more)
        whole = self.get_transaction()
        self._held = (whole, found) if whole else None
        return found


class AtHand:
    """Connections of SQLite's that looked before, and are begun by the driver itself: SQLAlchemy's way to a connection, a
    transaction, and back costs more than three questions. None that anything went wrong on comes here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting = deque[Connection]()
        event.listen(engine, "engine_disposed", self._let_go)

    def taken(self) -> Connection:
        """One in a transaction of its own."""
        try:
            found = self._waiting.pop()
        except IndexError:
            found = self._engine.connect()
        _driver(found).execute("BEGIN")
        return found

    def given_back(self, connection: Connection) -> None:
        try:
            _driver(connection).rollback()
        except BaseException:
            connection.close()
            raise
        if len(self._waiting) < MOST_AT_HAND:
            self._waiting.append(connection)
        else:
            connection.close()

    def _let_go(self, _engine: Engine) -> None:
        while self._waiting:
            connection = self._waiting.pop()
            connection.detach()
            connection.close()


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
