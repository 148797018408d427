"""The mutants: what mutmut would change in the functions of a room, a part of it drawn by lot."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import libcst
from mutmut.mutation.file_mutation import Mutation, create_mutations


@dataclass(frozen=True)
class Mutant:
    """One file with one thing changed in it."""

    file: str
    line: int
    before: str
    after: str
    whole: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line} {self.before} -> {self.after}"


def drawn(root: Path, room: str, many: int, seed: int) -> list[Mutant]:
    """So many mutants of a room, at most one for each line of the code; the same ones for the same seed and code."""
    candidates = list(_candidates(root, room))
    Random(seed).shuffle(candidates)
    found: dict[tuple[str, int], Mutant] = {}
    for file, module, mutation in candidates:
        mutant = _applied(file, module, mutation)
        if mutant and (file, mutant.line) not in found:
            found[file, mutant.line] = mutant
        if len(found) == many:
            break
    return list(found.values())


def _candidates(root: Path, room: str) -> Iterator[tuple[str, libcst.Module, Mutation]]:
    for path in sorted((root / "app" / room).glob("*.py")):
        file = path.relative_to(root).as_posix()
        module, mutations, _classes, _functions = create_mutations(file, path.read_text("utf-8"))
        for mutation in mutations:
            if isinstance(mutation.contained_by_top_level_function, libcst.FunctionDef):
                yield file, module, mutation


def _applied(file: str, module: libcst.Module, mutation: Mutation) -> Mutant | None:
    """None for a change of nothing but capitals: SQL, headers and many names mean the same either way."""
    changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
    assert isinstance(changed, libcst.Module)
    old, new = module.code.splitlines(), changed.code.splitlines()
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            before, after = (_one_line(lines) for lines in (old[start:end], new[new_start:new_end]))
            return (
                None
                if before.lower() == after.lower()
                else Mutant(file, start + 1, before, after, module.code, changed.code)
            )
    return None


def _one_line(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
