"""The serving process: what it may use, what it never leaves behind, and that it ends in time (O-8, A-4, A-5)."""

import contextlib
import gc
import logging
import os
import resource
import signal
import sys
import threading
from types import FrameType
from typing import Any

import uvicorn
from anyio.to_thread import current_default_thread_limiter

from app.foundation import logs
from app.foundation.settings import Settings
from app.foundation.web import wire
from app.foundation.web.transaction import THREADS

DRAIN_SECONDS = 8
"""After SIGTERM: how long requests that are being answered may still take."""
GONE_SECONDS = 1.5
"""… and what is left for a thread that hangs in the database, before the process ends without it."""
FILES_BESIDE_CONNECTIONS = 200
TURN_SECONDS = 0.0005
"""How long a thread goes on while others want to (5 ms by itself): what help and refusals wait for under load (O-5, O-6)."""
NEW_THINGS = 20_000
"""After so many does Python look for rings among them (700 by itself, which is several times in each request)."""
log = logging.getLogger("hearth")
_serves = threading.Event()
_stops = threading.Event()


def run(app: str, host: str, port: int, workers: int, settings: Settings) -> None:
    """Serve until SIGTERM. The event loop, the parser and the protocol are named, not found out: without one of them
    Hearth does not start, where uvicorn would quietly take a slower one, with other bounds (docs/decisions/0012)."""
    _make_ready(settings.most_connections)
    uvicorn.run(
        app, factory=True, host=host, port=port, workers=workers, loop="uvloop", http=wire.Wire, ws="none", access_log=False,
        server_header=False, proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=settings.trusted_proxies,
        log_config=logs.CONFIG, timeout_keep_alive=settings.idle_seconds, timeout_graceful_shutdown=DRAIN_SECONDS,
    )  # fmt: skip


def _make_ready(most_connections: int) -> None:
    """Room for every connection, no core dump, an orderly end."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most_connections + FILES_BESIDE_CONNECTIONS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, soft), hard))
    signal.signal(signal.SIGTERM, _end_well)


def _end_well(_number: int, _frame: FrameType | None) -> None:
    """uvicorn raises its signal again once everybody is served: then this ends the process with 0."""
    raise SystemExit(0)


def serving() -> None:
    """In each serving process: a fault that nobody catches is logged like all others, without its words. Its threads do not
    push each other aside when they wake: the one that woke another has Python's lock, and the other would only find it shut
    (a twelfth of a group's page)."""
    _serves.set()
    sys.setswitchinterval(TURN_SECONDS)
    with contextlib.suppress(OSError, AttributeError):  # where it may, and where there is such a thing
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    wire.when_stopping.append(_drain_in_time)
    threading.excepthook = _thread_broke
    sys.unraisablehook = _could_not_raise


def share_out_threads(database: str) -> None:
    """For the loop that is running, by the kind of database: anyio's forty are too many."""
    current_default_thread_limiter().total_tokens = THREADS[database]


def settle_down() -> None:
    """Once all is loaded: what is there now stays, so nobody looks through it again for what may go. Looking through it all
    stopped everybody for 0.1 s and more, help too (O-6)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_THINGS)


def _thread_broke(broken: Any) -> None:
    log.error("a thread broke", exc_info=broken.exc_value)


def _could_not_raise(broken: Any) -> None:
    log.error("a fault at the end of something", exc_info=broken.exc_value)


def _drain_in_time() -> None:
    if not _stops.is_set():
        _stops.set()
        _leave_within(DRAIN_SECONDS + GONE_SECONDS)


def leave_in_time() -> None:
    """The last thing before the house closes: a thread that still waits for the database must not keep the process.
    Nothing is lost by it: what was not committed was not acknowledged. Without a server (in tests) it does nothing."""
    if _serves.is_set():
        _leave_within(GONE_SECONDS)


def _leave_within(seconds: float) -> None:
    ending = threading.Timer(seconds, os._exit, (0,))
    ending.daemon = True
    ending.start()
