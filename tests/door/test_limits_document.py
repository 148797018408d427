"""docs/limits.md says what the program does: every number, by its name."""

import importlib
import re

import pytest

from app.foundation.settings import Settings
from app.foundation.web.limits import Door
from tests.conftest import ROOT

ROW = re.compile(r"^\|[^|]*\|[^|]*\| ([\d.]+) \| `([^`]+)`", re.MULTILINE)
NAMED = re.compile(r"^(?P<module>[a-z_.]+)\.(?P<name>[A-Z_]+)(?:\[(?P<key>[a-z-]+)\])?(?:\.(?P<part>\w+))?$")
FILE = ROOT / "docs" / "limits.md"
ROWS = ROW.findall(FILE.read_text())


def _value(name: str) -> float:
    if name.startswith("HEARTH_"):
        return float(Settings.model_fields[name.removeprefix("HEARTH_").lower()].default)
    found = NAMED.match(name)
    assert found is not None, name
    value = getattr(importlib.import_module(f"app.{found['module']}"), found["name"])
    if found["key"]:
        value = value[Door(found["key"])]
    return float(getattr(value, found["part"]) if found["part"] else value)


@pytest.mark.parametrize(("number", "name"), ROWS, ids=[name for _number, name in ROWS])
def test_a_number_on_the_page_is_the_program_s(number: str, name: str) -> None:
    assert float(number) == _value(name)


def test_no_limit_is_left_out() -> None:
    named = {name.rsplit(".", 1)[-1] for _number, name in ROWS} | {name for _number, name in ROWS}
    assert len(ROWS) > 45
    for module in ("stories.pacing", "foundation.web.limits"):
        held = vars(importlib.import_module(f"app.{module}"))
        bounds = [n for n, v in held.items() if n.isupper() and isinstance(v, int | float) and not n.startswith("_")]
        left = [n for n in bounds if n not in named and n not in ("HOURS_A_DAY", "RETRY_SECONDS")]
        assert left == [], module
    assert {f"foundation.web.limits.PACES[{door}].at_once" for door in Door} <= named
    most = [n for n in Settings.model_fields if n.startswith("most_") or n.endswith(("_seconds", "_most", "_each"))]
    assert [n for n in most if f"HEARTH_{n.upper()}" not in named and n != "events_check_seconds"] == []
