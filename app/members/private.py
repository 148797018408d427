"""Private rows: what only their owner can read. A drawer in the keyring has the tag and the key."""

import json
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.foundation.eyes import Connected
from app.foundation.sealing import pad, seal, unpad, unseal
from app.members import queries
from app.members.actions import change_keyring
from app.members.keyring import Drawer, Keyring
from app.members.member import AnyReader, Member
from app.members.models import PrivateRow

SIZE_CLASSES = (1024, 8 * 1024, 64 * 1024)
"""Bytes. A settings row, a short draft, a long one."""
SETTINGS_ID = "0" * 32


def put(db: Session, drawer: Drawer, row_id: str, value: dict[str, Any]) -> None:
    """Seal `value` into the drawer under `row_id`, in place of what was there."""
    plain = pad(json.dumps(value).encode("utf-8", "surrogatepass"), SIZE_CLASSES)
    sealed = seal(bytes.fromhex(drawer.key), plain, _place(drawer, row_id))
    row = queries.private_row(db, drawer, row_id)
    if row:
        row.sealed = sealed
    else:
        db.add(PrivateRow(tag=drawer.tag, id=row_id, sealed=sealed))
    db.flush()


def get(db: Connected, drawer: Drawer, row_id: str) -> dict[str, Any] | None:
    """What lies in the drawer under `row_id`, or None."""
    sealed = queries.sealed_row(db, drawer, row_id)
    return _opened(drawer, row_id, sealed) if sealed else None


def everything(db: Session, drawer: Drawer) -> dict[str, dict[str, Any]]:
    """All rows of a drawer by id."""
    return {row.id: _opened(drawer, row.id, row.sealed) for row in queries.private_rows(db, drawer)}


def count(db: Connected, drawer: Drawer) -> int:
    """How many rows lie in a drawer."""
    return queries.private_count(db, drawer)


def drop(db: Session, drawer: Drawer, row_id: str) -> None:
    db.execute(delete(PrivateRow).where(PrivateRow.tag == drawer.tag, PrivateRow.id == row_id))


def settings_of(db: Connected, member: AnyReader, kind: str) -> dict[str, Any]:
    """A person's own settings of one kind; empty if they never chose."""
    drawer = member.keyring.drawer(kind)
    return (drawer and get(db, drawer, SETTINGS_ID)) or {}


def keep_settings(db: Session, member: Member, kind: str, value: dict[str, Any]) -> None:
    def made(keyring: Keyring) -> Drawer:
        return keyring.drawers.setdefault(kind, Drawer())

    put(db, member.keyring.drawer(kind) or change_keyring(db, member, made), SETTINGS_ID, value)


def _opened(drawer: Drawer, row_id: str, sealed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpad(unseal(bytes.fromhex(drawer.key), sealed, _place(drawer, row_id))))
    return found


def _place(drawer: Drawer, row_id: str) -> str:
    return f"private {drawer.tag} {row_id}"
