"""PostgreSQL as Hearth asks it: no answer is waited for longer than a person would wait (SECURITY.md, U-5)."""

from time import monotonic
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import TimeoutError as TooLate
from sqlalchemy.orm import Session, SessionTransaction

from app.foundation.pooler import ANSWER_SECONDS, UNTIL
from app.foundation.sqlite import NOTE_MS

CONNECT_SECONDS = 3
LAST_SECONDS = 0.4
"""What a request whose time is over still gives its last question: most often that is a commit."""
SILENT_SECONDS = 1.0
"""How long a server that did not answer is not asked again, so that nobody queues up behind those who wait."""
WIRE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 4000,
}
"""For libpq: a machine that is gone without a word is noticed in seconds, not in the system's two hours."""


class Silence:
    """Whether the server of one engine was silent a moment ago."""

    def __init__(self) -> None:
        self._until = 0.0

    def begins(self) -> None:
        self._until = monotonic() + SILENT_SECONDS

    def must_be_over(self) -> None:
        """Raise OperationalError while the server is not to be asked."""
        if monotonic() < self._until:
            raise psycopg.OperationalError("the server did not answer a moment ago")


class Patient(psycopg.Connection[Any]):
    """A connection that gives up on a server, or a network, that says nothing at all."""

    silence = Silence()
    answer_seconds: float | None = ANSWER_SECONDS
    until: float | None = None

    def wait(self, *asked: Any, **how: Any) -> Any:
        """As psycopg's own, which would wait for ever. A connection given up on is closed and not used again."""
        if self.answer_seconds is None or how.get("timeout") is not None:
            return super().wait(*asked, **how)
        self.silence.must_be_over()
        limit = self.answer_seconds
        if self.until is not None:
            limit = min(limit, max(LAST_SECONDS, self.until - monotonic()))
        try:
            return super().wait(*asked, **{**how, "timeout": limit})
        except psycopg.OperationalError as wrong:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.pgconn.finish()
            if limit == self.answer_seconds:
                self.silence.begins()
            raise psycopg.OperationalError("no answer in time") from wrong


def be_patient(engine: Engine) -> None:
    """Let every connection of this engine be a Patient one."""
    silence = Silence()

    def connect(_dialect: Any, _record: Any, words: Any, options: Any) -> Patient:
        silence.must_be_over()
        try:
            made = Patient.connect(*words, **options)
        except psycopg.errors.ConnectionTimeout:
            silence.begins()
            raise
        made.silence = silence
        return made

    def calm(connection: Any, _record: Any, _state: Any = None) -> None:
        if isinstance(connection, Patient):
            connection.answer_seconds, connection.until = ANSWER_SECONDS, None

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "reset", calm)


def wait_for_ever(connection: Connection) -> None:
    """Let nothing be given up on until this connection goes back to its pool."""
    driver = connection.connection.driver_connection
    if isinstance(driver, Patient):
        driver.answer_seconds = None


def leave_out(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """For `after_begin` of sessions that note in passing: they fail rather than wait for a row somebody else writes."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {NOTE_MS}")


def hurry(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """For `after_begin` of sessions: a request that waited its time away in some line begins nothing any more, and
    nobody waits for its answers longer than that. Raises TooLate, SQLAlchemy's error of a full pool."""
    until = session.info.get(UNTIL)
    driver = connection.connection.driver_connection
    if until is None or not isinstance(driver, Patient):
        return
    if monotonic() >= until:
        raise TooLate("its time is over")
    driver.until = until
