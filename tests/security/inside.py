"""A Hearth inside the test's own process, over real HTTP, on a database driver of the test's choosing."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from app.foundation import sqlite
from app.foundation.db import Database, open_engine
from app.foundation.settings import Settings, settings
from app.main import build
from app.upkeep.actions import prepare
from tests.security.postgres import free_port

CURRENT: ContextVar[tuple[asyncio.AbstractEventLoop, Any]] = ContextVar("current")
"""The loop and the task of the request that is being answered; known in its threads too."""
CALM: dict[str, Any] = {
    "argon2_memory_kib": 8, "argon2_rounds": 1, "signup_challenge": False, "rate_limits": False, "desk_guards": False,
}  # fmt: skip


@contextmanager
def at_home(
    folder: Path, database_url: str = "", driver: Any = None, protocol: Any = "auto", **more: Any
) -> Iterator[tuple[str, FastAPI]]:
    """Serve; gives the address and the application. `driver` takes pysqlite3's place, `protocol` uvicorn's own."""
    with pytest.MonkeyPatch.context() as patch:
        if driver is not None:
            patch.setattr(sqlite, "driver", lambda: driver)
        # Some rooms ask the process, not the house.
        for name, value in CALM.items():
            patch.setenv(f"HEARTH_{name.upper()}", str(value))
        settings.cache_clear()
        chosen = Settings(
            database_url=database_url or f"sqlite:///{folder}/hearth.db",
            secrets_dir=folder / "secrets",
            **{**CALM, **more},
        )
        first = Database(open_engine(chosen))
        prepare(first, first.engine, chosen)
        first.engine.dispose()
        app = build(chosen)
        port = free_port()

        async def noted(scope: Any, receive: Any, send: Any) -> None:
            CURRENT.set((asyncio.get_running_loop(), asyncio.current_task()))
            await app(scope, receive, send)

        config = uvicorn.Config(
            noted, port=port, http=protocol, log_config=None, access_log=False, timeout_graceful_shutdown=5
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        yield f"http://127.0.0.1:{port}", app
        server.should_exit = True
        thread.join(20)
    settings.cache_clear()
