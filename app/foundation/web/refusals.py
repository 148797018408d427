"""What is said where no application is: to requests that cannot be read, are too large, too slow or too many."""

from http import HTTPStatus
from weakref import WeakKeyDictionary

from starlette.responses import Response

from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.foundation.web.headers import everywhere

RETRY_SECONDS = 5
RETRY = frozenset({408, 503})


def bare(
    status: int,
    default_headers: list[tuple[bytes, bytes]],
    settings: Settings,
    said: Response | None = None,
    *,
    is_last: bool = True,
) -> bytes:
    """A whole answer, ready to be written: a sentence, the headers of every other answer, and the end. With `said` it is
    what an application said before, to somebody who is told the same. `is_last`: the connection ends with it."""
    words, own = (bytes(said.body), _own(said)) if said else (f"{_sentence(status)}\n".encode(), _plain(status))
    end = {"connection": "close"} if is_last else {}
    headers = {**everywhere(settings.is_https), **own, "content-length": str(len(words)), **end}
    status = said.status_code if said else status
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name + b": " + value for name, value in default_headers]
    lines += [f"{name}: {value}".encode() for name, value in headers.items()]
    return b"\r\n".join([*lines, b"", words])


def again(default_headers: list[tuple[bytes, bytes]], settings: Settings, said: Response) -> bytes:
    """`bare` for a crowd that is told the same on connections that stay: made anew when the server's headers are, with each
    new second."""
    known = _told.get(said)
    if known is None or known[0] is not default_headers:
        known = _told[said] = default_headers, bare(said.status_code, default_headers, settings, said, is_last=False)
    return known[1]


_told = WeakKeyDictionary[Response, tuple[list[tuple[bytes, bytes]], bytes]]()


def _own(said: Response) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in said.raw_headers}


def _plain(status: int) -> dict[str, str]:
    again = {"retry-after": str(RETRY_SECONDS)} if status in RETRY else {}
    return {"content-type": "text/plain; charset=utf-8", **again}


def _sentence(status: int) -> str:
    return {
        400: _("This could not be read. Nothing was saved."),
        408: _("This took very long to arrive, so Hearth stopped listening. Nothing was saved. Please try again."),
        413: _("That is too much at once. Nothing was saved."),
        414: _("This address is too long."),
        421: _("Hearth does not answer under this name."),
        431: _("The request brought too much along. Clearing this site’s cookies may help."),
        503: _("Many people are here right now. Please try again in a few seconds."),
    }[status]
