"""`make mutants`: breaks one thing at a time in a copy of Hearth, and sees whether a test notices (docs/mutants.md)."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

from tests.mutants import trial
from tests.mutants.made import Mutant, drawn

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "mutants"
LISTS = Path(__file__).with_name("tests.toml")
SEED = 4
MANY = {"members": 100, "moderation": 105, "stories": 100}
LONGEST_SECONDS = 120
LONGEST_WIDE_SECONDS = 900
"""A run that takes longer hangs: three times what the slowest list takes on a machine with other things to do."""
REMEMBERED = 6
"""So many of the tests that noticed something in a file run first for its next mutant."""


@dataclass(frozen=True)
class Ground:
    """The copy that is broken and mended, which tests look at which of its files, and how each mutant ended."""

    copy: Path
    lists: dict[str, dict[str, list[str]]]
    results: Path

    def is_new(self, mutant: Mutant) -> bool:
        return mutant.name not in {told["name"] for told in told_in(self.results)}

    def has_survived(self, mutant: Mutant) -> bool:
        return (mutant.name, "survived") in {(told["name"], told["end"]) for told in told_in(self.results)}

    def must_pass(self, loop: trial.Loop, room: str) -> None:
        """A test that fails before anything is changed would notice everything."""
        end, by = loop.run(self.files(self.lists[room]["wide"]), [], None, LONGEST_WIDE_SECONDS)
        if end != "survived":
            raise SystemExit(f"{by or room}: {end} before anything was changed")

    def try_out(self, loop: trial.Loop, room: str, mutant: Mutant, *, is_wide: bool) -> None:
        """With the few tests that look at its file, or with all that look at its room."""
        lists = self.lists[room]
        named = lists["wide"] if is_wide else lists.get(Path(mutant.file).stem, lists["wide"][:1])
        before = told_in(self.results)
        noticed = Counter(told["by"] for told in before if told["name"].startswith(f"{mutant.file}:") and told["by"])
        first = [test for test, _times in noticed.most_common(REMEMBERED)]
        started = time.monotonic()
        with self._written(mutant):
            end, by = loop.run(self.files(named), first, mutant, LONGEST_WIDE_SECONDS if is_wide else LONGEST_SECONDS)
        seconds = round(time.monotonic() - started, 1)
        told = {"room": room, "name": mutant.name, "end": end, "by": by, "seconds": seconds, "wide": is_wide}
        with self.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
        print(end, seconds, mutant.name, by, flush=True)

    def files(self, named: list[str]) -> list[str]:
        """The files of these tests, in order. Raises SystemExit for a name that is no test's: it would look at nothing."""
        found = list[str]()
        for name in named:
            files = sorted(self.copy.glob(f"tests/{name.replace('/', '/test_')}.py"))
            if not files:
                raise SystemExit(f"{LISTS.name}: there is no test {name}")
            found += [file.relative_to(self.copy).as_posix() for file in files]
        return found

    @contextmanager
    def _written(self, mutant: Mutant) -> Iterator[None]:
        """For the commands that a test starts beside what is loaded."""
        file = self.copy / mutant.file
        _write(file, mutant.code)
        try:
            yield
        finally:
            _write(file, mutant.whole)


def main() -> None:
    """Go on where the last run over the same code ended; say the figure in the end."""
    asked = _asked()
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hearth-mutants-") as folder:
        copy = Path(folder) / "hearth"
        _copy(copy)
        ground = Ground(copy, tomllib.loads(LISTS.read_text("utf-8")), KEPT / f"results-{_mark(copy)}.jsonl")
        mutants = {room: drawn(copy, room, asked.many or MANY[room], asked.seed) for room in asked.rooms}
        lists = [named for room in asked.rooms for named in ground.lists[room].values()]
        files = sorted({file for named in lists for file in ground.files(named)})
        _into(copy)
        trial.gather(files, lambda loop: _try_all(ground, mutants, loop, quick=asked.quick))
        _say(told_in(ground.results))


def _try_all(ground: Ground, mutants: dict[str, list[Mutant]], loop: trial.Loop, *, quick: bool) -> None:
    """All with the few tests that look at their file, and what survived with all others: that takes by far the longest."""
    for room, all_drawn in mutants.items():
        ground.must_pass(loop, room)
        for mutant in filter(ground.is_new, all_drawn):
            ground.try_out(loop, room, mutant, is_wide=False)
    for room, all_drawn in mutants.items() if not quick else ():
        for mutant in filter(ground.has_survived, all_drawn):
            ground.try_out(loop, room, mutant, is_wide=True)


def _into(copy: Path) -> None:
    """From here on `app` and `tests` are those of the copy."""
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    for name in [name for name in sys.modules if name == "tests.conftest" or name.split(".")[0] == "app"]:
        del sys.modules[name]
    sys.modules["tests"].__path__ = [str(copy / "tests")]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument(
        "rooms", nargs="*", default=list(MANY), help="members, moderation, stories; all if none is named"
    )
    parser.add_argument("--many", type=int, default=0, help="how many of each room")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed draws others")
    parser.add_argument("--quick", action="store_true", help="only with the tests that look at a mutant's file")
    return parser.parse_args()


def _copy(to: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def _mark(copy: Path) -> str:
    """Another one as soon as anything in `app/` is."""
    code = b"\0".join(file.read_bytes() for file in sorted((copy / "app").rglob("*.py")))
    return hashlib.sha256(code).hexdigest()[:12]


def told_in(results: Path) -> list[dict[str, str]]:
    """The last word about each mutant, in the order they were tried."""
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    return list({told["name"]: told for told in map(json.loads, lines)}.values())


def _write(file: Path, code: str) -> None:
    """Also away with its bytecode, which Python believes as long as second and size agree."""
    file.write_text(code, "utf-8")
    Path(cache_from_source(str(file))).unlink(missing_ok=True)


def _say(results: list[dict[str, str]]) -> None:
    for room in MANY:
        ends = Counter(told["end"] for told in results if told["room"] == room)
        if ends:
            noticed = ends["killed"] + ends["hung"]
            share = f"{noticed / ends.total():.1%}"
            print(f"{room}: {noticed} of {ends.total()} noticed ({share}), {ends['hung']} of them by hanging")
    for told in results:
        if told["end"] == "survived":
            print("survived", told["name"])


if __name__ == "__main__":
    main()
