"""`hearth …` in a process that has its code read already.

Reading it takes longer than most commands do, and the tests begin some hundred of them. One process beside each of
pytest's reads it once, and makes ready what each start would work out anew (`warm.py`); each command is a fork of that
one, with an environment, arguments and files of its own, as if it were started by itself.
Tests of starting, stopping, killing and of readiness start theirs anew.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).parents[1]
READ = ["app.cli", "app.main", "tests.warm"]
METHOD = "forkserver"
"""Or "fork", where this very process has read the code, and changed it (tests/mutants)."""


class Awake:
    """A command that runs; used like a `subprocess.Popen`. What it says, also of faults, goes to `output`."""

    def __init__(self, words: list[str], environment: dict[str, str], output: Path) -> None:
        self._process = _begun(words, environment, os.devnull, output, output)

    @property
    def pid(self) -> int:
        pid = self._process.pid
        assert pid
        return pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self, seconds: float) -> int:
        return _ended(self._process, seconds)


def done(
    words: list[str], environment: dict[str, str], typed: str = "", seconds: float = 60
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end. Raises subprocess.TimeoutExpired, like `subprocess.run`."""
    with tempfile.TemporaryDirectory() as name:
        given, said, wrong = (Path(name) / part for part in ("given", "said", "wrong"))
        given.write_text(typed, "utf-8")
        code = _ended(_begun(words, environment, str(given), said, wrong), seconds)
        return subprocess.CompletedProcess(words, code, said.read_text("utf-8"), wrong.read_text("utf-8"))


def _begun(words: list[str], environment: dict[str, str], given: str, said: Path, wrong: Path) -> BaseProcess:
    context: BaseContext = multiprocessing.get_context(METHOD)
    context.set_forkserver_preload(READ)
    process: BaseProcess = context.Process(  # type: ignore[attr-defined]
        target=_become, args=(words, environment, given, str(said), str(wrong))
    )
    process.start()
    return process


def _ended(process: BaseProcess, seconds: float) -> int:
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise subprocess.TimeoutExpired(process.name, seconds)
    return process.exitcode


def _become(words: list[str], environment: dict[str, str], given: str, said: str, wrong: str) -> None:
    from app.cli import hearth
    from app.foundation.settings import settings

    os.environ.clear()
    os.environ.update(environment)
    settings.cache_clear()
    os.chdir(ROOT)
    new = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for at, file in enumerate((os.open(given, os.O_RDONLY), os.open(said, new), os.open(wrong, new))):
        os.dup2(file, at)
    sys.stdin, sys.stdout, sys.stderr = open(0, encoding="utf-8"), _line_by_line(1), _line_by_line(2)  # noqa: SIM115
    sys.argv = ["hearth", *words]
    hearth()


def _line_by_line(at: int) -> TextIO:
    return open(at, "w", encoding="utf-8", buffering=1)
