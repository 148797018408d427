"""Puts the house together: the only file that knows every room."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import JSONResponse, Response

import app.desk.api
import app.desk.pages
import app.groups.api
import app.groups.pages
import app.members.api
import app.members.pages
import app.mine.api
import app.mine.pages
import app.stories.api
import app.stories.pages
import app.stories.writing
import app.welcome.pages
from app.foundation import keys
from app.foundation.db import Database, open_engine
from app.foundation.settings import Settings, settings
from app.foundation.web import openapi, problems, static
from app.foundation.web.bodies import Bodies, readable_address
from app.foundation.web.forms import MOST_FIELD_BYTES, MOST_FIELDS
from app.foundation.web.headers import Headers
from app.foundation.web.transaction import House
from app.members.deps import bearer, signed_in
from app.members.locksmith import Locksmith
from app.members.once import Answered
from app.moderation.rulebook import rulebook

API = "/api/v1"
ROOMS_FOR_PEOPLE = (
    app.members.pages, app.groups.pages, app.stories.pages, app.stories.writing, app.mine.pages, app.desk.pages,
    app.welcome.pages,
)  # fmt: skip
ROOMS_FOR_PROGRAMS = (app.members.api, app.groups.api, app.stories.api, app.mine.api, app.desk.api)


def build(chosen: Settings | None = None) -> FastAPI:
    """A Hearth that can serve. Raises RuntimeError or BrokenRuleError if it could not do so soundly."""
    chosen = chosen or settings()
    rulebook()
    home = House(chosen, keys.load(chosen), Database(open_engine(chosen)))
    hearth = FastAPI(
        title="Hearth", version="1", openapi_url=f"{API}/openapi.json", docs_url=None, redoc_url=None,
        lifespan=_lifespan, redirect_slashes=False, dependencies=[Depends(readable_address)],
        responses=openapi.REFUSALS,
        form_limits={"max_fields": MOST_FIELDS, "max_files": 0, "max_part_size": MOST_FIELD_BYTES},
        telemetry={"tracing": False},
    )  # fmt: skip
    hearth.state.house, hearth.state.locksmith = home, Locksmith(home)
    for room in ROOMS_FOR_PEOPLE:
        _include(hearth, room, guard=signed_in, in_schema=False)
    for room in ROOMS_FOR_PROGRAMS:
        _include(hearth, room, guard=bearer, prefix=API)
    hearth.mount("/static", static.Files())
    problems.install(hearth)
    hearth.add_exception_handler(Answered, _answered)
    openapi.complete(hearth)
    hearth.add_middleware(Bodies)
    hearth.add_middleware(Headers, is_https=chosen.is_https, fault=problems.broken)
    return hearth


def _include(hearth: FastAPI, room: Any, *, guard: Any, prefix: str = "", in_schema: bool = True) -> None:
    """A room's doors: those under `router` are guarded here, those under `relocking` guard themselves once the
    passphrase is stretched, those under `opened` were opened by name."""
    guarded: APIRouter | None = getattr(room, "router", None)
    if guarded:
        hearth.include_router(guarded, prefix=prefix, dependencies=[Depends(guard)], include_in_schema=in_schema)
    relocking: APIRouter | None = getattr(room, "relocking", None)
    if relocking:
        hearth.include_router(relocking, prefix=prefix, include_in_schema=in_schema)
    by_name: APIRouter | None = getattr(room, "opened", None)
    if by_name:
        hearth.include_router(by_name, prefix=prefix, include_in_schema=in_schema)


@asynccontextmanager
async def _lifespan(hearth: FastAPI) -> AsyncIterator[None]:
    yield
    hearth.state.house.database.engine.dispose()


async def _answered(_request: Any, before: Exception) -> Response:
    return before.answer if isinstance(before, Answered) else JSONResponse({}, 500)
