"""The server's own secrets: files beside the database, never in it or in its backups."""

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from app.foundation.sealing import KEY_BYTES, derive
from app.foundation.settings import Settings

PRIVATE_FILE = 0o600
PRIVATE_DIR = 0o700


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
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    except FileExistsError:
        return _read(file)
    with os.fdopen(handle, "w") as made:
        made.write(secrets.token_hex(KEY_BYTES) + "\n")
        made.flush()
        os.fsync(made.fileno())
    return _read(file)


def _read(file: Path) -> bytes:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise RuntimeError(f"{file} can be read by others on this machine. Run: chmod 600 {file}")
    key = bytes.fromhex(file.read_text().strip())
    if len(key) != KEY_BYTES:
        raise RuntimeError(f"{file} does not hold a key of {KEY_BYTES} bytes.")
    return key
