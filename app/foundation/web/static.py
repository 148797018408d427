"""Static files under names that hold a mark of their contents, so that they never change and can be kept."""

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.foundation.web.templates import STATIC_FILES, static

ANSWERED = frozenset({"GET", "HEAD"})
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""Ours alone: Python's own list of all there are takes half a MiB."""


class Files:
    """Serves `/static/MARK/NAME`, and nothing under another mark. All of them are in memory, so that they need neither
    a thread nor the disk when everything else is busy (O-6)."""

    def __init__(self) -> None:
        self._known = {static(name): _answer(name) for name in _names()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ANSWERED:
            raise HTTPException(405, headers={"allow": "GET, HEAD"})
        found = self._known.get(scope["path"])
        if found is None:
            raise HTTPException(404)
        await found(scope, receive, send)


def _names() -> list[str]:
    return [file.relative_to(STATIC_FILES).as_posix() for file in STATIC_FILES.rglob("*") if file.is_file()]


def _answer(name: str) -> Response:
    file = STATIC_FILES / name
    return Response(file.read_bytes(), media_type=KINDS[file.suffix])
