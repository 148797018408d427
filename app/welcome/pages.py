"""Doors open to everybody: home, help, how it works, privacy, robots, the API drawn as a page, health."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute, iter_route_contexts

from app.foundation import schema
from app.foundation.web.problems import API
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.groups import queries as groups
from app.groups.models import Visibility
from app.members.deps import PageReader, perhaps_signed_in
from app.moderation.help_directory import directory, help_for
from app.stories import queries as stories
from app.stories import showing

opened = APIRouter()
NEWEST = 3
MOST_GROUPS = 50
ROBOTS = "User-agent: *\nAllow: /$\nDisallow: /\n"


@opened.get("/")
def home(request: Request, db: Db, reader: PageReader) -> Response:
    if reader is None:
        shown = [g for g in groups.listed_for(db, None, "", MOST_GROUPS) if g.visibility is Visibility.OPEN]
        return page(request, "welcome/home.html", groups=shown, rooms=[])
    mine = groups.named(db, [m.group_id for m in reader.joined])
    fold = showing.folded_notes(db, reader)
    rooms = [
        {
            "group": mine[m.group_id],
            "persona": m.persona,
            "newest": showing.lines(stories.summaries(db, mine[m.group_id], None, NEWEST), fold),
        }
        for m in reader.joined
    ]
    return page(request, "welcome/home.html", groups=[], rooms=rooms)


@opened.get("/help-now")
def help_now(request: Request, home: HouseDep) -> Response:
    """Reads no database and knows no one: it is there when nothing else is."""
    return page(request, "welcome/help-now.html", countries=directory(), here=help_for(home.settings.country))


@opened.get("/how-it-works", dependencies=[Depends(perhaps_signed_in)])
def how_it_works(request: Request) -> Response:
    return page(request, "welcome/how-it-works.html")


@opened.get("/privacy", dependencies=[Depends(perhaps_signed_in)])
def privacy(request: Request) -> Response:
    return page(request, "welcome/privacy.html")


@opened.get("/robots.txt")
def robots() -> Response:
    return PlainTextResponse(ROBOTS)


@opened.get("/api", dependencies=[Depends(perhaps_signed_in)])
def draw_api(request: Request) -> Response:
    """The API as a page of our own; nothing is loaded from elsewhere."""
    calls: list[dict[str, Any]] = []
    for context in iter_route_contexts(request.app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and context.path and context.path.startswith(API):
            room = context.path.removeprefix(f"{API}v1/").split("/")[0]
            about = {"path": context.path, "summary": route.summary or "", "group": room}
            calls += [{"method": m, **about} for m in sorted(route.methods or ())]
    return page(request, "api.html", calls=sorted(calls, key=lambda c: (c["path"], c["method"])))


@opened.get("/healthz")
def alive() -> Response:
    return JSONResponse({"status": "ok"})


@opened.get("/readyz")
def ready(home: HouseDep) -> Response:
    """Whether the database answers and its schema is current."""
    is_ready = schema.is_current(home.database.engine)
    return JSONResponse({"status": "ok" if is_ready else "not ok"}, 200 if is_ready else 503)
