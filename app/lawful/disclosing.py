"""Everything this server can produce about one name in one group, and what it cannot (SECURITY.md, M-11).

Rows are found by what the tables themselves say, so that a new table is in it without anybody thinking of it. Nothing leads
from a membership to an account or to another membership; so neither does this."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from app.foundation.db import ID_LETTERS, Base
from app.foundation.keys import Keys
from app.foundation.language import gettext as _
from app.foundation.sealing import unpad, unseal
from app.log import actions as log
from app.members.models import Membership

OWN = frozenset(
    {"membership_id", "by_membership_id", "second_membership_id", "buddy_membership_id", "claimed_by", "flagger"}
)
"""Columns that say whose a row is, or who did it."""
IN_HAND = "claimed_by"
"""Whoever holds a case has nothing of theirs in it: of such a row only that they hold it is said."""
NOT_THEIRS = frozenset({"id", "group_id", "decision_id", "previous_id", *OWN})
"""Columns by which a row does not hang on something of theirs."""
LEADS_NOWHERE = frozenset({"account_id", "version", "tag", "chain", "held_by"})
"""… nor on anything else that a membership leads to."""
ABOUT = ("subject_id", "case_id")
"""Columns by which what others did is about something of theirs."""
OPENS = {
    ("cases", "sealed_original"): "original {id}",
    ("proposals", "sealed_form"): "proposal {id}",
    ("snapshots", "sealed"): "snapshot {case_id} {number}",
    ("crises", "sealed_wishes"): "wishes {case_id}",
}
"""What the server's key opens, and for what it was sealed."""
PADDED = frozenset({"sealed_wishes"})
DISCLOSED = "persona.disclosed"
Row = dict[str, Any]
Found = dict[str, list[Row]]


def disclose(db: Session, keys: Keys, membership: Membership, group: str) -> Row:
    """All of it, ready to be written as JSON. That it was handed out is an entry of the group's log."""
    produced = _produced(db, membership)
    log.write(db, DISCLOSED, group_id=membership.group_id, by=None, subject=f"membership:{membership.id}")
    return {
        "about": {"name": membership.persona, "group": group},
        "can": {name: [_plain(name, row, keys) for row in rows] for name, rows in sorted(produced.items())},
        "others_did": {name: [_plain(name, row, keys) for row in rows] for name, rows in _others_did(db, produced)},
        "cannot": cannot(),
    }


def cannot() -> list[str]:
    """What no order can get from here, as it is not here."""
    return [
        _("Who it is: no name, address, number, device or network of anybody is stored."),
        _("Which account opens this name, and whether it still does: nothing stored leads from a name to an account."),
        _("Which other names the same person has, here or in other groups."),
        _("When somebody signed in under this name, and what they read: it is not stored by name."),
        _("Drafts, settings and lists of what is read: they are locked with the person’s passphrase and stand by themselves."),
        _("What was deleted: it is gone, and from copies within 30 days."),
        _("What others wrote to them: that is about others."),
    ]  # fmt: skip


def could_be_in_it() -> list[str]:
    """The tables whose rows can be found from a membership."""
    return sorted({"memberships", "findings", *(name for name, table in _tables() if _own(table) or _hanging(table))})


def _tables() -> list[tuple[str, Table]]:
    return sorted(Base.metadata.tables.items())


def _own(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name in OWN]


def _hanging(table: Table) -> list[str]:
    """Columns by which a row of nobody's can belong to something that is somebody's."""
    if _own(table):
        return []
    ids = [c.name for c in table.columns if getattr(c.type, "length", None) == ID_LETTERS]
    if "subject_id" in ids:
        return ["subject_id"]  # the story around a reply is somebody else's
    return [name for name in ids if name not in NOT_THEIRS | LEADS_NOWHERE]


