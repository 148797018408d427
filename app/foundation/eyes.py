"""How the pages read most look at the database: on one connection, without the session that entities need, which costs as
much as four questions (docs/decisions/0014-the-fast-lane.md)."""

from typing import Protocol, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.foundation.at_hand import AtHand, begin


class Connected(Protocol):
    """Whatever has a connection: a session, or eyes."""

    def connection(self) -> Connection: ...


class NotAtHandError(Exception):
    """More is asked for than what is asked each time, so this look is for a thread."""


class Eyes:
    """One look, in one transaction that nothing is written in."""

    only_at_hand = False
    """Whether it happens in the loop, where nothing may wait for the disk (`foundation.web.at_once`)."""

    def __init__(self, engine: Engine, at_hand: AtHand | None = None) -> None:
        self._engine, self._at_hand = engine, at_hand
        self._connection: Connection | None = None
        self._session: Session | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._at_hand.taken() if self._at_hand else self._engine.connect()
            if self._at_hand:
                begin(self._connection)
            else:
                self._connection.begin()  # what is asked of the driver itself would not
        return self._connection

    def ask_for_more(self) -> None:
        """Said before anything is fetched that is not asked each time, or written in passing. Raises NotAtHandError."""
        if self.only_at_hand:
            raise NotAtHandError

    @property
    def session(self) -> Session:
        """For the few who ask for entities, in the same transaction."""
        self.ask_for_more()
        if self._session is None:
            self._session = Session(self.connection(), autoflush=False, expire_on_commit=False)
        return self._session

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
