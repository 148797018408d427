"""`python -m benchmarks.real_words DICTIONARY...`: the words of a dictionary that look like a mistyped word of spelling.toml.

What it prints belongs under `real` there, so that no real word is read as another one. A dictionary is a word a line, such as
Debian's wamerican-large and wbritish-large.
"""

import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from textwrap import fill

from app.moderation.spelling import one_slip, one_wrong


def main() -> None:
    table = tomllib.loads(files("app.moderation").joinpath("packs", "en", "spelling.toml").read_text("utf-8"))
    real = {line.strip().lower() for name in sys.argv[1:] for line in Path(name).read_text("utf-8").splitlines()}
    key, common = table["key"].split(), table["common"].split()
    slips = {typed for word in (*key, *common) for typed in one_slip(word)} | {
        t for word in key for t in one_wrong(word)
    }
    known = {*key, *common, *table["small"].split()}
    print(fill(" ".join(sorted(slips & real - known)), 118))


if __name__ == "__main__":
    main()
