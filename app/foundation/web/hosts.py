"""Which requests are for this Hearth, by their head: those under a name it answers to (W-5, P-3)."""

from functools import lru_cache
from urllib.parse import urlsplit

from app.foundation.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ANY = "*"
MOST_LENGTH_DIGITS = 12
ASKED_BY_MACHINES = frozenset({b"/healthz", b"/readyz", b"/metrics"})
"""Health checks and the operator's monitor come by address: there is nothing on these pages to steal."""


def unwanted(headers: list[tuple[bytes, bytes]], url: bytes, settings: Settings) -> int:
    """The status a request's head is refused with; 0 if it may come in."""
    named = [value for name, value in headers if name == b"host"]
    if len(named) != 1:
        return 400
    if not is_ours(named[0], url, settings):
        return 421
    length = next((value for name, value in headers if name == b"content-length"), b"")
    return 413 if len(length) > MOST_LENGTH_DIGITS else 0


def is_ours(host: bytes, url: bytes, settings: Settings) -> bool:
    """Whether a request with this Host header and address is meant for us. The port may be any."""
    if url.partition(b"?")[0] in ASKED_BY_MACHINES:
        return True
    names = names_of(settings.base_url, settings.hosts)
    return ANY in names or _bare(host.decode("latin-1")) in names


@lru_cache(maxsize=8)
def names_of(base_url: str, hosts: str) -> frozenset[str]:
    """The base address's own name, and those of HEARTH_HOSTS. On the loopback all its names are one."""
    own = urlsplit(base_url).hostname or ""
    more = {name.strip().lower() for name in hosts.split(",") if name.strip()}
    return frozenset({own, *more, *(LOOPBACK if own in LOOPBACK else ())})


@lru_cache(maxsize=64)
def _bare(host: str) -> str:
    """A Host header without its port; empty if it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
