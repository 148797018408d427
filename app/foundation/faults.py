"""Faults of the disk: after one of them a process writes no more (docs/decisions/0013)."""

from sqlalchemy.exc import SQLAlchemyError

DISK_FAULTS = frozenset({10, 11, 26})
"""SQLITE_IOERR, SQLITE_CORRUPT and SQLITE_NOTADB; the higher bits of a code say which of them."""
NO_MEMORY = 10 | 12 << 8
POSTGRES_FAULTS = frozenset({"58030", "XX001", "XX002"})
"""io_error, data_corrupted, index_corrupted."""


def is_disk_fault(wrong: BaseException | None) -> bool:
    """Whether the disk failed or the file is broken. A full disk is neither: it mends itself when there is room."""
    code = getattr(wrong, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in DISK_FAULTS and code != NO_MEMORY
    return getattr(wrong, "sqlstate", None) in POSTGRES_FAULTS


class WritingStopped(SQLAlchemyError):
    """The disk failed a while ago, so nothing is written until an operator has looked and started Hearth anew."""
