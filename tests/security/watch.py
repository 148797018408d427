"""A process that asks for one page again and again, so that how long it takes is not how busy the test is.

    python -m tests.security.watch ADDRESS

It writes a line "status milliseconds" for each answer, until its input ends.
"""

import http.client
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
PAUSE_SECONDS = 0.05
TIMEOUT = 20


@dataclass
class Seen:
    """Every answer: its status (0 without one) and its seconds."""

    answers: list[tuple[int, float]]

    @property
    def slowest(self) -> float:
        return max(seconds for _status, seconds in self.answers)

    @property
    def all_well(self) -> bool:
        return bool(self.answers) and all(status == 200 for status, _seconds in self.answers)


class Watch:
    """As a context manager: watches an address from another process, and has seen it afterwards."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen = Seen([])

    def __enter__(self) -> "Watch":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.security.watch", self.url], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout
        self._process.stdout.readline()
        return self

    def __exit__(self, *_wrong: object) -> None:
        said, _errors = self._process.communicate()
        pairs = (line.split() for line in said.splitlines())
        self.seen.answers = [(int(status), float(ms) / 1000) for status, ms in pairs]


def ask(url: str) -> str:
    place, began = urlsplit(url), time.monotonic()
    line = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=TIMEOUT)
    try:
        line.request("GET", place.path)
        answer = line.getresponse()
        answer.read()
        status = answer.status
    except (OSError, http.client.HTTPException):
        status = 0
    finally:
        line.close()
    return f"{status} {(time.monotonic() - began) * 1000:.1f}"


def main(url: str) -> None:
    # One before the trouble begins: the process is then at work, and says so with its first line.
    sys.stdout.write(f"{ask(url)}\n{ask(url)}\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
        sys.stdout.write(f"{ask(url)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
