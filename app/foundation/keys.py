"""The server's own secrets: files beside the database, never in it or in its backups."""

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.foundation.sealing import KEY_BYTES, derive
from app.foundation.settings import Settings

PRIVATE_FILE = 0o600
PRIVATE_DIR = 0o700
BESIDE_BYTES = 8
"""Of the name under which a secret is written before it has its own."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the server knows and a thief of the database does not.

    The pepper is never changed: account lookups and verifiers rest on it. The signing key may be.
    """

    pepper: bytes
    sealing: bytes
    signing: bytes


def load(settings: Settings) -> Keys:
    """Read the keys; make them on the first start. Raises RuntimeError if others on this machine could read them."""
    folder = settings.secrets_dir
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    signing = derive(settings.secret_key.encode(), "signing") if settings.secret_key else _kept(folder / "secret-key")
    keys = Keys(_kept(folder / "pepper"), _kept(folder / "sealing-key"), signing)
    if len({keys.pepper, keys.sealing, keys.signing}) < 3:
        raise RuntimeError("Two of Hearth's secrets are the same. Each must be its own.")
    return keys


def metrics_token(settings: Settings) -> str:
    """What the operator's monitor shows to read the figures. Made on the first start; whoever removes it gets a new one."""
    return _kept(settings.secrets_dir / "metrics-token").hex()


def _kept(file: Path) -> bytes:
    if not file.exists():
        _make(file)
    return _read(file)


def _make(file: Path) -> None:
    """Two processes may start for the first time together. The file has its name once it is whole, and only once: whoever
    comes second reads what the first one wrote."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(BESIDE_BYTES)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(handle, "w") as made:
            made.write(secrets.token_hex(KEY_BYTES) + "\n")
            made.flush()
            os.fsync(made.fileno())
        with suppress(FileExistsError):
            os.link(beside, file)
    finally:
        beside.unlink()
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make what was named, renamed or removed in a folder last. A name that a power cut takes back takes with it what stands
    under it: a secret, and every keyring with that."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path) -> bytes:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise RuntimeError(f"{file} can be read by others on this machine. Run: chmod 600 {file}")
    key = bytes.fromhex(file.read_text().strip())
    if len(key) != KEY_BYTES:
        raise RuntimeError(f"{file} does not hold a key of {KEY_BYTES} bytes.")
    return key
