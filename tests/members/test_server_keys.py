"""The server's own secrets are made once, however many processes start for the first time (D-9)."""

import os
from pathlib import Path
from typing import Any

import pytest

from app.foundation import keys
from app.foundation.keys import Keys
from app.foundation.settings import Settings


def test_two_processes_that_start_together_have_the_same_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins when the first has a file and nothing in it yet, and is done before it."""
    chosen = Settings(secrets_dir=tmp_path / "secrets")
    others: list[Keys] = []
    opened = os.fdopen

    def meanwhile(*file: Any) -> Any:
        monkeypatch.setattr(os, "fdopen", opened)
        others.append(keys.load(chosen))
        return opened(*file)

    monkeypatch.setattr(os, "fdopen", meanwhile)
    assert [keys.load(chosen)] == others
    assert keys.load(chosen) == others[0]
    kept = list(chosen.secrets_dir.iterdir())
    assert {file.name for file in kept} == {"pepper", "sealing-key", "secret-key"}
    assert {file.stat().st_mode & 0o777 for file in kept} == {0o600}
