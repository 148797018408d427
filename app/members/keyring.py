"""The keyring: all that ties a person's personas together, in one sealed blob that only they open.

SECURITY.md part 3, "Keyring identity". Two seals: inside, the account key, which only a
passphrase, a recovery code or a live session unwraps; around it the server's, so that all
keyrings can be sealed anew in one go.
"""

import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from pydantic_core import from_json

from app.foundation.ids import new_id
from app.foundation.sealing import mac, new_key, pad, seal, unpad, unseal

SIZE_CLASSES = (8 * 1024, 32 * 1024, 128 * 1024, 512 * 1024)
"""Bytes. Every keyring is one of these; the first holds some twenty memberships."""
SECRET_BYTES = 32


@dataclass(slots=True)
class Drawer:
    """Where a person's private rows of one kind lie: a random tag to find them, a key to open them."""

    tag: str = field(default_factory=new_id)
    key: str = field(default_factory=lambda: new_key().hex())


@dataclass(slots=True)
class Claim:
    """One's hold on a membership: who knows the secret may act as it. Kept after leaving too."""

    membership_id: str
    group_id: str
    secret: str = field(default_factory=lambda: secrets.token_hex(SECRET_BYTES))
    drafts: Drawer = field(default_factory=Drawer)
    read_notices: int = 0
    """Notices of this membership are read up to this number. Kept here: in a table it would be a last-seen stamp."""


@dataclass(slots=True)
class Waiting:
    """A role taken with an invitation at sign-up, until the first visit to its group."""

    group_id: str
    role: str


@dataclass(slots=True)
class Keyring:
    """What an account holds. `person_secret` never changes; nullifiers rest on it."""

    sign_in_name: str
    person_secret: str = field(default_factory=lambda: secrets.token_hex(SECRET_BYTES))
    claims: list[Claim] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    drawers: dict[str, Drawer] = field(default_factory=dict)
    codes_used: list[str] = field(default_factory=list)
    """Days on which a recovery code was used, for its owner to see."""

    def nullifier(self, group_id: str) -> str:
        """The same for this person and group every time; unrelated to that of any other group."""
        return mac(bytes.fromhex(self.person_secret), "nullifier", group_id)

    def flag_mark(self, group_id: str) -> str:
        """By which a flag is remembered when its giver has not joined the group."""
        return mac(bytes.fromhex(self.person_secret), "flag", group_id)

    def claim_on(self, group_id: str) -> Claim | None:
        return next((c for c in self.claims if c.group_id == group_id), None)

    def drawer(self, kind: str) -> Drawer | None:
        return self.drawers.get(kind)

    def sealed(self, account_key: bytes, server_key: bytes, account_id: str, version: str) -> bytes:
        """Both seals around the padded keyring, bound to this account and version."""
        plain = pad(json.dumps(asdict(self)).encode(), SIZE_CLASSES)
        place = f"keyring {account_id} {version}"
        return seal(server_key, seal(account_key, plain, place), place)

    @classmethod
    def opened(cls, sealed: bytes, account_key: bytes, server_key: bytes, account_id: str, version: str) -> Self:
        """Undo `sealed`. Raises BrokenSeal for a wrong key, account, version or byte."""
        place = f"keyring {account_id} {version}"
        held: dict[str, Any] = from_json(unpad(unseal(account_key, unseal(server_key, sealed, place), place)))
        held["claims"] = [Claim(**{**c, "drafts": Drawer(**c["drafts"])}) for c in held["claims"]]
        held["waiting"] = [Waiting(**w) for w in held["waiting"]]
        held["drawers"] = {kind: Drawer(**d) for kind, d in held["drawers"].items()}
        return cls(**held)