def _produced(db: Session, membership: Membership) -> Found:
    found: Found = {"memberships": _rows(db, "memberships", ["id"], {membership.id})}
    for name, table in _tables():
        if _own(table):
            found[name] = [_only_in_hand(row, membership.id) for row in _rows(db, name, _own(table), {membership.id})]
    ids = _ids(found)
    for name, table in _tables():
        if _hanging(table):
            found[name] = _rows(db, name, _hanging(table), ids)
    decided = _decisions(db, found)
    found["decisions"] = _once([*found.get("decisions", []), *decided])
    made = {row["id"] for row in found["decisions"]}
    found["findings"] = _rows(db, "findings", ["decision_id"], made)
    found["notes"] = _once([*found.get("notes", []), *_rows(db, "notes", ["explains_id"], made)])
    found["decisions"] = _once([*found["decisions"], *_decisions(db, {"notes": found["notes"]})])
    found["log_entries"] = _once([*found["log_entries"], *_logged(db, membership, ids)])
    return {name: rows for name, rows in found.items() if rows}


def _rows(db: Session, name: str, columns: list[str], wanted: set[str]) -> list[Row]:
    table = Base.metadata.tables[name]
    if not wanted:
        return []
    asked = select(table).where(or_(*(table.c[column].in_(sorted(wanted)) for column in columns)))
    return [dict(row) for row in db.execute(asked.order_by(*table.primary_key.columns)).mappings()]


def _only_in_hand(row: Row, membership_id: str) -> Row:
    """A row that names them, without the others it names."""
    theirs = {name: value for name, value in row.items() if name not in OWN or value in (membership_id, None)}
    if IN_HAND not in theirs or OWN & theirs.keys() - {IN_HAND}:
        return theirs
    return {name: row[name] for name in ("id", "group_id", IN_HAND, "claimed_until") if name in row}


def _ids(found: Found) -> set[str]:
    """Ids of what is theirs, by which other rows name it. A decision they made, and a case they hold, is about somebody
    else's words; what they asked a second person, or looked at, too."""
    theirs = ((name, row) for name, rows in found.items() for row in rows if "id" in row and "group_id" in row)
    return {
        row["id"] for name, row in theirs if "by_membership_id" not in row and (name != "cases" or "subject_id" in row)
    } | {row["id"] for row in found["memberships"]}


def _decisions(db: Session, found: Found) -> list[Row]:
    """What was decided about what is theirs, with every decision before it."""
    wanted = {row["decision_id"] for rows in found.values() for row in rows if row.get("decision_id")}
    known: dict[str, Row] = {}
    while wanted:
        rows = _rows(db, "decisions", ["id"], wanted)
        known |= {row["id"]: row for row in rows}
        wanted = {row["previous_id"] for row in rows if row["previous_id"]} - known.keys()
    return list(known.values())


def _logged(db: Session, membership: Membership, ids: set[str]) -> list[Row]:
    """What staff did about what is theirs: an entry names its subject as `kind:id`."""
    table = Base.metadata.tables["log_entries"]
    asked = select(table).where(table.c.chain == membership.group_id).order_by(table.c.number)
    about = (dict(row) for row in db.execute(asked).mappings())
    return [row for row in about if row["subject"].rpartition(":")[2] in ids]


def _others_did(db: Session, found: Found) -> Iterator[tuple[str, list[Row]]]:
    """What readers and staff did with what is theirs. Who they were is about others."""
    ids = _ids(found)
    for name, table in _tables():
        columns = [column for column in ABOUT if column in table.columns]
        rows = _rows(db, name, columns, ids) if columns and _own(table) else []
        keys = [column.name for column in table.primary_key.columns]
        theirs = [{key: row.get(key) for key in keys} for row in found.get(name, [])]
        others = [row for row in rows if {key: row[key] for key in keys} not in theirs]
        if others:
            yield name, [{column: value for column, value in row.items() if column not in OWN} for row in others]


def _once(rows: list[Row]) -> list[Row]:
    seen = {json.dumps(row, default=repr, sort_keys=True): row for row in rows}
    return list(seen.values())


def _plain(table: str, row: Row, keys: Keys) -> Row:
    return {name: _value(table, row, name, keys) for name in row}


def _value(table: str, row: Row, name: str, keys: Keys) -> Any:
    """As JSON has it. What the server can open is opened."""
    value = row[name]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if not isinstance(value, bytes):
        return value
    bound_to = OPENS.get((table, name), "")
    if not bound_to:
        return value.hex()
    opened = unseal(keys.sealing, value, bound_to.format(**row))
    return json.loads(unpad(opened) if name in PADDED else opened)
