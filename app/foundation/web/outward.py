"""Links in members' words lead to a page of ours first, which names the place they lead to (W-3). The address stands
sealed in that page's own, so that no word of it is in a browser's history or in anybody's log (P-5), and nobody can make
Hearth lead to a place that no member wrote about."""

import html as entities
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from app.foundation.keys import Keys
from app.foundation.sealing import derive

PATH = "/away/"
PURPOSE = "links that lead away"
_LINK = re.compile(r'<a href="([^"]*)"')
_is_at_home = ContextVar("is_at_home", default=True)


class _Sealer:
    """Seals an address always to the same letters: every reader of the same words gets the same bytes (A-10)."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    def seal(self, address: str) -> str:
        sealed = self._cipher.encrypt(address.encode(), [PURPOSE.encode()])
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def unseal(self, token: str) -> str | None:
        try:
            sealed = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
            return self._cipher.decrypt(sealed, [PURPOSE.encode()]).decode()
        except (InvalidTag, ValueError):
            return None


_sealers = [_Sealer(AESSIV.generate_key(256))]
"""One. Until this process has its keys, links lead nowhere rather than straight away."""


def seal_with(keys: Keys) -> None:
    """From now on, in this process. All processes of a Hearth share its keys, so that each opens what another drew."""
    _sealers[:] = [_Sealer(derive(keys.signing, PURPOSE))]


def led_through_us(html: str) -> str:
    """Judged HTML with every link leading to its page of ours; as it is in a file that leaves this site."""
    if "<a " not in html or not _is_at_home.get():
        return html
    return _LINK.sub(lambda link: f'<a href="{PATH}{_sealers[0].seal(entities.unescape(link[1]))}"', html)


@contextmanager
def straight() -> Iterator[None]:
    """Links lead straight to their places while this lasts: what is drawn leaves this site."""
    was = _is_at_home.set(False)
    try:
        yield
    finally:
        _is_at_home.reset(was)


def place(token: str) -> str | None:
    """The address that a page of ours stands for; None if that page is none of ours."""
    return _sealers[0].unseal(token)
