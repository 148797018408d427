"""A second factor: one-time codes of an app (TOTP, RFC 6238), spare codes on paper, passkeys. Knows no database."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

import pyotp

from app.foundation.sealing import digest, pad, same, seal, unpad, unseal
from app.members.passphrases import bare, make_recovery_codes

STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1
"""Steps that a telephone's clock may be off, either way."""
FREE_MISSES = 5
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 40, 86_400
"""Six digits are few. After some quick tries each miss doubles the wait: in the long run one try a day, three in a million
of which would be right."""
SIZES = (4096, 16_384, 65_536)
"""Bytes. What is in a factor does not show in its size; five ordinary passkeys fit into the first."""
MOST_PASSKEYS = 5


class Tried(StrEnum):
    """What came of a try."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    """A code that was right, and was taken before."""


@dataclass(slots=True)
class Passkey:
    """A key on somebody's device. All of it as hexadecimal text but the counter."""

    credential_id: str
    public_key: str
    sign_count: int


@dataclass(slots=True)
class Factor:
    """All of one staff membership's second factor."""

    secret: str
    last_step: int = 0
    """The newest step whose code was taken: that one and those before it are not taken again."""
    misses: int = 0
    """Wrong codes in a row."""
    missed_at: int = 0
    """When the last of them came, in seconds of the epoch."""
    spare: list[str] = field(default_factory=list)
    """SHA-256 of spare codes that were not used; each has 128 bits."""
    passkeys: list[Passkey] = field(default_factory=list)

    def wait(self, at: datetime) -> int:
        """Seconds until another code of the app is looked at; 0 for now. Spare codes and passkeys never wait."""
        if self.misses < FREE_MISSES:
            return 0
        wait = min(FIRST_WAIT_SECONDS << min(self.misses - FREE_MISSES, DIGITS * 2), LONGEST_WAIT_SECONDS)
        return max(0, min(wait, self.missed_at + wait - int(at.timestamp())))

    def try_code(self, typed: str, at: datetime) -> Tried:
        """Take a code of the app, or a spare one, and remember what came of it."""
        code = bare(typed)
        if len(code) != DIGITS or not code.isdigit():
            return self._try_spare(code)
        step = self._step_of(code, at)
        if step is None:
            self.misses, self.missed_at = self.misses + 1, int(at.timestamp())
            return Tried.WRONG
        if step <= self.last_step:
            return Tried.USED
        self.last_step, self.misses = step, 0
        return Tried.RIGHT

    def _step_of(self, code: str, at: datetime) -> int | None:
        """The newest step around `at` whose code this is."""
        now, codes = int(at.timestamp()) // STEP_SECONDS, pyotp.TOTP(self.secret)
        near = range(now + WINDOW, now - WINDOW - 1, -1)
        return next((step for step in near if same(codes.at(step * STEP_SECONDS), code)), None)

    def _try_spare(self, code: str) -> Tried:
        if digest(code) not in self.spare:
            return Tried.WRONG
        self.spare.remove(digest(code))
        self.misses = 0
        return Tried.RIGHT

    def new_spare_codes(self) -> list[str]:
        """Ten codes to be written down, in place of those there were."""
        codes = make_recovery_codes()
        self.spare = [digest(bare(code)) for code in codes]
        return codes

    def sealed(self, key: bytes, membership_id: str) -> bytes:
        return seal(key, pad(json.dumps(asdict(self)).encode(), SIZES), f"staff factor {membership_id}")

    @classmethod
    def opened(cls, sealed: bytes, key: bytes, membership_id: str) -> Self:
        """Undo `sealed`. Raises BrokenSeal for a wrong key, membership or byte."""
        held: dict[str, Any] = json.loads(unpad(unseal(key, sealed, f"staff factor {membership_id}")))
        held["passkeys"] = [Passkey(**p) for p in held["passkeys"]]
        return cls(**held)


def new_secret() -> str:
    """160 random bits, in the letters that an app takes."""
    return pyotp.random_base32()


def address(secret: str, called: str, of: str) -> str:
    """What an app reads from the picture: the key, and under which words the app lists it."""
    return pyotp.TOTP(secret).provisioning_uri(name=called, issuer_name=of)
