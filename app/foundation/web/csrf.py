"""Against forged requests: where a post comes from, and a token that only the real page had (W-5)."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

from fastapi import Request

from app.foundation.errors import Forbidden, Foreign
from app.foundation.language import gettext as _
from app.foundation.sealing import KEY_BYTES


def masked(secret: bytes) -> str:
    """A token for one page: the session's secret under a fresh mask, so that no two answers are alike (A-16)."""
    mask = secrets.token_bytes(KEY_BYTES)
    return urlsafe_b64encode(mask + _xor(mask, secret)).decode()


def must_match(token: str, secret: bytes) -> None:
    """Raise Forbidden unless `token` is some masking of `secret`."""
    try:
        raw = urlsafe_b64decode(token.encode())
    except ValueError:
        raw = b""
    if len(raw) != 2 * KEY_BYTES or not secrets.compare_digest(_xor(raw[:KEY_BYTES], raw[KEY_BYTES:]), secret):
        raise Forbidden(
            _("This page was open for a while, so Hearth is not sure it was you. Please send it once more.")
        )


def must_be_ours(request: Request) -> None:
    """Raise Foreign for a post that another site sent: by Sec-Fetch-Site, else by Origin."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site == "same-origin"
    elif origin is not None:
        ours = urlsplit(origin).netloc == request.headers.get("host") and origin != "null"
    else:
        ours = True
    if not ours:
        raise Foreign(_("This came from another site, so Hearth did not take it."))


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")
