"""`make bench`: seeds forums, measures pages beside the bare limit, prints the table and writes docs/speed.md."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import measures, report
from benchmarks.forum import Forum, on_sqlite, postgres
from benchmarks.measures import Act
from benchmarks.report import LARGE, SMALL, UNJUDGED, Column, Found, Start
from benchmarks.servers import Server, bare, hearth

KEPT: dict[str, str] = {}
NOTHING_KEPT = {"HEARTH_PAGE_CACHE_MIB": "0"}


def main() -> None:
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--small", action="store_true", help="ten thousand posts alone")
    asked.add_argument("--no-postgres", action="store_true", help="SQLite alone")
    asked.add_argument("--into", type=Path, default=report.PAGE, help="the page to write")
    chosen = asked.parse_args()
    began = time.monotonic()
    _this_core(last=True)
    found = Found()
    sizes = (SMALL,) if chosen.small else (SMALL, LARGE)
    with tempfile.TemporaryDirectory(prefix="hearth-bench-", ignore_cleanup_errors=True) as folder:
        _on_sqlite(found, [on_sqlite(Path(folder), posts, _say) for posts in sizes])
        if not chosen.no_postgres:
            with postgres(Path(folder)) as cluster:
                _on_postgres(found, [cluster.forum(posts, _say) for posts in sizes])
    failed = report.write(found, chosen.into)
    _say(f"Measured in {(time.monotonic() - began) / 60:.0f} minutes; the table is in {chosen.into.name}.")
    sys.exit(1 if failed else 0)


def _on_sqlite(found: Found, forums: list[Forum]) -> None:
    small = forums[0]
    with _served(found, "SQLite", forums, KEPT) as servers:
        found.page_bytes = measures.keep_pages(small, servers[0])
        with bare("floor", small.folder, small.file) as floor, bare("plain", small.folder, small.file) as plain:
            plain_acts = measures.plain_acts(small, plain)
            acts = {("SQLite", SMALL): measures.warm_acts(small, servers[0])}
            beside = {"story, warm": measures.bare_act(floor), **{n: plain_acts[n] for n in ("group, warm", "reply")}}
            if len(forums) > 1:
                acts["SQLite", LARGE] = measures.warm_acts(forums[1], servers[1])
            _measure(found, acts, beside)
        found.columns["SQLite", SMALL, 1].cpu["event, each listener"] = measures.event_ms(small, servers[0])
        _after_load(found, "SQLite", forums, servers)
    with (
        _served(found, "SQLite", forums[:1], KEPT, judges=False) as servers,
        bare("plain", small.folder, small.file) as plain,
    ):
        acts = {("SQLite", SMALL): {UNJUDGED: measures.warm_acts(small, servers[0])["reply"]}}
        _measure(found, acts, {UNJUDGED: measures.plain_acts(small, plain)["reply"]})
    with _served(found, "SQLite", forums, NOTHING_KEPT) as servers, bare("plain", small.folder, small.file) as plain:
        plain_acts = measures.plain_acts(small, plain)
        acts = {("SQLite", f.posts): measures.cold_acts(f, s) for f, s in zip(forums, servers, strict=True)}
        _measure(found, acts, {n: plain_acts[n] for n in ("story, nothing kept", "group, nothing kept")})
    found.bare["sign-in"] = measures.argon2_ms()


def _on_postgres(found: Found, forums: list[Forum]) -> None:
    for how, acts_of in ((KEPT, measures.warm_acts), (NOTHING_KEPT, measures.cold_acts)):
        with _served(found, "PostgreSQL", forums, how) as servers:
            acts = {("PostgreSQL", f.posts): acts_of(f, s) for f, s in zip(forums, servers, strict=True)}
            _measure(found, acts, {})
            if how is KEPT:
                _after_load(found, "PostgreSQL", forums, servers)
        with _served(found, "PostgreSQL", forums[:1], how, workers=2) as servers:
            _measure(found, {("PostgreSQL", SMALL): acts_of(forums[0], servers[0])}, {}, workers=2)


@contextmanager
def _served(
    found: Found, database: str, forums: list[Forum], settings: dict[str, str], workers: int = 1, *, judges: bool = True
) -> Iterator[list[Server]]:
    """A Hearth on each forum, all at once; how they started is noted."""
    with ExitStack() as stack:
        servers = []
        for forum in forums:
            server = stack.enter_context(
                hearth(forum.folder, forum.database_url, forum.database_pid, workers, settings, judges=judges)
            )
            servers.append(server)
            start = Start(server.ready_seconds, server.memory_mib / workers, forum.seeded_seconds)
            found.columns.setdefault((database, forum.posts, workers), Column(start))
        yield servers


def _measure(found: Found, of: dict[tuple[str, int], dict[str, Act]], beside: dict[str, Act], workers: int = 1) -> None:
    """Measure what is to be compared in turns: the same act of each forum, and its like from the bare servers."""
    names = list(next(iter(of.values())))
    for name in names:
        acts = {f"{database} {posts}": one[name] for (database, posts), one in of.items()}
        if name in beside:
            acts["bare"] = beside[name]
        measures.in_turns(acts)
        for (database, posts), one in of.items():
            found.columns[database, posts, workers].cpu[name] = one[name].cost
        first = next(iter(of.values()))[name]
        if name in beside:
            found.bare[name] = beside[name].cost
            found.beside[name] = first.beside(beside[name])
        for (database, posts), one in of.items():
            if posts == LARGE:
                found.growth[database, name] = one[name].beside(first)
        _say(f"{name}: " + ", ".join(f"{who} {act.cost:.3f} ms" for who, act in acts.items()))


def _after_load(found: Found, database: str, forums: list[Forum], servers: list[Server]) -> None:
    for forum, server in zip(forums, servers, strict=True):
        found.columns[database, forum.posts, 1].start.loaded_mib = server.memory_mib


def _this_core(*, last: bool) -> None:
    """The load runs on the last core, servers and their databases on the first (SPEED.md)."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1 if last else 0]})


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


main()
