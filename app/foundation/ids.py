"""Ids that tell nothing."""

import secrets

ID_BYTES = 16


def new_id() -> str:
    """128 random bits as 32 hexadecimal letters: no time, no order (SECURITY.md, decision 3)."""
    return secrets.token_hex(ID_BYTES)
