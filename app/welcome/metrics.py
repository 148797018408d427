"""Figures for the operator's monitor: how much waits, how fast it goes, how large it is. Of nobody in particular."""

from collections.abc import Iterator
from pathlib import Path

from anyio import fail_after
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import keys
from app.foundation.errors import NotFound
from app.foundation.language import gettext as _
from app.foundation.sealing import same
from app.foundation.web.doors import Doors
from app.foundation.web.gate import Figure, Traffic
from app.foundation.web.transaction import House, house
from app.members.deps import bearer_token
from app.members.locksmith import Locksmith
from app.stories import waiting

opened = Doors()
DATABASE_SECONDS = 2
"""So long the monitor waits for what only the database knows; then it hears that the database does not answer."""
SIDE_FILES = ("", "-wal")


@opened.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text, for whoever shows the token that lies beside the keys. For all others there is nothing here."""
    home = house(request)
    token = await bearer_token(request.headers.get("authorization", ""))
    if not token or not same(token, keys.metrics_token(home.settings)):
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    from app.welcome import exposition  # noqa: PLC0415  (1 MiB, of no use where nobody watches)

    figures = [*_of_process(request, home), *await _of_database(home)]
    return Response(exposition.written(request.app.state.traffic, figures), media_type=exposition.MEDIA_TYPE)


def _of_process(request: Request, home: House) -> Iterator[Figure]:
    traffic: Traffic = request.app.state.traffic
    smith: Locksmith = request.app.state.locksmith
    yield "hearth_requests_in_work", "Requests in work", traffic.in_work
    yield "hearth_requests_shed", "Requests told to come again, since the start", traffic.shed
    yield "hearth_requests_waiting", "Requests that wait for their turn at a limit", home.limits.waiting
    yield "hearth_passphrases_waiting", "Passphrases that wait to be stretched", smith.waiting
    yield "hearth_writers_waiting", "Requests that wait for the one writer", home.one_writer.statistics().tasks_waiting
    yield "hearth_event_listeners", "Open streams of events", traffic.streams
    for what, count in home.limits.refused.items():
        yield f"hearth_refused_{what.replace('-', '_')}", "Refused by this limit, since the start", count


async def _of_database(home: House) -> list[Figure]:
    try:
        with fail_after(DATABASE_SECONDS):
            return await run_sync(_asked, home, abandon_on_cancel=True)
    except (SQLAlchemyError, TimeoutError, OSError):
        return [("hearth_database_up", "Whether the database answers", 0)]


def _asked(home: House) -> list[Figure]:
    with home.database.reading() as db:
        urgent, oldest = waiting.urgent_waiting(db)
        file = home.database.engine.url.database or ""
        size = (
            _bytes_of(file)
            if home.database.is_sqlite
            else db.scalar(select(func.pg_database_size(func.current_database())))
        )
        return [
            ("hearth_urgent_cases", "Urgent cases that wait for a person", urgent),
            ("hearth_urgent_oldest_seconds", "How long the oldest of them has waited", oldest),
            ("hearth_open_cases", "Cases of any urgency that wait for a person", waiting.open_cases(db)),
            ("hearth_database_bytes", "How large the database is", size or 0),
            ("hearth_database_up", "Whether the database answers", 1),
        ]


def _bytes_of(file: str) -> int:
    return sum(path.stat().st_size for side in SIDE_FILES if (path := Path(file + side)).exists())
