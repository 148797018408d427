"""`make names`: the lists of names the judge knows, made anew from the packages docs/decisions/0016 tells of.

    python -m benchmarks.names FOLDER WORDS

FOLDER holds the packages `names`, `faker` and `mimesis` as they are downloaded, WORDS is a list of English words, in which only
proper nouns have a capital. All that the lists hold is written as the judge reads it: plain letters, small ones.
"""

import importlib
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from app.moderation import letters
from app.moderation.names import spelled_plainly

LISTS: Final = Path(__file__).parents[1] / "app" / "moderation" / "lists"
WORDLIKE: Final = LISTS.parent / "packs" / "en" / "wordlike_names.txt"
MADE: Final = "Made by `make names`; where the names come from is told in docs/decisions/0016-the-judge-lists.md."
CENSUS_SURNAMES: Final = 45_000
"""The commonest surnames of the census; the rarest have a bearer in a hundred thousand, and many are words."""
FAMILIAR: Final = 250
"""So many of the commonest given names of either sex are names first, though some are words as well (Jack, Mark, Frank)."""
WORDS_FIRST: Final = frozenset(
    ["will", "grace", "hope", "faith", "joy", "dawn", "rose", "may", "art", "june", "april", "summer", "amber", "ruby",
     "pearl", "crystal", "christian", "jean", "gene", "dean", "grant", "chase", "angel", "guy", "rich", "earl",
     "miles", "chance", "drew", "sandy", "robin", "iris", "olive", "violet", "ivy", "heather", "holly", "carol",
     "penny", "marina", "eve", "sunny", "precious", "charity", "mercy", "melody", "harmony", "dusty", "rusty",
     "randy", "max", "van", "ken", "dale", "glen", "lane", "forest", "brook", "brooks", "reed", "clay", "cliff",
     "wade", "ward"]
)  # fmt: skip
"""Names that are words first, however common."""
_NAME: Final = re.compile(r"[a-z]{2,20}")
_GIVEN: Final = re.compile(r"first_names\w*|prenoms\w*")
_FAMILY: Final = re.compile(r"last_names\w*|surnames\w*")


def main() -> None:
    folder, words = Path(sys.argv[1]), Path(sys.argv[2])
    women, men = _census(folder, "dist.female.first"), _census(folder, "dist.male.first")
    given = {*women, *men}
    family = set(_census(folder, "dist.all.last")[:CENSUS_SURNAMES])
    for of_given, of_family in (_faker(folder), _mimesis(folder)):
        given |= of_given
        family |= of_family
    said = set(filter(str.islower, words.read_text("utf-8").split()))
    _write(LISTS / "given_names.txt", given)
    _write(LISTS / "surnames.txt", family)
    familiar = {*women[:FAMILIAR], *men[:FAMILIAR]} - WORDS_FIRST
    _write(WORDLIKE, (given | family) & said - familiar)


def _write(file: Path, names: Iterable[str]) -> None:
    file.write_text(f"# {MADE}\n" + "\n".join(sorted(names)) + "\n", "utf-8")
    print(f"{file.name}: {len(set(names)):,}")


def _plain(names: Iterable[str]) -> Iterator[str]:
    """Each word of a name as the judge reads it. Initials and particles are none, nor what has other letters."""
    for name in names:
        for part in re.split(r"[\s'\u2019.-]+", name):
            plain = spelled_plainly("".join(letters.fold(c) if letters.ODD.match(c) else c for c in part))
            if _NAME.fullmatch(plain) and part.isalpha() and part[0].isupper():
                yield plain


def _census(folder: Path, name: str) -> list[str]:
    """A table of the census, the commonest first."""
    with tarfile.open(next(folder.glob("names-*.tar.gz"))) as archive:
        member = next(m for m in archive.getmembers() if m.name.endswith("/" + name))
        file = archive.extractfile(member)
        rows = file.read().decode("ascii").splitlines() if file else []
    return [row.split()[0].lower() for row in rows]


def _faker(folder: Path) -> tuple[set[str], set[str]]:
    """The names of all its countries that write in Latin letters."""
    wheel = str(next(folder.glob("faker-*.whl")))
    sys.path.insert(0, wheel)
    with zipfile.ZipFile(wheel) as archive:
        found = [re.fullmatch(r"(faker/providers/person/\w+)/__init__\.py", name) for name in archive.namelist()]
    given, family = set[str](), set[str]()
    for match in filter(None, found):
        provider = importlib.import_module(match[1].replace("/", ".")).Provider
        for name, values in vars(provider).items():
            for kind, into in ((_GIVEN, given), (_FAMILY, family)):
                if kind.fullmatch(name) and isinstance(values, (tuple, list, dict)):
                    into.update(_plain(values))
    return given, family


def _mimesis(folder: Path) -> tuple[set[str], set[str]]:
    given, family = set[str](), set[str]()
    with zipfile.ZipFile(next(folder.glob("mimesis-*.whl"))) as archive:
        for name in archive.namelist():
            if name.endswith("/person.json"):
                people = json.loads(archive.read(name))
                given.update(_plain(_flat(people.get("names", []))))
                family.update(_plain(_flat(people.get("surnames", []))))
    return given, family


def _flat(names: dict[str, list[str]] | list[str]) -> list[str]:
    return names if isinstance(names, list) else [name for part in names.values() for name in part]


if __name__ == "__main__":
    main()
