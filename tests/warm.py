"""What each start of Hearth works out anew, worked out once in the process that all of a test run's are forks of.

Alembic, the schema's steps, what SQLAlchemy makes of the tables, and the judge's expressions took more than a second each
time, and the tests begin some hundred.
"""

import contextlib
import gc
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from app.foundation.db import Database, open_engine
from app.foundation.settings import Settings
from app.moderation.rulebook import rulebook
from app.upkeep.actions import prepare


def _prepared() -> None:
    for name in [name for name in os.environ if name.startswith("HEARTH_")]:
        del os.environ[name]  # of the test that came first; each command brings its own
    with TemporaryDirectory() as folder:
        chosen = Settings(database_url=f"sqlite:///{folder}/hearth.db", secrets_dir=Path(folder) / "secrets")
        database = Database(open_engine(chosen))
        prepare(database, database.engine, chosen)
        database.engine.dispose()
    for rule in rulebook():
        rule.make_ready()
    # What is there now stays: no fork looks through it for what may go, nor copies it by looking.
    gc.collect()
    gc.freeze()


with contextlib.suppress(Exception):  # what breaks here breaks at each start too, and is told there
    _prepared()
