"""How a transaction begins on SQLite, and how long it waits for another process or thread that writes."""

from sqlalchemy.engine import Connection

BUSY_MS = 5000
NOTE_MS = 100
"""How long a reader's note in passing waits. It holds a thread, which whoever writes may need."""


def begin(connection: Connection) -> None:
    """For SQLAlchemy's `begin`. A transaction that will write says so at once: one that starts by reading could not be
    retried. Execution options: `writing`, and `noting` for what can be left out."""
    options = connection.get_execution_options()
    if options.get("noting"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={NOTE_MS}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
    elif options.get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # waits for nobody and cannot fail: no need of the longer way, on every page
        connection.connection.cursor().execute("BEGIN").close()
