"""Stairs only go down: the contracts hold, and they speak about every file there is."""

import sys
import tomllib
from functools import cache
from subprocess import run
from typing import Any

import grimp
import pytest

from tests.house import tree

ORDINARY = [room for room in tree.rooms() if room not in ("foundation", "moderation")]
FURNITURE = ("models", "rules", "queries", "actions", "forms")
THE_WEB = {"fastapi", "starlette", "jinja2"}
KNOWS_THE_WEB = {
    "app.care.pages", "app.desk.agree_api", "app.desk.agree_pages", "app.desk.api", "app.desk.appeal_api",
    "app.desk.appeal_pages", "app.desk.at_case", "app.desk.caring_pages", "app.desk.crisis_pages", "app.desk.deps",
    "app.desk.duty_pages", "app.desk.events", "app.desk.founding", "app.desk.group_api", "app.desk.hit_pages",
    "app.desk.outside_pages", "app.desk.pages", "app.desk.practice_pages", "app.desk.queue_pages",
    "app.desk.rule_api", "app.desk.rule_pages", "app.desk.sealed_pages", "app.desk.talk_api", "app.desk.talk_pages",
    "app.desk.tending", "app.groups.api", "app.groups.log_pages", "app.groups.pages", "app.lab.pages",
    "app.lawful.deps", "app.lawful.pages", "app.lawful.public", "app.lawful.record_pages", "app.lawful.showing",
    "app.members.acting", "app.members.api", "app.members.attending", "app.members.cookies", "app.members.deps",
    "app.members.exits", "app.members.guesses", "app.members.knocking", "app.members.locksmith", "app.members.once",
    "app.members.pages",
    "app.members.seeing", "app.members.tickets", "app.mine.api", "app.mine.events", "app.mine.going", "app.mine.pages",
    "app.mine.parcel", "app.staff.api", "app.staff.deps", "app.staff.pages", "app.staff.role_pages",
    "app.stories.ahead", "app.stories.api", "app.stories.composing", "app.stories.deps", "app.stories.front",
    "app.stories.in_danger", "app.stories.keeping", "app.stories.keeping_api", "app.stories.lists",
    "app.stories.looking", "app.stories.looking_api", "app.stories.pages", "app.stories.showing",
    "app.stories.standing", "app.stories.threads", "app.stories.writing", "app.welcome.exposition",
    "app.welcome.metrics", "app.welcome.pages",
}  # fmt: skip
"""Doors, and what stands right behind them. No other file of a room may lead to the web, by any number of steps."""


@cache
def contracts() -> dict[str, Any]:
    """The contracts of pyproject.toml by their numbers."""
    whole = tomllib.loads((tree.ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return {contract["name"].split(".")[0]: contract for contract in whole["contracts"]}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom."""
    return grimp.build_graph("app", include_external_packages=True, cache_dir=None)


def test_the_contracts_are_kept() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = run([sys.executable, "-c", code], cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(contracts())} kept, 0 broken." in done.stdout


def test_there_are_the_six_contracts_of_the_house() -> None:
    assert set(contracts()) == {"1", "2", "3", "4", "5", "6"}
    assert contracts()["1"]["exhaustive"] is True
    assert set(contracts()["2"]["forbidden_modules"]) == THE_WEB
    assert set(contracts()["3"]["forbidden_modules"]) == {*THE_WEB, "sqlalchemy", "app.foundation"}
    assert contracts()["5"]["allowed_importers"] == ["app.moderation.sanitise"]
    for number in contracts():
        assert not contracts()[number].get("ignore_imports"), number


def test_the_second_contract_names_every_file_that_keeps_away_from_the_web() -> None:
    files = {f"app.{room}.{file}" for room in ORDINARY for file in tree.files_of(room)}
    assert files >= KNOWS_THE_WEB
    assert not {f for f in KNOWS_THE_WEB if f.rpartition(".")[2] in FURNITURE}
    expected = files - KNOWS_THE_WEB | {"app.moderation.models"}
    assert sorted(contracts()["2"]["source_modules"]) == sorted(expected)


def test_the_files_that_may_know_the_web_do(graph: grimp.ImportGraph) -> None:
    leads = {f for f in KNOWS_THE_WEB if any(graph.chain_exists(f, web) for web in THE_WEB)}
    assert sorted(KNOWS_THE_WEB - leads) == []


def test_the_third_contract_names_every_file_of_the_judge() -> None:
    expected = {f"app.moderation.{file}" for file in tree.files_of("moderation")} - {"app.moderation.models"}
    assert sorted(contracts()["3"]["source_modules"]) == sorted(expected)


def test_the_sixth_contract_names_every_ordinary_room() -> None:
    assert sorted(contracts()["6"]["containers"]) == [f"app.{room}" for room in ORDINARY]
    assert "(deps)" in contracts()["6"]["layers"]


def test_doors_are_imported_by_main_alone(graph: grimp.ImportGraph) -> None:
    doors = {m for m in graph.modules if m.startswith("app.") and m.endswith((".pages", ".api"))}
    assert len(doors) > 8
    assert {importer for door in doors for importer in graph.find_modules_that_directly_import(door)} == {"app.main"}
