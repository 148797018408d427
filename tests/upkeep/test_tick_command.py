"""`hearth tick` and the clock of a serving process, as real processes on real databases."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.foundation.clock import SETTLED
from app.foundation.times import now
from tests.conftest import Running, serve
from tests.members.databases import dump

MANY = 40
PATIENCE_SECONDS = 20
OLD_INVITATIONS = (
    "INSERT INTO invitations (code_hash, role, group_id, expires_day) "
    "SELECT :name || number, 'member', id, '2020-01-01' FROM (SELECT id FROM groups LIMIT 1) AS one, "
    "(WITH RECURSIVE up(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM up WHERE number < :many) "
    "SELECT number FROM up) AS two"
)


def sql(running: Running, order: str, **values: object) -> None:
    database = running.database
    with database.engine.begin() as connection:
        connection.execute(text(order), values)
    database.engine.dispose()


def told(said: str, what: str) -> int:
    found = re.search(rf"\b{what} (\d+)", said)
    return int(found.group(1)) if found else 0


def test_two_commands_at_once_do_each_thing_once(hearth: Running) -> None:
    sql(hearth, OLD_INVITATIONS, name="twice ", many=MANY)
    sql(hearth, "DELETE FROM turns WHERE name = 'invitations'")
    before = [row for row in dump(hearth.database)["log_entries"] if row["reason"] == "invitations"]
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda _n: hearth.command("tick", "--night"), range(2)))
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 2
    stolen = dump(hearth.database)
    assert [row for row in stolen["invitations"] if row["code_hash"].startswith("twice ")] == []
    after = [row for row in stolen["log_entries"] if row["reason"] == "invitations"]
    assert len(after) == max(1, len(before))
    assert sum(told(one.stdout, "invitations") for one in done) in (
        0,
        MANY,
    )  # the server's own clock may have been first


def test_it_says_what_was_done_and_does_nothing_twice(on_sqlite: Running) -> None:
    on_sqlite.person()
    first, again = on_sqlite.command("tick", "--night"), on_sqlite.command("tick")
    assert re.fullmatch(r"Done: \d+ of \d+ acts were due; .*\brewrite \d+.*\.\n", first.stdout)
    assert re.fullmatch(r"Done: \d+ of \d+ acts were due; .*\.\n", again.stdout)
    assert told(again.stdout, "rewrite") == 0


@pytest.mark.parametrize(
    "command",
    [
        "tick",
        "group list",
        "staff list",
        "invite --role moderator",
        "disclose --pseudonym Heron --group evening-harbour",
    ],
)
def test_it_says_so_when_there_is_no_sound_database(on_sqlite: Running, tmp_path: Path, command: str) -> None:
    elsewhere = {**on_sqlite.environment, "HEARTH_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}
    done = Running("", elsewhere, "", tmp_path).command(*command.split())
    assert done.returncode == 1
    assert "hearth verify" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_serving_process_does_it_by_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hearth.db"
    for running in serve(tmp_path, url, HEARTH_CLOCK="off"):
        assert dump(running.database)["turns"] == []
        sql(running, OLD_INVITATIONS, name="alone ", many=MANY)
        marks = "INSERT INTO turns (name, done_at) VALUES ('clock seen', :seen), ('clock even since', :even)"
        seen = now().replace(tzinfo=None)
        sql(running, marks, seen=seen.isoformat(" "), even=(seen - SETTLED - timedelta(minutes=1)).isoformat(" "))
    for running in serve(tmp_path, url):
        until = time.monotonic() + PATIENCE_SECONDS
        while any(row["code_hash"].startswith("alone ") for row in dump(running.database)["invitations"]):
            assert time.monotonic() < until
        assert running.person().api.get("/me").status_code == 200
