"""What each PostgreSQL connection is told: as it begins, or, behind a pgbouncer in transaction mode, as each transaction
does, since the next one may be on another connection (docs/decisions/0010)."""

from typing import Any

from sqlalchemy import Connection, Engine, event

TOLD = {
    "statement_timeout": "3500",
    "lock_timeout": "3000",
    "idle_in_transaction_session_timeout": "30000",
    "synchronous_commit": "on",
}
ANSWER_SECONDS = 4.0
"""How long the server's answer is waited for: a little more than its own limits, whose answers say more than silence."""
UNTIL = "until"
"""In a session's `info`: when its request must have been answered, by the monotonic clock."""
AT_FIRST = " ".join(f"-c {name}={value}" for name, value in TOLD.items())
EACH_TIME = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in TOLD.items())


def at_first(*, is_pooled: bool) -> dict[str, Any]:
    """For psycopg. pgbouncer refuses settings at the start, and hands a prepared statement's connection to others."""
    return {"prepare_threshold": None} if is_pooled else {"options": AT_FIRST}


def tell_each_time(engine: Engine) -> None:
    """Tell it to each transaction instead."""
    event.listen(engine, "begin", _tell)


def _tell(connection: Connection) -> None:
    connection.exec_driver_sql(EACH_TIME)
