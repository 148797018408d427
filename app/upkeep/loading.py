"""Putting a copy's rows into an empty schema, without what was deleted since the copy was made."""

from pathlib import Path

from pyrage import x25519
from sqlalchemy import Connection, Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from app.foundation.errors import BrokenSeal
from app.foundation.keys import Keys
from app.foundation.sealing import digest
from app.upkeep import archive, rows
from app.upkeep.journal import Journal
from app.upkeep.rows import Row
from app.upkeep.trouble import Trouble

BELONGS_TO = ("account_id", "story_id", "reply_id", "subject_id", "case_id", "flag_id")
"""By which a row hangs on another: what hangs on something deleted goes with it. Decisions and the log stay, as they do
when somebody deletes words on the site: there are no words in them."""
OUTLIVE = frozenset({"memberships"})
"""What a deletion leaves as an empty shell, because kept words hang on it."""
CHAIN = "deletions"


class Deleted:
    """Which rows of a copy are not to come back."""

    def __init__(self, journal: Journal, in_copy: Journal) -> None:
        self.journal = journal
        """All that is known to be deleted, the copy's own part included."""
        self._in_copy = in_copy
        self.shells: list[str] = []
        """Memberships that left for good."""
        self.stories: set[str] = set()
        """Stories that lost a reply."""
        self.count = 0
        self._ids: set[str] = set()

    def knows(self, name: str) -> bool:
        """Whether all that is known has this name."""
        return digest(name) in self.journal

    def knew(self, name: str) -> bool:
        """Whether the copy itself has it."""
        return digest(name) in self._in_copy

    def has(self, table: str, row: Row) -> bool:
        """Whether this row was deleted, or hangs on one that was. Rows must come in the order of a copy."""
        own = row.get("id")
        is_gone = isinstance(own, str) and digest(own) in self.journal
        if is_gone and table in OUTLIVE:
            self.shells.append(str(own))
            return False
        if not is_gone and not any(row.get(name) in self._ids for name in BELONGS_TO):
            return False
        self.count += 1
        if isinstance(own, str):
            self._ids.add(own)
        if table == "replies" and row["story_id"] not in self._ids:
            self.stories.add(row["story_id"])
        return True


def journal_in(file: Path, identity: x25519.Identity) -> Journal:
    """The journal of deletions inside a copy."""
    found: Journal = {}

    def take(name: str, lines: bytes) -> None:
        if name.startswith(f"{CHAIN}/"):
            found.update((row["hash"], row["day"]) for row in rows.rows_in(lines))

    archive.read(file, identity, take)
    return found


def load(connection: Connection, file: Path, identity: x25519.Identity, keys: Keys, deleted: Deleted) -> None:
    """Fill the tables of an empty schema. References are checked once all rows are there. Raises Trouble."""
    tables = {table.name: table for table in rows.tables_of(connection)}
    for table in tables.values():
        _empty(connection, table)
    loose = _let_go_of_references(connection)

    def take(name: str, lines: bytes) -> None:
        table_name = name.partition("/")[0]
        if table_name in (archive.MANIFEST, archive.SEAL, CHAIN):
            return
        table = tables.get(table_name)
        if table is None:
            raise Trouble(f"This copy has a table that its schema does not know: {table_name}. Nothing was touched.")
        kept = [
            rows.as_it_was(table_name, row, keys) for row in rows.rows_in(lines) if not deleted.has(table_name, row)
        ]
        if kept:
            connection.execute(insert(table), kept)

    try:
        archive.read(file, identity, take)
        for statement in loose:
            connection.execute(text(statement))
    except BrokenSeal:
        raise Trouble("What is sealed in this copy does not open with these secrets. Nothing was touched.") from None
    except IntegrityError:
        raise Trouble("This copy has rows that do not fit together. Nothing was touched.") from None
    if deleted.journal:
        connection.execute(insert(tables[CHAIN]), [{"hash": h, "day": d} for h, d in sorted(deleted.journal.items())])
    _count_replies(connection, deleted.stories)


def _empty(connection: Connection, table: Table) -> None:
    """A migration may have put rows of its own in."""
    if connection.execute(select(table).limit(1)).first():
        connection.execute(table.delete())


def _let_go_of_references(connection: Connection) -> list[str]:
    """PostgreSQL: take foreign keys off for the time of loading; what puts them back, and checks every row.
    SQLite: they are off on this connection, and are checked afterwards."""
    if connection.dialect.name == "sqlite":
        return []
    found = connection.execute(text(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
    )).all()  # fmt: skip
    for table, name, _made in found:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    return [f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}" for table, name, made in found]


def _count_replies(connection: Connection, stories: set[str]) -> None:
    """The stored counters of stories whose replies were deleted."""
    for story in stories:
        connection.execute(
            text(
                "UPDATE stories SET version = version + 1, reply_count = (SELECT count(*) FROM replies JOIN reply_versions"
                " ON reply_versions.reply_id = replies.id AND reply_versions.is_shown WHERE replies.story_id = stories.id)"
                " WHERE id = :story"
            ),
            {"story": story},
        )
