"""A group with a facilitator and words in it, and an administrator, for all that is tried in the lab."""

import pytest

from tests.api.pages import at_a_browser
from tests.api.village import QUIET, joined, opened
from tests.conftest import Running
from tests.groups.test_closing import administrator, tender
from tests.people import Person, Visitor

Place = tuple[Running, str, Person, Person]
OWN = "group.no-diets"
SOURCING = "guideline.sourcing"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    """A group with a facilitator and words in it, and an administrator."""
    hearth: Running = request.getfixturevalue(f"on_{request.param}")
    slug = opened(hearth)
    author, tends, rules = joined(hearth, slug), tender(hearth, slug), administrator(hearth)
    for nth, day in enumerate(("Monday", "Tuesday", "Wednesday")):
        author.share(slug, day, f"{QUIET} I am on a diet again, for the {nth}th time.")
    author.share(slug, "Thursday", f"{QUIET} Only a walk.")
    return hearth, slug, tends, rules


def group_of(hearth: Running, person: Person, slug: str) -> str:
    found: str = person.api.get(f"/groups/{slug}").json()["id"]
    return found


def the_lab(hearth: Running, tends: Person, slug: str) -> Visitor:
    page = at_a_browser(hearth, tends).open(f"/groups/{group_of(hearth, tends, slug)}")
    return page.follow("Look after").follow("The rules here").follow("Try a rule")
