"""To whose key a copy is sealed, and with which it opens (age, SECURITY.md D-5)."""

import os
import stat
from pathlib import Path

from pyrage import IdentityError, RecipientError, x25519

from app.foundation.keys import PRIVATE_DIR, PRIVATE_FILE
from app.foundation.settings import Settings
from app.upkeep.trouble import Trouble

OWN = "backup-identity"
"""The file in the secrets folder that is used when no recipient is set."""


def recipient(settings: Settings) -> x25519.Recipient:
    """HEARTH_BACKUP_RECIPIENT; without one, the server's own, which is made when it is first needed."""
    if settings.backup_recipient:
        try:
            return x25519.Recipient.from_str(settings.backup_recipient.strip())
        except RecipientError:
            raise Trouble(
                "HEARTH_BACKUP_RECIPIENT is not a public key of age. It begins with age1; `age-keygen` makes one."
            ) from None
    return (own(settings) or _made(settings)).to_public()


def own(settings: Settings) -> x25519.Identity | None:
    """The server's own identity, if it has one."""
    file = settings.secrets_dir / OWN
    if not file.exists():
        return None
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise Trouble(f"{file} can be read by others on this machine. Run: chmod 600 {file}")
    return read(file)


def read(file: Path) -> x25519.Identity:
    """The first identity in a file as `age-keygen` writes it."""
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        return x25519.Identity.from_str(next(line for line in lines if line and not line.startswith("#")))
    except OSError:
        raise Trouble(f"{file} cannot be read.") from None
    except (UnicodeDecodeError, StopIteration, IdentityError):
        raise Trouble(f"{file} holds no identity of age (a line that begins with AGE-SECRET-KEY-1).") from None


def _made(settings: Settings) -> x25519.Identity:
    settings.secrets_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    made = x25519.Identity.generate()
    handle = os.open(settings.secrets_dir / OWN, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "w") as file:
        file.write(f"# Opens Hearth's backups. Keep a copy elsewhere.\n{made}\n")
        file.flush()
        os.fsync(file.fileno())
    return made
