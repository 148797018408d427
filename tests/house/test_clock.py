"""One clock for all: nothing asks the time elsewhere, and nothing but the demo lives at another moment."""

import ast
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.foundation import times
from tests.house import tree

CLOCK = "app/foundation/times.py"
ASKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
LIVES_ELSEWHERE = {"app/demo/actions.py", "app/demo/agenda.py"}
A_WHILE_AGO = datetime(2020, 2, 29, 13, 47, 5, tzinfo=UTC)


def _asks_the_time(file: Path) -> bool:
    found = (node for node in ast.walk(tree.parsed(file)) if isinstance(node, ast.Attribute))
    return any((getattr(node.value, "id", ""), node.attr) in ASKS for node in found)


def test_everybody_asks_the_same_clock() -> None:
    asking = {tree.named(file) for file in tree.sources("app") if _asks_the_time(file)}
    assert asking == {CLOCK}


def test_only_the_demo_lives_at_another_moment() -> None:
    elsewhere = {tree.named(file) for file in tree.sources("app") if "as_of" in file.read_text("utf-8")}
    assert elsewhere == {CLOCK, *LIVES_ELSEWHERE}


def test_inside_it_is_then_and_afterwards_it_is_now() -> None:
    with times.as_of(A_WHILE_AGO):
        assert times.now() == A_WHILE_AGO
        assert times.today() == A_WHILE_AGO.date()
        assert times.this_hour() == A_WHILE_AGO.replace(minute=0, second=0)
        assert times.this_month() == A_WHILE_AGO.date().replace(day=1)
        with times.as_of(A_WHILE_AGO + timedelta(days=1)):
            assert times.now() == A_WHILE_AGO + timedelta(days=1)
        assert times.now() == A_WHILE_AGO
    assert abs(datetime.now(UTC) - times.now()) < timedelta(minutes=1)


def test_a_mistake_inside_does_not_stop_the_clock() -> None:
    with pytest.raises(ValueError, match="then"), times.as_of(A_WHILE_AGO):
        raise ValueError("then")
    assert times.now().year > A_WHILE_AGO.year


def test_nobody_else_in_the_process_lives_then() -> None:
    seen = list[datetime]()
    with times.as_of(A_WHILE_AGO):
        other = threading.Thread(target=lambda: seen.append(times.now()))
        other.start()
        other.join()
    assert seen[0].year > A_WHILE_AGO.year
