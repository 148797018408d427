"""`make bench`: seeds forums, measures pages beside the bare limit, prints the table and writes docs/speed.md."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import report
from benchmarks.forum import Forum, on_postgres, on_sqlite
from benchmarks.measures import Figures, bare_figures, figures

SIZES = (10_000, 1_000_000)
SMALL, LARGE = SIZES
ROUNDS = 3
"""Each figure is the least of so many: what else runs on the machine only ever adds."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--small", action="store_true", help="ten thousand posts alone")
    asked.add_argument("--no-postgres", action="store_true", help="SQLite alone")
    asked.add_argument("--requests", type=int, default=400, help="requests for each figure")
    asked.add_argument("--into", type=Path, default=report.PAGE, help="the page to write")
    chosen = asked.parse_args()
    began = time.monotonic()
    found: dict[tuple[str, int, int], Figures] = {}
    with tempfile.TemporaryDirectory(prefix="hearth-bench-", ignore_cleanup_errors=True) as folder:
        for posts in SIZES[:1] if chosen.small else SIZES:
            with on_sqlite(Path(folder), posts, _say) as forum:
                found["SQLite", posts, 1] = _measured(forum, chosen.requests)
                if posts == SMALL:
                    found["bare", posts, 1] = bare_figures(forum, chosen.requests, ROUNDS, _say)
            if chosen.no_postgres:
                continue
            with on_postgres(Path(folder), posts, _say) as forum:
                found["PostgreSQL", posts, 1] = _measured(forum, chosen.requests)
                if posts == SMALL:
                    found["PostgreSQL", posts, 2] = _measured(forum, chosen.requests, workers=2)
    failed = report.write(found, chosen.into)
    _say(f"Measured in {(time.monotonic() - began) / 60:.0f} minutes; the table is in {chosen.into.name}.")
    sys.exit(1 if failed else 0)


def _measured(forum: Forum, requests: int, workers: int = 1) -> Figures:
    return figures(forum, requests, ROUNDS, _say, workers)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


main()
