"""What a group's rules are and how often each held something: in plain words, rounded, and never since today."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from app.foundation.ids import new_id
from app.foundation.times import today
from app.groups.queries import named_by_slug
from app.groups.record import until
from app.members.models import Role
from app.moderation.models import Decision, Finding
from app.moderation.rulebook import rule
from tests.api.village import DIETS, QUIET, invitation, joined, opened, problem, ruled, signed_out
from tests.conftest import Running
from tests.groups.test_closing import tender

OWN = "group.no-diets"
SOURCING = "guideline.sourcing"


@pytest.fixture
def slug(hearth: Running) -> str:
    return opened(hearth, "open")


@pytest.fixture
def nobody(hearth: Running) -> Iterator[httpx.Client]:
    with signed_out(hearth) as client:
        yield client


def decided(hearth: Running, slug: str, rule: str, count: int, day: date, **more: Any) -> None:
    """So many words that a rule spoke about on a day; `then`: what a person did with them."""
    with hearth.database.writing() as db:
        group = named_by_slug(db, slug)
        assert group is not None
        for _word in range(count):
            by_rules = new_id()
            fate, severity = more.get("fate", "held"), more.get("severity", "hold")
            common = {"group_id": group.id, "guideline": ""}
            db.execute(insert(Decision).values(id=by_rules, fate=fate, outcome="hold", day=day, **common))
            for position in range(2):
                about = {"rule": rule, "version": 1, "kind": "guideline", "severity": severity, "guideline": "kindness"}
                place = {"position": position, "field": "body", "start": 0, "end": 1}
                db.execute(insert(Finding).values(decision_id=by_rules, **place, **about))
            if "then" in more:
                db.execute(insert(Decision).values(id=new_id(), fate="published", action=more["then"], day=today(),
                                                   previous_id=by_rules, **common))  # fmt: skip
        db.commit()


def counts(api: httpx.Client, slug: str, rule: str) -> tuple[int, int, int]:
    items = {item["id"]: item for item in api.get(f"/groups/{slug}/rules").json()["items"]}
    found = items[rule]
    return found["held_30_days"], found["held_90_days"], found["let_out_90_days"]


def test_counts_are_rounded_down_and_nothing_under_five_is_told(
    hearth: Running, slug: str, nobody: httpx.Client
) -> None:
    ruled(hearth, slug)
    lately, before, long_ago = (until() - timedelta(days=days) for days in (30, 31, 91))
    decided(hearth, slug, OWN, 4, lately, then="publish")
    decided(hearth, slug, OWN, 3, lately, then="publish")
    decided(hearth, slug, OWN, 5, before, then="redact")
    decided(hearth, slug, OWN, 5, until() - timedelta(days=90))
    decided(hearth, slug, OWN, 50, long_ago)
    decided(hearth, slug, OWN, 50, until(), then="publish")
    decided(hearth, slug, OWN, 50, lately, fate="published")
    decided(hearth, slug, OWN, 50, lately, severity="note")
    decided(hearth, slug, SOURCING, 4, lately)
    assert counts(nobody, slug, OWN) == (5, 15, 5)
    assert counts(nobody, slug, SOURCING) == (0, 0, 0)
    told = nobody.get(f"/groups/{slug}/rules").json()
    assert date.fromisoformat(told["until"]).weekday() == 0
    assert today() - date.fromisoformat(told["until"]) < timedelta(days=7)


def test_another_groups_words_are_not_counted(hearth: Running, slug: str, nobody: httpx.Client) -> None:
    decided(hearth, opened(hearth), SOURCING, 20, until() - timedelta(days=2))
    assert counts(nobody, slug, SOURCING) == (0, 0, 0)


def test_the_page_says_what_happens_why_and_how_often(hearth: Running, slug: str) -> None:
    ruled(hearth, slug, own=[DIETS], tightened={"confidentiality.phone": "hold"})
    decided(hearth, slug, OWN, 12, until() - timedelta(days=3), then="publish")
    group = joined(hearth, slug).api.get(f"/groups/{slug}").json()["id"]
    browser = hearth.visitor().open(f"/groups/{group}").follow("What is looked for here, and why")
    assert browser.status == 200
    own = _rule(browser.page, "No diets")
    assert DIETS["why"] in own
    assert "A person reads the words before they go out." in own
    assert "held something 10 times or more in the last month, and 10 times or more in the last three" in own
    assert "A person let out 10 or more of these as they were." in own
    assert "The audience was kind" in own
    assert "stricter here" in _rule(browser.page, _named("confidentiality.phone"))
    assert "fewer than five times" in _rule(browser.page, _named(SOURCING))
    assert "I'm on methadone and four months in." in browser.text
    assert DIETS["words"][1] not in browser.text.replace(DIETS["examples_hit"][1], "")
    assert DIETS["examples_hit"][0] not in browser.text
    headings = [h.get_text() for h in browser.page.select("main h2")]
    assert headings[0] == "What this group added"


def _named(rule_id: str) -> str:
    known = rule(rule_id)
    assert known is not None
    return known.public_name


def _rule(page: Any, name: str) -> str:
    found = next(li for li in page.select("main li") if li.h3 and name in li.h3.get_text())
    return " ".join(found.get_text(" ").split())


def test_a_group_without_choices_shows_hearths_own_rules(hearth: Running, slug: str, nobody: httpx.Client) -> None:
    told = nobody.get(f"/groups/{slug}/rules").json()
    rules = {item["id"]: item for item in told["items"]}
    assert {"confidentiality.phone", SOURCING, "crisis.plan"} <= set(rules)
    assert not any(item["own"] for item in rules.values())
    assert rules["crisis.plan"]["locked"]
    assert told["reads_language"] is True
    assert all(item["public_name"] and item["why"] and item["what_happens"] for item in rules.values())


@pytest.mark.parametrize("visibility", ["open", "members", "invited"])
def test_whoever_may_see_the_guidelines_may_see_the_rules(
    hearth: Running, nobody: httpx.Client, visibility: str
) -> None:
    slug = opened(hearth, visibility)
    invited, passing = hearth.person(invitation(hearth, Role.MEMBER, slug)), hearth.person()
    for api in (nobody, passing.api, invited.api):
        assert api.get(f"/groups/{slug}/rules").status_code == api.get(f"/groups/{slug}").status_code
    assert invited.api.get(f"/groups/{slug}/rules").status_code == 200
    problem(passing.api.get("/groups/desk/rules"), 404)
    problem(nobody.get("/groups/nowhere/rules"), 404)


def test_a_language_without_rules_says_so(hearth: Running) -> None:
    slug = opened(hearth, "open", language="fi")
    author, facilitator = joined(hearth, slug), tender(hearth, slug)
    group = author.api.get(f"/groups/{slug}").json()["id"]
    assert "no rules for this group’s language yet" in hearth.visitor().open(f"/groups/{group}/rules").text
    assert author.share(slug, "Ilta", QUIET)["status"] == "published"
    ruled(hearth, slug)
    assert facilitator.api.get(f"/groups/{slug}/rules").json()["items"][0]["id"] == OWN
    assert author.share(slug, "Maanantai", "Another diet.")["status"] == "held"
