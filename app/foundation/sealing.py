"""Sealing and marking: one AEAD, one MAC, one key derivation for the whole house.

AES-256-GCM with a random 96-bit nonce before the sealed bytes; HMAC-SHA256; HKDF-SHA256.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.foundation.errors import BrokenSeal

KEY_BYTES = 32
NONCE_BYTES = 12
LENGTH_BYTES = 4


def new_key() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, bound_to: str) -> bytes:
    """Seal `plain`; it opens only under the same key and for the same `bound_to`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Open what `seal` made. Raises BrokenSeal for a wrong key, place or byte."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as wrong:
        raise BrokenSeal from wrong


def pad(plain: bytes, classes: tuple[int, ...]) -> bytes:
    """Fill up to the smallest of `classes` (bytes), or to a multiple of the largest, so that size tells little."""
    needed = len(plain) + LENGTH_BYTES
    size = next((c for c in classes if c >= needed), -(-needed // classes[-1]) * classes[-1])
    return (len(plain).to_bytes(LENGTH_BYTES, "big") + plain).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """Undo `pad`."""
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]


def mac(key: bytes, *parts: str) -> str:
    """HMAC-SHA256 over the parts, hexadecimal. Parts cannot run into each other."""
    message = b"".join(
        len(p := part.encode("utf-8", "surrogatepass")).to_bytes(LENGTH_BYTES, "big") + p for part in parts
    )
    return hmac.digest(key, message, "sha256").hex()


def digest(secret: str) -> str:
    """SHA-256 of a secret that is random enough to need no key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def derive(key: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """A key of its own for each purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), KEY_BYTES, salt, purpose.encode()).derive(key)


def same(one: str, other: str) -> bool:
    """Compare without telling by time how much was right."""
    return hmac.compare_digest(one.encode(), other.encode())
