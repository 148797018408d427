"""`hearth serve` as a process that can be killed and started again at the same address."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.conftest import CHEAP, OPEN, READY_SECONDS, ROOT, Running
from tests.security.postgres import free_port
from tests.security.watch import ask


class Server:
    """One Hearth at one port, over any number of starts."""

    def __init__(self, folder: Path, database_url: str, **more: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "output.txt"
        self.environment = {
            **os.environ, **CHEAP, **OPEN, "HEARTH_DATABASE_URL": database_url,
            "HEARTH_SECRETS_DIR": str(folder / "secrets"), "HEARTH_BASE_URL": self.url, "PYTHONUNBUFFERED": "1", **more,
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def running(self) -> Running:
        return Running(self.url, self.environment, "", self.log)

    def start(self, *, wait: bool = True) -> float:
        """Start; gives the seconds until it was ready (0 if it was not waited for)."""
        began = time.monotonic()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve", "--port", str(self.port)], cwd=ROOT, env=self.environment,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        return self.until_ready(began) if wait else 0.0

    def until_ready(self, began: float) -> float:
        """Wait for /readyz; gives the seconds since `began`."""
        while time.monotonic() - began < READY_SECONDS:
            assert self.process
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text()[-2000:])
            if self.is_ready():
                return time.monotonic() - began
            time.sleep(0.02)
        raise RuntimeError(f"not ready: {self.log.read_text()[-2000:]}")

    def is_ready(self) -> bool:
        return ask(f"{self.url}/readyz").startswith("200 ")

    def kill(self) -> None:
        """SIGKILL, to it and all processes it started."""
        for one in [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]:
            os.kill(one.pid, signal.SIGKILL)
        assert self.process
        self.process.wait(30)

    def terminate(self, within: float = 30) -> float:
        """SIGTERM; gives the seconds until it ended. Raises TimeoutExpired if it did not."""
        began = time.monotonic()
        assert self.process
        self.process.terminate()
        self.process.wait(within)
        return time.monotonic() - began

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()
