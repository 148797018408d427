"""Figures for the operator's monitor: how much waits, how fast it goes, how large it is. Of nobody in particular."""

from collections.abc import Iterator
from pathlib import Path

from anyio import fail_after
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import keys
from app.foundation.errors import NotFound
from app.foundation.language import gettext as _
from app.foundation.sealing import same
from app.foundation.web.doors import Doors
from app.foundation.web.gate import STEPS_SECONDS, Traffic
from app.foundation.web.transaction import House, house
from app.members.deps import bearer_token
from app.members.locksmith import Locksmith
from app.stories import waiting

opened = Doors()
DATABASE_SECONDS = 2
"""So long the monitor waits for what only the database knows; then it hears that the database does not answer."""
SIDE_FILES = ("", "-wal")

Figure = tuple[str, str, float]
"""Name, what it is, and how much."""


@opened.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text, for whoever shows the token that lies beside the keys. For all others there is nothing here."""
    home = house(request)
    token = await bearer_token(request.headers.get("authorization", ""))
    if not token or not same(token, keys.metrics_token(home.settings)):
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    registry = CollectorRegistry()
    registry.register(_Figures(request.app.state.traffic, [*_of_process(request, home), *await _of_database(home)]))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Figures(Collector):
    """What is known at this moment, in the shape that the library writes."""

    def __init__(self, traffic: Traffic, figures: list[Figure]) -> None:
        self._traffic = traffic
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        for name, meaning, value in self._figures:
            yield GaugeMetricFamily(name, meaning, value=value)
        answers = CounterMetricFamily(
            "hearth_answers", "Answers, by kind of page and of status", labels=["kind", "status"]
        )
        for (kind, status), count in sorted(self._traffic.answers.items()):
            answers.add_metric([kind, status], count)
        yield answers
        yield HistogramMetricFamily(
            "hearth_answer_seconds",
            "How long answers took",
            buckets=self._steps(),
            sum_value=self._traffic.took_seconds,
        )

    def _steps(self) -> list[tuple[str, float]]:
        so_far, steps = 0, []
        for step in (*STEPS_SECONDS, float("inf")):
            so_far += self._traffic.took[step]
            steps.append(("+Inf" if step == float("inf") else str(step), float(so_far)))
        return steps


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
