"""Static files under names that hold a mark of their contents, so that they never change and can be kept."""

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.foundation.web.templates import STATIC_FILES, static


class Files(StaticFiles):
    """Serves `/static/MARK/NAME`, and nothing under another mark."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC_FILES)

    async def get_response(self, path: str, scope: Scope) -> Response:
        _mark, _slash, name = path.partition("/")
        if not (STATIC_FILES / name).is_file() or static(name) != f"/static/{path}":
            raise HTTPException(404)
        return await super().get_response(name, scope)
