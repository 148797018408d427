"""What staff may do is asked of what is awake, in one place; a role by itself gives nothing (docs/decisions/0020)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import tree

ASKS_FOR_ROLES_ALONE = {
    "app/members/member.py": "where what is awake is asked",
    "app/members/rules.py": "for showing the way to where a role is woken",
    "app/care/queries.py": "says who is on duty, awake or not, and who is alerted",
    "app/appeals/queries.py": "says whether somebody else could look again",
    "app/desk/sealed.py": "says whether both of two have their roles still",
    "app/desk/proposing.py": "says whether the first of two has the role still",
    "app/lawful/queries.py": "counts how many there are",
    "app/staff/appointing.py": "says who has which role",
    "app/staff/commands.py": "the same",
    "app/staff/pages.py": "the same, of oneself",
    "app/staff/purging.py": "the same",
    "app/staff/queries.py": "the same",
    "app/staff/showing.py": "the same",
    "app/staff/taking.py": "the same",
    "app/upkeep/loading.py": "another thing by the same name",
}
PEOPLE = {"Reader", "Speaker", "Member"}
MADE_UP = "app/demo/"


def _calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree.parsed(file)) if isinstance(node, ast.Call))


def test_roles_are_asked_for_by_themselves_where_nothing_follows_from_them() -> None:
    found = {
        tree.named(file)
        for file in tree.sources("app")
        for call in _calls(file)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "has"
    }
    assert found == set(ASKS_FOR_ROLES_ALONE)


def test_whoever_comes_in_by_a_door_comes_with_what_is_awake() -> None:
    made = [
        (tree.named(file), {keyword.arg for keyword in call.keywords})
        for file in tree.sources("app")
        for call in _calls(file)
        if isinstance(call.func, ast.Name) and call.func.id in PEOPLE and not tree.named(file).startswith(MADE_UP)
    ]
    assert len(made) >= 3
    assert [file for file, given in made if "powers" not in given] == []
