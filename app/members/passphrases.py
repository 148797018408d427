"""Passphrases, sign-in names and recovery codes: made, weighed and stretched."""

import secrets
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from argon2.low_level import Type, hash_secret_raw

from app.foundation.sealing import KEY_BYTES, derive, mac
from app.foundation.settings import Settings

OFFERED_WORDS = 6
"""Six words of some 7,400: 77 bit (I-2)."""
NAME_WORDS = 3
SHORTEST = 12
ADVISED = 15
LONGEST = 256
"""Code points. Nothing is ever cut off; longer is refused (I-2)."""
SALT_BYTES = 16
CODE_BYTES = 16
TAIL = "0123456789!?."
FEWEST_GUESSES = 8
"""Powers of ten, as zxcvbn estimates them: below that a row of keys or a year behind a word."""
MOST_WEIGHED = 64
"""Code points that zxcvbn looks at: its time grows with them, and what comes after only helps."""
CODE_GROUP = 4
CODES = 10
CONTEXT_WORDS = ("hearth", "recovery", "password", "passphrase", "secret", "letmein", "sober", "welcome")
STRETCHED_BYTES = 2 * KEY_BYTES


@cache
def _words() -> tuple[str, ...]:
    """The EFF's long list, as the diceware package ships it: lines of dice and a word."""
    lines = (files("diceware") / "wordlists" / "wordlist_en_eff.txt").read_text().splitlines()
    return tuple(line.split()[-1] for line in lines if line.strip() and line[0].isdigit())


@cache
def unfit_words() -> frozenset[str]:
    """Never made part of a name or passphrase: on somebody's paper they would hurt, tempt, or say what it is for."""
    lines = (files("app.members") / "unfit_words.txt").read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _fit_words() -> tuple[str, ...]:
    unfit = unfit_words()
    return tuple(word for word in _words() if word not in unfit)


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415  (see `_guesses`)

    return frozenset(FREQUENCY_LISTS["passwords"]) | frozenset(CONTEXT_WORDS)


def offer() -> str:
    """A passphrase to take: six words from the published list, by the system's randomness."""
    return " ".join(secrets.choice(_fit_words()) for _ in range(OFFERED_WORDS))


def make_sign_in_name() -> str:
    """A name that says nothing: three words and two digits. Never typed by anybody, so never a real name."""
    words = "-".join(secrets.choice(_fit_words()).replace("-", "") for _ in range(NAME_WORDS))
    return f"{words}-{secrets.randbelow(90) + 10}"


def weakness(passphrase: str) -> str | None:
    """Why this passphrase cannot be taken: "short", "long", "common"; None if it can (I-2, I-3).

    Common is a word of the list, also with digits or marks behind it, and what zxcvbn would guess soon.
    """
    plain = passphrase.strip().lower()
    tails = range(len(plain.rstrip(TAIL)), len(plain) + 1)
    if any(plain[:length] in _common() for length in tails if length):
        return "common"
    if _is_all_context(plain):
        return "common"
    if len(passphrase) < SHORTEST:
        return "short"
    if len(passphrase) > LONGEST:
        return "long"
    return "common" if _guesses(passphrase) < FEWEST_GUESSES else None


def _guesses(passphrase: str) -> float:
    """How many guesses it would take, as a power of ten."""
    # Its lists take 12 MiB, and many processes never weigh a passphrase: it comes when the first one is chosen.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    return float(zxcvbn(passphrase[:MOST_WEIGHED], user_inputs=list(CONTEXT_WORDS))["guesses_log10"])


def _is_all_context(plain: str) -> bool:
    """Whether it is made of words that anybody would try here, and nothing else."""
    left = plain
    for word in CONTEXT_WORDS:
        left = left.replace(word, "")
    return left != plain and not left.strip(f" -_{TAIL}")


def make_recovery_codes() -> list[str]:
    """Ten codes of 128 bit, in groups of four letters to be copied by hand."""
    return [spaced(secrets.token_hex(CODE_BYTES)) for _ in range(CODES)]


def spaced(code: str) -> str:
    return "-".join(code[i : i + CODE_GROUP] for i in range(0, len(code), CODE_GROUP))


def bare(code: str) -> str:
    """A typed code without what people add: spaces, dashes, capitals."""
    return "".join(c for c in code.lower() if c.isalnum())


def cost_now(settings: Settings) -> str:
    return f"argon2id m={settings.argon2_memory_kib} t={settings.argon2_rounds} p=1"


@dataclass(frozen=True, slots=True)
class Stretched:
    """What one Argon2id run gives: a key to wrap with, and a mark to recognise the passphrase by."""

    wrapping_key: bytes
    verifier: str


def stretch(passphrase: str, salt: bytes, cost: str, pepper: bytes) -> Stretched:
    """One Argon2id run of 64 bytes. Without the pepper neither half is of use.

    Takes some hundred milliseconds and the memory that `cost` names: never in the event loop.
    """
    memory, rounds, lanes = (int(part.split("=")[1]) for part in cost.split()[1:])
    raw = hash_secret_raw(
        passphrase.encode("utf-8", "surrogatepass"), salt, rounds, memory, lanes, STRETCHED_BYTES, Type.ID
    )
    return Stretched(derive(raw[:KEY_BYTES], "wrap", pepper), mac(pepper, "verifier", raw[KEY_BYTES:].hex()))


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)
