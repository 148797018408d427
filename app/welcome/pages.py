"""Doors open to everybody: home, help, how it works, privacy, robots, the API drawn as a page, health."""

from typing import Any

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy.orm import Session

from app.appeals.ladder import WINDOW_DAYS
from app.care import cover
from app.foundation import schema
from app.foundation.site import site
from app.foundation.web.doors import Doors
from app.foundation.web.problems import API
from app.foundation.web.templates import page, page_again
from app.foundation.web.transaction import Db, HouseDep, house
from app.groups import queries as groups
from app.groups.models import Visibility
from app.log.purging import COPY_DAYS
from app.members.deps import PageReader, perhaps_signed_in
from app.members.member import AnyReader
from app.moderation.help_directory import directory, help_for
from app.stories import kept, showing
from app.stories import queries as stories
from app.stories.reading import Reading, reading_of
from app.welcome import ladder, promises, schema_words

opened = Doors()
NEWEST = 3
MOST_FOLLOWED = 5
"""Followed stories with something new on the front page; the others stand in one's place."""
MOST_GROUPS = 50
ROBOTS = "User-agent: *\nAllow: /$\nDisallow: /\n"


@opened.get("/")
def home(request: Request, db: Db, reader: PageReader) -> Response:
    if reader is None:
        shown = [g for g in groups.listed_for(db, None, "", MOST_GROUPS) if g.visibility is Visibility.OPEN]
        return page(request, "welcome/home.html", groups=shown, rooms=[], followed=[], most=0,
                    unstaffed=cover.unstaffed(db))  # fmt: skip
    mine = groups.named(db, [m.group_id for m in reader.joined])
    chosen = reading_of(db, reader)
    fold = set(chosen.fold)
    rooms = [
        {
            "group": mine[m.group_id],
            "persona": m.persona,
            "newest": showing.lines(stories.summaries(db, m.group_id, None, NEWEST), fold),
            "moved": _moved(db, reader, m.group_id, chosen),
        }
        for m in reader.joined
    ]
    followed = [s for s in kept.followed(db, reader, chosen.followed) if s["new"]]
    return page(
        request, "welcome/home.html", groups=[], rooms=rooms, followed=followed[:MOST_FOLLOWED], most=kept.MOST_MOVED
    )


def _moved(db: Session, reader: AnyReader, group_id: str, chosen: Reading) -> int | None:
    """How many stories of a group moved since its reader looked; None if they never did."""
    looked = chosen.looked.get(group_id)
    return None if looked is None else kept.moved(db, reader, group_id, looked)


@opened.get("/help-now")
async def help_now(request: Request) -> Response:
    """Reads no database, knows no one and needs no thread: it is there when nothing else is (O-6)."""
    here = help_for(site().country or house(request).settings.country)
    return page_again(request, "welcome/help-now.html", {}, countries=directory(), here=here)


@opened.get("/how-it-works", dependencies=[Depends(perhaps_signed_in)])
def how_it_works(request: Request, home: HouseDep) -> Response:
    chosen = home.settings
    return page(
        request, "welcome/how-it-works.html", ladder=ladder.ladder(), window=WINDOW_DAYS, appeal_days=chosen.appeal_days,
        answer_days=chosen.appeal_answer_days,
    )  # fmt: skip


@opened.get("/privacy", dependencies=[Depends(perhaps_signed_in)])
def privacy(request: Request, home: HouseDep) -> Response:
    return page(request, "welcome/privacy.html", kept=promises.kept(home.settings), copy_days=COPY_DAYS)


@opened.get("/privacy/every-field", dependencies=[Depends(perhaps_signed_in)])
def every_field(request: Request, home: HouseDep) -> Response:
    return page(request, "welcome/every-field.html", tables=schema_words.tables(home.settings))


@opened.get("/robots.txt")
async def robots() -> Response:
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
async def alive() -> Response:
    return JSONResponse({"status": "ok"})


@opened.get("/readyz")
def ready(home: HouseDep) -> Response:
    """Whether the database answers, its schema is current, and the disk takes what is written."""
    is_ready = not home.database.has_stopped_writing and schema.is_current(home.database.engine)
    mode = "trial" if site().is_trial else "open"
    return JSONResponse({"status": "ok" if is_ready else "not ok", "mode": mode}, 200 if is_ready else 503)
