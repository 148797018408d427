"""An idle worker is lean: what few of its pages need is loaded by the first that does."""

import os
import sys
from pathlib import Path
from subprocess import run

from tests.house.tree import ROOT

LATE = {
    "alembic", "app.demo.actions", "babel", "bleach", "confusable_homoglyphs", "markdown_it", "phonenumbers", "prometheus_client",
    "psycopg", "pyrage", "segno", "tarfile", "watchfiles", "webauthn", "zxcvbn",
}  # fmt: skip
LOADED = {"app.cli", "app.main", "app.moderation.judge", "cryptography", "sqlalchemy"}
"""What a worker does have, so that looking is seen to find something."""
ASKED = "import sys, app.cli, app.main; app.main.build(); print(*sys.modules)"


def test_what_few_pages_need_is_not_there_at_the_start(tmp_path: Path) -> None:
    environment = os.environ | {
        "HEARTH_DATABASE_URL": f"sqlite:///{tmp_path}/hearth.db", "HEARTH_SECRETS_DIR": str(tmp_path / "secrets"),
    }  # fmt: skip
    command = [sys.executable, "-c", ASKED]
    asked = run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    there = set(asked.stdout.split())
    assert there >= LOADED
    assert not there & LATE
