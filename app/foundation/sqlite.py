"""SQLite as Hearth opens it, how a transaction begins on it, and how long it waits for another process or thread that writes."""

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection

BUSY_MS = 5000
NOTE_MS = 100
"""How long a reader's note in passing waits. It holds a thread, which whoever writes may need."""
AT_LEAST = (3, 51, 3)
"""3.7.0 to 3.51.2 can corrupt a WAL database (SECURITY.md, finding 6)."""
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,  # else REPLACE would change a decision without asking its trigger
    "secure_delete": 1,
    "busy_timeout": BUSY_MS,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
}
"""What each connection sets, and reads back: SQLite says nothing about a PRAGMA it does not take. `synchronous` 2 is
FULL: with less, a power cut takes back what was said to be saved (SECURITY.md, finding 5)."""
log = logging.getLogger("hearth")


def opened(file: str, **pool: Any) -> Engine:
    """The database in this file, with every PRAGMA of SECURITY.md part 3."""
    module = driver()
    if module.sqlite_version_info < AT_LEAST and module.__name__.startswith("pysqlite3"):
        raise RuntimeError(f"SQLite {module.sqlite_version} can corrupt databases. Hearth needs 3.51.3 or newer.")
    if module.sqlite_version_info < AT_LEAST:
        log.warning(
            "an old SQLite, the interpreter's own: safe with one process alone, which also makes all checkpoints"
        )
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{file}", module=module, hide_parameters=True, **pool)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def driver() -> Any:
    """SQLite from the pysqlite3 wheel; where there is none (ARM), the interpreter's own."""
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415
    except ImportError:
        import sqlite3 as dbapi2  # noqa: PLC0415
    return dbapi2


def prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != value:
            raise RuntimeError(f"SQLite does not take PRAGMA {name}={value}. Hearth would not be safe here.")


def begin(connection: Connection) -> None:
    """For SQLAlchemy's `begin`. A transaction that will write says so at once: one that starts by reading could not be
    retried. Execution options: `writing`, and `noting` for what can be left out."""
    options = connection.get_execution_options()
    driver: Any = connection.connection.dbapi_connection
    if options.get("noting"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={NOTE_MS}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
    elif options.get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not driver.in_transaction:  # else it looks already (foundation.eyes)
        driver.execute("BEGIN")  # waits for nobody and cannot fail: no need of the longer way
