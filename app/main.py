"""Puts the house together: the only file that knows every room."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, Response

import app.care.pages
import app.desk.api
import app.desk.events
import app.desk.pages
import app.groups.api
import app.groups.pages
import app.lab.pages
import app.lawful.pages
import app.members.api
import app.members.pages
import app.mine.api
import app.mine.events
import app.mine.going
import app.mine.pages
import app.staff.api
import app.staff.pages
import app.stories.ahead
import app.stories.api
import app.stories.front
import app.stories.in_danger
import app.stories.keeping
import app.stories.keeping_api
import app.stories.looking
import app.stories.looking_api
import app.stories.pages
import app.stories.writing
import app.welcome.metrics
import app.welcome.pages
from app.due import DUE
from app.foundation import clock, keys, process
from app.foundation.db import Database, closed, open_engine
from app.foundation.live import Live
from app.foundation.replica import Replica
from app.foundation.settings import Settings, settings
from app.foundation.web import openapi, outward, problems, static
from app.foundation.web.bodies import Bodies
from app.foundation.web.doors import Doors
from app.foundation.web.forms import MOST_FIELD_BYTES, MOST_FIELDS
from app.foundation.web.gate import Gate, Traffic
from app.foundation.web.headers import Headers
from app.foundation.web.straight import Straight, StraightDoor
from app.foundation.web.transaction import House, Whole
from app.lawful import board
from app.members.deps import bearer, signed_in
from app.members.locksmith import Locksmith
from app.members.once import Answered
from app.moderation.rulebook import rulebook

API = "/api/v1"
ROOMS_FOR_PEOPLE = (
    app.members.pages, app.groups.pages, app.stories.pages, app.stories.writing, app.stories.keeping,
    app.stories.in_danger, app.care.pages, app.mine.pages, app.mine.going, app.staff.pages, app.desk.pages, app.lab.pages,
    app.lawful.pages, app.welcome.pages, app.welcome.metrics,
)  # fmt: skip
ROOMS_FOR_PROGRAMS = (
    app.members.api,
    app.groups.api,
    app.stories.api,
    app.stories.keeping_api,
    app.mine.api,
    app.staff.api,
    app.desk.api,
)


def shut() -> FastAPI:
    """A Hearth whose database is closed (U-10): help, the way out and static files are there, and all that would read or
    write is a kind 503 page with the typed words on it."""
    process.serving()
    return build(settings(), closed())


def build(chosen: Settings | None = None, database: Database | None = None) -> FastAPI:
    """A Hearth that can serve. Raises RuntimeError or BrokenRuleError if it could not do so soundly."""
    if chosen is None:
        process.serving()
    chosen = chosen or settings()
    rulebook()
    opened = database or _opened(chosen)
    home = House(chosen, keys.load(chosen), opened)
    outward.seal_with(home.keys)
    hearth = FastAPI(
        title="Hearth", version="1", openapi_url=f"{API}/openapi.json", docs_url=None, redoc_url=None,
        lifespan=None if database else _lifespan, redirect_slashes=False,
        responses=openapi.REFUSALS,
        form_limits={"max_fields": MOST_FIELDS, "max_files": 0, "max_part_size": MOST_FIELD_BYTES},
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )  # fmt: skip
    hearth.state.house, hearth.state.locksmith = home, Locksmith(home)
    hearth.state.has_clock = chosen.clock and database is None
    hearth.router.routes.extend(app.stories.front.doors)
    hearth.include_router(app.stories.looking.quick_doors, include_in_schema=False)
    hearth.include_router(app.stories.looking_api.quick_doors, prefix=API)
    hearth.include_router(app.stories.api.quick_doors, prefix=API)
    hearth.include_router(app.stories.ahead.for_people, include_in_schema=False)
    hearth.include_router(app.stories.ahead.for_programs, prefix=API)
    for room in ROOMS_FOR_PEOPLE:
        _include(hearth, room, guard=signed_in, in_schema=False)
    for room in ROOMS_FOR_PROGRAMS:
        _include(hearth, room, guard=bearer, prefix=API)
    hearth.include_router(app.mine.events.for_people, include_in_schema=False)
    hearth.include_router(app.desk.events.for_people, include_in_schema=False)
    hearth.include_router(app.mine.events.for_programs, prefix=API)
    hearth.mount("/static", static.Files())
    problems.install(hearth)
    hearth.add_exception_handler(Answered, _answered)
    openapi.complete(hearth)
    hearth.state.traffic = Traffic()
    keys.metrics_token(chosen)
    hearth.add_middleware(Straight, doors=[*app.stories.front.straight, *_under_api(app.stories.api.straight)])
    hearth.add_middleware(Whole)
    hearth.add_middleware(
        Gate,
        traffic=hearth.state.traffic,
        limits=home.limits,
        most_requests=chosen.most_requests,
        refuse=problems.not_now,
    )
    hearth.add_middleware(Bodies)
    hearth.add_middleware(Headers, is_https=chosen.is_https, fault=problems.broken)
    return hearth


def _under_api(doors: Iterable[StraightDoor]) -> list[StraightDoor]:
    return [(method, API + address, answer) for method, address, answer in doors]


def _opened(chosen: Settings) -> Database:
    replica = Replica(open_engine(chosen, chosen.replica_url)) if chosen.replica_url else None
    return Database(open_engine(chosen), Live(chosen.events_most, chosen.events_each), replica)


def _include(hearth: FastAPI, room: Any, *, guard: Any, prefix: str = "", in_schema: bool = True) -> None:
    """A room's doors: those under `router` are guarded here, those under `relocking` guard themselves once the
    passphrase is stretched, those under `opened` were opened by name."""
    guarded: Doors | None = getattr(room, "router", None)
    for doors in guarded.with_those_taken_in() if guarded else ():
        hearth.include_router(doors, prefix=prefix, dependencies=[Depends(guard)], include_in_schema=in_schema)
    for kind in ("relocking", "opened"):
        more: Doors | None = getattr(room, kind, None)
        for doors in more.with_those_taken_in() if more else ():
            hearth.include_router(doors, prefix=prefix, include_in_schema=in_schema)


@asynccontextmanager
async def _lifespan(hearth: FastAPI) -> AsyncIterator[None]:
    home = hearth.state.house
    process.share_out_threads(home.database.engine.dialect.name)
    process.settle_down()
    writer = home.one_writer if home.database.is_sqlite else nullcontext()
    keeping = clock.going(home, DUE, writer) if hearth.state.has_clock else nullcontext()
    async with home.database.live.open(home.settings.news_url), board.kept_up(home), keeping:
        yield
    process.leave_in_time()
    home.database.engine.dispose()


async def _answered(_request: Any, before: Exception) -> Response:
    return before.answer if isinstance(before, Answered) else JSONResponse({}, 500)
