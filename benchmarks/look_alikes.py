"""`make look-alikes`: which characters look like a plain one, from Unicode's table as confusable-homoglyphs carries it.

The whole table takes six megabytes once it is read; the judge needs what looks like the characters of PLAIN.
"""

from pathlib import Path

from confusable_homoglyphs.confusables import confusables_data

FILE = Path(__file__).parents[1] / "app" / "moderation" / "lists" / "look_alikes.txt"
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@.,:/_+-'#"
MADE = (
    "# Made by `make look-alikes` of Unicode's confusables.txt (UTS 39): a plain character, a tab, what looks like it."
)


def look_alikes(plain: str) -> str:
    """The single characters beyond ASCII that look like this one, in the table's order."""
    bare = (str(other["c"]).strip("\u200e") for other in confusables_data.get(plain, ()))
    return "".join(one for one in bare if len(one) == 1 and not one.isascii())


def main() -> None:
    lines = [MADE, *(f"{plain}\t{look_alikes(plain)}" for plain in PLAIN)]
    FILE.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{sum(map(len, lines[1:])) - 2 * len(PLAIN):,} characters look like {len(PLAIN)} plain ones.")


if __name__ == "__main__":
    main()
