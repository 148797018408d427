"""The form of a copy: a tar of parts, a manifest and its seal, encrypted with age. It streams both ways.

`age -d -i IDENTITY FILE | tar t` lists one without Hearth. docs/decisions/0007-backup.md says what stands in it.
"""

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import pyrage
from pyrage import x25519

from app.foundation.keys import PRIVATE_FILE, Keys
from app.foundation.sealing import derive, mac, same
from app.upkeep.trouble import Trouble

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.seal"
BLOCK: Final = 512
MOST_PART_BYTES: Final = 64 * 1024 * 1024
"""No part that Hearth writes comes near it: a part larger than that is not one of ours."""
NOT_OURS: Final = "This is not a copy that Hearth made, or it was changed or cut. Nothing was touched."


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table: JSON lines, of which the first names the columns."""

    name: str
    rows: int
    sha256: str

    @property
    def table(self) -> str:
        return self.name.partition("/")[0]


@dataclass(slots=True)
class Manifest:
    """What a copy says of itself."""

    schema: str
    day: str
    site: str
    """Which secrets belong to it: a mark that only they can make."""
    format: int = FORMAT
    parts: list[Part] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def as_text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


class Writer(Protocol):
    """Where encrypted bytes go."""

    def write(self, data: bytes, /) -> Any: ...

    def flush(self) -> Any: ...


def key_of(keys: Keys) -> bytes:
    """The key under which copies of this site are marked. Whoever only knows the recipient cannot make one."""
    return derive(keys.pepper + keys.sealing, "backup manifest")


def site_of(keys: Keys) -> str:
    return mac(key_of(keys), "site")


def write(parts: Iterable[tuple[str, int, bytes]], manifest: Manifest, keys: Keys, to: Writer,
          recipient: x25519.Recipient) -> None:  # fmt: skip
    """Encrypt `parts` (name, rows, lines) as they come, and then what the manifest says of them."""
    flow = _Flow(_packed(parts, manifest, keys))
    try:
        pyrage.encrypt_io(flow, to, [recipient])
    except (pyrage.EncryptError, OSError):
        if flow.fault:
            raise flow.fault from None
        raise


def _packed(parts: Iterable[tuple[str, int, bytes]], manifest: Manifest, keys: Keys) -> Iterator[bytes]:
    for name, rows, lines in parts:
        manifest.parts.append(Part(name, rows, hashlib.sha256(lines).hexdigest()))
        yield _member(name, lines)
    said = manifest.as_text
    yield _member(MANIFEST, said.encode())
    yield _member(SEAL, mac(key_of(keys), "manifest", said).encode())
    yield bytes(2 * BLOCK)


def _member(name: str, data: bytes) -> bytes:
    about = tarfile.TarInfo(name)
    about.size, about.mode = len(data), PRIVATE_FILE
    return about.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % BLOCK)


class _Flow:
    """Bytes of an iterator, read as from a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")
        self.fault: Exception | None = None
        """What went wrong while the bytes were made; age would only say that something did."""

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            try:
                self._rest = memoryview(next(self._chunks, b""))
            except Exception as wrong:
                self.fault = wrong
                raise
        size = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:size], self._rest[size:]
        return bytes(given)


def read(file: Path, identity: x25519.Identity, take: Callable[[str, bytes], None]) -> None:
    """Decrypt a copy and hand out its members by name, one at a time. Raises Trouble if it does not open or is cut."""
    members = _Members(take)
    try:
        with file.open("rb") as sealed:
            pyrage.decrypt_io(sealed, members, [identity])
    except FileNotFoundError:
        raise Trouble(f"There is no file {file}.") from None
    except pyrage.DecryptError as wrong:
        if "No matching keys" in str(wrong):
            raise Trouble("This identity does not open the copy. Name the right one with --identity FILE.") from None
        raise Trouble(NOT_OURS) from None
    except (OSError, tarfile.TarError):
        raise Trouble(NOT_OURS) from None
    if not members.is_whole:
        raise Trouble(NOT_OURS)


class _Members:
    """Takes a tar's bytes as they come."""

    def __init__(self, take: Callable[[str, bytes], None]) -> None:
        self._take = take
        self._held = bytearray()
        self._about: tarfile.TarInfo | None = None
        self.is_whole = False

    def write(self, data: bytes) -> int:
        self._held += data
        while self._step():
            pass
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def _step(self) -> bool:
        if self.is_whole:
            return False
        needed = BLOCK if self._about is None else -(-self._about.size // BLOCK) * BLOCK
        if len(self._held) < needed:
            return False
        block = bytes(self._held[:needed])
        del self._held[:needed]
        if self._about is None:
            self._begin(block)
        else:
            about, self._about = self._about, None
            self._take(about.name, block[: about.size])
        return True

    def _begin(self, header: bytes) -> None:
        if not header.strip(b"\0"):
            self.is_whole = True
            return
        self._about = tarfile.TarInfo.frombuf(header, "ascii", "strict")
        if self._about.size > MOST_PART_BYTES:
            raise tarfile.HeaderError


def check(file: Path, identity: x25519.Identity, keys: Keys) -> Manifest:
    """Read a whole copy: every part is there once, in order, with the digest and the count that the manifest says,
    and the manifest was made by the server that these keys belong to. Raises Trouble."""
    found: list[Part] = []
    last: dict[str, str] = {}

    def take(name: str, data: bytes) -> None:
        if name in (MANIFEST, SEAL):
            last[name] = data.decode("utf-8", "replace")
        else:
            found.append(Part(name, data.count(b"\n") - 1, hashlib.sha256(data).hexdigest()))

    read(file, identity, take)
    if last.keys() != {MANIFEST, SEAL}:
        raise Trouble(NOT_OURS)
    manifest = _understood(last[MANIFEST])
    if not same(manifest.site, site_of(keys)):
        raise Trouble(
            "The secrets folder is not the one this copy was made with: its pepper and sealing key would open nothing."
            " Put the site's own secrets folder in place (HEARTH_SECRETS_DIR). Nothing was touched."
        )
    if not same(last[SEAL], mac(key_of(keys), "manifest", last[MANIFEST])) or found != manifest.parts:
        raise Trouble(NOT_OURS)
    return manifest


def _understood(text: str) -> Manifest:
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise Trouble("This copy was made by a newer Hearth. Bring Hearth up to date first. Nothing was touched.")
        return Manifest(**{**said, "parts": [Part(**part) for part in said["parts"]]})
    except (ValueError, TypeError, KeyError):
        raise Trouble(NOT_OURS) from None
