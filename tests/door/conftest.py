"""Doors with short deadlines, and doors with their limits on."""

from collections.abc import Iterator

import pytest

from tests.conftest import Running, serve

SHORT = {
    "HEARTH_HEAD_SECONDS": "0.6", "HEARTH_BODY_SECONDS": "0.6", "HEARTH_ANSWER_SECONDS": "1", "HEARTH_IDLE_SECONDS": "1",
    "HEARTH_MOST_CONNECTIONS": "40",
}  # fmt: skip


@pytest.fixture(scope="session")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Hearth that waits for nobody for long, and takes forty connections."""
    folder = tmp_path_factory.mktemp("hasty")
    yield from serve(folder, f"sqlite:///{folder}/hearth.db", **SHORT)


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Hearth with all its limits, that believes a proxy on this machine about addresses."""
    folder = tmp_path_factory.mktemp("strict")
    on = {"HEARTH_RATE_LIMITS": "on", "HEARTH_TRUSTED_PROXIES": "127.0.0.1"}
    yield from serve(folder, f"sqlite:///{folder}/hearth.db", **on)
