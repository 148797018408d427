"""A Hearth in this very process, so that a test can set its clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.foundation import schema
from app.foundation.settings import Settings
from app.main import build


@pytest.fixture
def indoors(tmp_path: Path) -> Iterator[TestClient]:
    """Asks like a browser on a device that others use too; sign-up wants its ticket."""
    chosen = Settings(
        database_url=f"sqlite:///{tmp_path}/hearth.db", secrets_dir=tmp_path / "secrets", argon2_memory_kib=8,
        argon2_rounds=1, signup_challenge=True,
    )  # fmt: skip
    app = build(chosen)
    schema.upgrade(app.state.house.database.engine)
    yield TestClient(app, follow_redirects=False)
    app.state.house.database.engine.dispose()
