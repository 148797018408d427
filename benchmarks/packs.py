"""`make packs`: try every expression of the judge's packs, and write their fingerprints (app/moderation/packs/known.txt).

A pack with another fingerprint, one that an operator changed, is tried whole at each start.
"""

from importlib.resources import files
from pathlib import Path

from app.moderation.packing import digest, languages
from app.moderation.rulebook import rulebook


def main() -> None:
    packs = Path(str(files("app.moderation").joinpath("packs")))
    for language in languages():
        for rule in rulebook(language):
            rule.make_ready()
    packs.joinpath("known.txt").write_text("".join(f"{name} {digest(name)}\n" for name in sorted(languages())), "utf-8")
    print(f"{len(languages())} packs are whole.")


if __name__ == "__main__":
    main()
