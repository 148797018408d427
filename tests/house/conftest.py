"""The house put together, on a database of its own, without a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.foundation import schema
from app.foundation.settings import Settings
from app.main import build


@pytest.fixture(scope="session")
def hearth_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder: Path = tmp_path_factory.mktemp("house")
    app = build(Settings(database_url=f"sqlite:///{folder}/hearth.db", secrets_dir=folder / "secrets"))
    schema.upgrade(app.state.house.database.engine)
    yield app
    app.state.house.database.engine.dispose()
