"""Closing a place takes along what one asked to have looked at again (D-3)."""

import pytest

from tests.api.village import ASKS, joined, moderator, opened, row_counts
from tests.conftest import Running
from tests.mine.going import depart
from tests.people import PASSPHRASE, Person


def _closed(person: Person, posts: str) -> int:
    return person.api.delete("/me", headers={"X-Passphrase": PASSPHRASE}, params={"posts": posts}).status_code


@pytest.mark.parametrize("posts", ["erase", "keep"])
def test_what_somebody_asked_to_have_looked_at_again_goes_too(hearth: Running, posts: str) -> None:
    depart(hearth)
    slug, staff = opened(hearth), moderator(hearth)
    person, before = joined(hearth, slug), row_counts(hearth)["appeals"]
    story = person.share(slug, "Tonight", ASKS)["id"]
    case = staff.case_about(f"story:{story}")["id"]
    staff.decide(case, "remove", guideline="kindness", note_to_author="Not here, please.")
    asked = person.api.post("/appeals", json={"subject": f"story:{story}", "text": "It was a quiet evening."})
    assert asked.status_code == 201, asked.text
    assert row_counts(hearth)["appeals"] == before + 1
    assert _closed(person, posts) == 202
    assert depart(hearth) == 1
    assert row_counts(hearth)["appeals"] == before
