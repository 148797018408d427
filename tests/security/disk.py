"""A disk in hand: it remembers what was asked of it, can be cut from power afterwards, and can fail.

SQLite writes to real files by way of this VFS, which notes every write, truncation, sync and deletion in order. From
the notes the files can be made as a power cut at any moment would have left them: what was synced is there; what was
written since is there, or not, or in part, each write for itself, sector by sector (512 bytes, and a sector is whole:
SQLITE_IOCAP_POWERSAFE_OVERWRITE, which SQLite takes for granted). The file of shared memory is not of the disk.
"""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512
Failing = Callable[[str, str], int]
"""Given what is asked ("write", "sync") and of which file, an extended result of SQLite, or 0 to let it be."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that happened, in order. `told` is something that was said to somebody outside."""

    kind: str
    file: str = ""
    at: int = 0
    data: bytes = b""
    told: str = ""


@dataclass
class Disk:
    """What was asked of the disk."""

    notes: list[Note] = field(default_factory=list)
    fails: Failing | None = None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def note(self, **what: Any) -> None:
        with self._lock:
            self.notes.append(Note(**what))

    def ask(self, what: str, file: str) -> None:
        """Raise apsw.IOError or apsw.FullError if the disk is to fail at this."""
        code = self.fails(what, file) if self.fails else 0
        if code:
            wrong: Any = apsw.FullError("full") if code == apsw.SQLITE_FULL else apsw.IOError("disk I/O error")
            wrong.extendedresult = code
            raise wrong


class File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self.disk = disk
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else str(name)).name

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.ask("write", self.name)
        super().xWrite(data, offset)
        self.disk.note(kind="write", file=self.name, at=offset, data=bytes(data))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.ask("write", self.name)
        super().xTruncate(size)
        self.disk.note(kind="truncate", file=self.name, at=size)

    def xSync(self, _flags: int) -> None:  # noqa: N802
        # Not handed on: what counts as synced is what the notes say, and a test has no use for the wait.
        self.disk.ask("sync", self.name)
        self.disk.note(kind="sync", file=self.name)


class Vfs(apsw.VFS):
    """Register by making one; `unregister()` when done."""

    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, "")
        self.disk = disk

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return File(self.disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self.disk.note(kind="delete", file=Path(filename).name, at=int(syncdir))


@dataclass
class Platter:
    """One file as it lies on the disk, and what was asked of it since its last sync."""

    held: bytes | None = None
    since: list[Note] = field(default_factory=list)

    def take(self, note: Note) -> None:
        self.since.append(note)
        if note.kind == "sync" or (note.kind == "delete" and note.at):
            self.held = _after(self.held, self.since)
            self.since = []

    def names_synced(self) -> None:
        """The folder was synced: a deletion before it is there to stay."""
        last = max((n for n, note in enumerate(self.since) if note.kind == "delete"), default=-1)
        self.held = _after(self.held, self.since[: last + 1])
        self.since = self.since[last + 1 :]

    def cut(self, dice: random.Random, share: float) -> bytes | None:
        """What is there after a power cut that lets this share of what was not synced come through."""
        kept = (part for note in self.since if dice.random() < share for part in _torn(note, dice, share))
        return _after(self.held, kept)


def _torn(note: Note, dice: random.Random, share: float) -> Iterator[Note]:
    if note.kind != "write" or dice.random() < 0.5:
        yield note
        return
    for start in range(0, len(note.data), SECTOR):
        if dice.random() < share:
            yield Note("write", note.file, note.at + start, note.data[start : start + SECTOR])


def _after(held: bytes | None, notes: Any) -> bytes | None:
    data = bytearray(held or b"")
    exists = held is not None
    for note in notes:
        match note.kind:
            case "write":
                data.extend(bytes(max(0, note.at + len(note.data) - len(data))))
                data[note.at : note.at + len(note.data)] = note.data
                exists = True
            case "truncate":
                del data[note.at :]
            case "delete":
                data.clear()
                exists = False
    return bytes(data) if exists else None


def power_cuts(disk: Disk, cuts: int, seed: int, after: int = 0) -> Iterator[tuple[dict[str, bytes], set[str]]]:
    """For so many moments after the first notes: each file as the cut left it, and what had been told by then."""
    dice = random.Random(seed)
    moments = sorted(dice.choices(range(after, len(disk.notes) + 1), k=cuts))
    platters: dict[str, Platter] = {}
    told, named = set[str](), set[str]()
    done = 0
    for moment in moments:
        for note in disk.notes[done:moment]:
            if note.told:
                told.add(note.told)
                continue
            platters.setdefault(note.file, Platter()).take(note)
            if note.kind == "sync" and note.file not in named:
                # SQLite's own VFS syncs the folder with the first sync of a journal or WAL it made (UNIXFILE_DIRSYNC).
                named.add(note.file)
                for platter in platters.values():
                    platter.names_synced()
            if note.kind == "delete":
                named.discard(note.file)
        done = moment
        share = dice.choice((0.0, 0.3, 0.6, 0.9))
        left = {name: platter.cut(dice, share) for name, platter in platters.items()}
        yield {name: data for name, data in left.items() if data is not None}, set(told)
