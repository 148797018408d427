"""How the pages read most look at the database: on one connection, without the session that entities need, which costs as
much as four questions (docs/decisions/0014-the-fast-lane.md)."""

from typing import Protocol, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session


class Connected(Protocol):
    """Whatever has a connection: a session, or eyes."""

    def connection(self) -> Connection: ...


class Eyes:
    """One look, in one transaction that nothing is written in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._session: Session | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.begin()  # what is asked of the driver itself would not
        return self._connection

    @property
    def session(self) -> Session:
        """For the few who ask for entities, in the same transaction."""
        if self._session is None:
            self._session = Session(self.connection(), autoflush=False, expire_on_commit=False)
        return self._session

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_wrong: object) -> None:
        try:
            if self._session:
                self._session.close()
        finally:
            if self._connection:
                self._connection.close()
