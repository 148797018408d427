"""Starting what is measured: Hearth itself, and the bare servers beside it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from benchmarks.measuring import memory_mib, tree

ROOT = Path(__file__).parents[1]
READY_SECONDS = 60
SERVERS_CORE = min(os.sched_getaffinity(0))
LIGHT = {
    "HEARTH_SIGNUP_CHALLENGE": "off", "HEARTH_RATE_LIMITS": "off", "HEARTH_DESK_GUARDS": "off", "HEARTH_CLOCK": "off",
    "HEARTH_EVENTS_EACH": "100", "HEARTH_IDLE_SECONDS": "600",
}  # fmt: skip
"""So that one client may do in seconds what a thousand do in an hour. Sign-in, visibility and judging are as always."""


@dataclass
class Server:
    """A server that answers at `url`. `roots` are the processes whose CPU counts, its database's too."""

    url: str
    process: "subprocess.Popen[bytes]"
    ready_seconds: float
    roots: list[int] = field(default_factory=list)

    @property
    def memory_mib(self) -> float:
        return memory_mib(self.process.pid)


def on_servers_core(pid: int) -> None:
    """Servers and their databases run on the first core, what asks them on the last (SPEED.md)."""
    for one in tree(pid):
        os.sched_setaffinity(one, {SERVERS_CORE})


@contextmanager
def hearth(
    folder: Path,
    database_url: str,
    database_pid: int,
    workers: int,
    settings: Mapping[str, str],
    *,
    judges: bool = True,
) -> Iterator[Server]:
    """`hearth serve` on a seeded database. Without `judges`, its judge finds nothing."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, **LIGHT, "HEARTH_DATABASE_URL": database_url, "HEARTH_SECRETS_DIR": str(folder / "secrets"),
        "HEARTH_BASE_URL": url, **settings,
    }  # fmt: skip
    module = "app" if judges else "benchmarks.unjudged"
    command = [sys.executable, "-m", module, "serve", "--port", str(port), "--workers", str(workers)]
    with _running(command, url, "/readyz", environment) as server:
        server.roots = [server.process.pid, *([database_pid] if database_pid else [])]
        yield server


@contextmanager
def bare(what: str, folder: Path, database: Path) -> Iterator[Server]:
    """One of `benchmarks.bare` under uvicorn as it comes."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "BENCH_PAGES": str(folder), "BENCH_DATABASE": str(database)}
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        f"benchmarks.bare:{what}",
        "--port",
        str(port),
        "--no-access-log",
        "--timeout-keep-alive",
        "600",
    ]
    with _running(command, url, "/up", environment) as server:
        server.roots = [server.process.pid]
        yield server


@contextmanager
def _running(command: list[str], url: str, ready: str, environment: dict[str, str]) -> Iterator[Server]:
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    on_servers_core(process.pid)
    try:
        while not _answers(url + ready):
            if process.poll() is not None or time.monotonic() - began > READY_SECONDS:
                raise RuntimeError(f"Did not start: {' '.join(command)}")
            time.sleep(0.02)
        yield Server(url, process, time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
