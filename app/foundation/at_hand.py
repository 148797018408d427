"""Connections of SQLite's that stay at hand, and a session that writes on one of them: SQLAlchemy's way to a connection, a
transaction and back costs more than three questions (docs/decisions/0014-the-fast-lane.md)."""

from collections import deque
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.orm import Session, SessionTransaction

from app.foundation import live
from app.foundation.prepared import Prepared

MOST_AT_HAND = 2
"""Connections that wait to be used again: as many as threads that look, and one that writes."""
_BEGIN_TO_WRITE = Prepared(text("BEGIN IMMEDIATE"))


class AtHand:
    """Connections that were used before, and are in no transaction. None that anything went wrong on comes here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting = deque[Connection]()
        event.listen(engine, "engine_disposed", self._let_go)

    def taken(self) -> Connection:
        try:
            return self._waiting.pop()
        except IndexError:
            return self._engine.connect()

    def given_back(self, connection: Connection) -> None:
        try:
            undo(connection)
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


def begin(connection: Connection) -> None:
    """A transaction that reads, told to the driver itself: SQLAlchemy knows nothing of it, and need not. It waits for nobody
    and cannot fail."""
    _driver(connection).execute("BEGIN")


def undo(connection: Connection) -> None:
    """The end of such a transaction, if there is one, also for SQLAlchemy, which may have noticed it meanwhile."""
    noticed = connection.get_transaction()
    if noticed:
        noticed.rollback()
    _driver(connection).rollback()


class Pen(Session):
    """A session for an act that writes by prepared statements, and asks for entities seldom. The transaction is the driver's;
    SQLAlchemy joins it when an entity is asked for."""

    def __init__(self, at_hand: AtHand, info: dict[Any, Any]) -> None:
        super().__init__(expire_on_commit=False, info=info)
        self._at_hand = at_hand
        self._held: Connection | None = None

    def connection(self, *_asked: Any, **_more: Any) -> Connection:
        """Raises PendingRollbackError after a fault that ended the transaction: what came after it would stand alone."""
        if self._held is None:
            self._held = self._begun()
        elif not _driver(self._held).in_transaction:
            raise PendingRollbackError("the transaction has ended over a fault")
        return self._held

    def _begun(self) -> Connection:
        connection = self._at_hand.taken()
        try:
            _BEGIN_TO_WRITE.run(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def get_bind(self, *_asked: Any, **_more: Any) -> Connection:
        return self.connection()

    def in_transaction(self) -> bool:
        return self._held is not None

    def commit(self) -> None:
        self.flush()
        if self._held is None:
            return
        self.connection()
        # SQLAlchemy's own commit of a connection, with all who listen to it and its way to tell a fault. It has no other door.
        self._held._commit_impl()
        if super().in_transaction():
            super().commit()  # there is nothing left to do: it learns of it, and says so to who listens
        else:
            live.committed(self)
        self._at_hand.given_back(self._held)
        self._held = None

    def rollback(self) -> None:
        super().rollback()
        self._let_go()

    def close(self) -> None:
        super().close()
        self._let_go()

    def _let_go(self) -> None:
        """What was not committed is undone with its connection."""
        held, self._held = self._held, None
        if held is not None:
            held.close()


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


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
