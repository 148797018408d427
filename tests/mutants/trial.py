"""Many short runs in one: everything is loaded and gathered once, and each mutant is tried in a fork of that."""

import gc
import importlib
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from inspect import getattr_static
from types import CodeType, FunctionType
from typing import Any, NoReturn

import hypothesis
import pytest

from tests.mutants.made import Mutant

FLAGS = ["-q", "--tb=no", "-p", "no:cacheprovider", "-k", "not postgres"]
"""On SQLite: PostgreSQL would take as long again."""


class Served(subprocess.Popen[bytes]):
    """`hearth serve`, forked from the run itself instead of loading everything once more; other commands as ever."""

    def __init__(self, command: Any, **told: Any) -> None:
        if list(command[:4]) != [sys.executable, "-m", "app", "serve"]:
            super().__init__(command, **told)
            return
        self.args, self.returncode, self.stdin, self.stdout, self.stderr = command, None, None, None, None
        self._waitpid_lock, self._child_created = threading.Lock(), True
        self.pid = os.fork()
        if not self.pid:
            _serve(list(command[2:]), told["env"], told["stdout"].fileno())


def _serve(command: list[str], surroundings: dict[str, str], output: int) -> NoReturn:
    for stream in (1, 2):
        os.dup2(output, stream)
    sys.stdout, sys.stderr = (os.fdopen(stream, "w", buffering=1) for stream in (1, 2))
    os.environ.clear()
    os.environ.update(surroundings)
    importlib.import_module("app.foundation.settings").settings.cache_clear()
    sys.argv = command
    try:
        importlib.import_module("app.cli").hearth(command[1:])
    finally:
        os._exit(0)


class Loop:
    """A pytest plugin: not one run of all tests, but one of a few tests for each of many mutants."""

    def __init__(self, over: Callable[["Loop"], None]) -> None:
        self._over = over
        self._items: list[pytest.Item] = []
        self._failed = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = session.items
        importlib.import_module("app.cli")
        importlib.import_module("app.main")
        importlib.import_module("app.moderation.rulebook").rulebook()
        # What is there now stays: each fork would look through all of it, and copy it by that.
        gc.collect()
        gc.freeze()
        self._over(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self._failed:
            self._failed = report.nodeid

    def run(self, files: list[str], first: list[str], mutant: Mutant | None, longest: float) -> tuple[str, str]:
        """How a run ended (survived, killed, hung after so many seconds), and the test that noticed."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.setsid()
            os.close(reading)
            self._in_the_child(files, first, mutant, writing)
        os.close(writing)
        try:
            is_told, _w, _x = select.select([reading], [], [], longest)
            told = os.read(reading, 10_000).decode() if is_told else "hung\n"
        finally:
            os.close(reading)
            _end_all(child)
            os.waitpid(child, 0)
        end, _line, by = (told or "killed\nby the fall of the process").partition("\n")
        return end, by

    def _in_the_child(self, files: list[str], first: list[str], mutant: Mutant | None, writing: int) -> NoReturn:
        try:
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
            self._items[0].config.pluginmanager.unregister(name="terminalreporter")
            subprocess.Popen = Served  # type: ignore[misc, assignment]
            vars(importlib.import_module("tests.awake"))["METHOD"] = "fork"
            if mutant:
                _put_in(mutant)
            self._run_all(self._chosen(files, first))
            told = f"killed\n{self._failed}" if self._failed else "survived\n"
        except Exception as fault:
            told = f"not tried\n{fault!r}"[:1000]
        os.write(writing, told.encode())
        os._exit(0)

    def _chosen(self, files: list[str], first: list[str]) -> list[pytest.Item]:
        place = {name: number for number, name in enumerate(files)}
        chosen = [item for item in self._items if item.nodeid.split("::")[0] in place]
        early = {name: number for number, name in enumerate(first)}
        return sorted(chosen, key=lambda i: (early.get(i.nodeid, len(early)), place[i.nodeid.split("::")[0]]))

    def _run_all(self, items: list[pytest.Item]) -> None:
        for item, after in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self._failed:
                return


def gather(tests: list[str], over: Callable[[Loop], None]) -> None:
    """Load and gather these test files, then do what is asked with the loop. Broken libraries end it."""
    generating = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("mutants", phases=generating, database=None)
    hypothesis.settings.load_profile("mutants")
    pytest.main([*FLAGS, *tests], [Loop(over)])


def _put_in(mutant: Mutant) -> None:
    """The changed code into the function that is loaded already, so that all who know it know it changed."""
    module = importlib.import_module(mutant.file.removesuffix(".py").replace("/", "."))
    whole = dict(_functions(compile(mutant.whole, mutant.file, "exec")))
    for name, code in _functions(compile(mutant.code, mutant.file, "exec")):
        if code != whole.get(name):
            _function(module, name).__code__ = code
    _forget(mutant.file.split("/")[1])


def _functions(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and "<" not in inner.co_qualname:
            yield inner.co_qualname, inner
            if "." not in inner.co_qualname:
                yield from _functions(inner)


def _function(module: Any, name: str) -> FunctionType:
    found = module
    for part in name.split("."):
        found = getattr_static(found, part)
    found = getattr(found, "__func__", found)
    return found if isinstance(found, FunctionType) else FunctionType(compile("0", "none", "eval"), {})


def _forget(room: str) -> None:
    """What a room worked out before the change is worked out again."""
    for name, module in list(sys.modules.items()):
        if name.startswith(f"app.{room}."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _end_all(group: int) -> None:
    """The servers that a run started too, however it ended."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
