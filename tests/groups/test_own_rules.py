"""A group's own rules: saved only when every sentence does what it should, then they hold from the next words on (L11)."""

import json
from typing import Any

import pytest

from tests.api.village import (
    DIETS,
    ITEMS,
    PHONE,
    QUIET,
    TEXTS,
    joined,
    moderator,
    opened,
    problem,
    row_counts,
    ruled,
    walked,
)
from tests.conftest import Running
from tests.groups.test_closing import administrator, tender
from tests.people import Person

DIET = "Another diet, and it is only Monday."


@pytest.fixture
def slug(hearth: Running) -> str:
    return opened(hearth)


def now(person: Person, slug: str) -> dict[str, Any]:
    answer = person.api.get(f"/groups/{slug}/rules/tended")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return {name: told[name] for name in ("version", "switched_on", "tightened", "own")}


def put(person: Person, slug: str, **chosen: Any) -> Any:
    return person.api.put(f"/groups/{slug}/rules/tended", json={**now(person, slug), **chosen})


def saved(person: Person, slug: str, **chosen: Any) -> dict[str, Any]:
    answer = put(person, slug, **chosen)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_rule_holds_from_the_next_words_on_and_in_its_group_alone(hearth: Running, slug: str) -> None:
    facilitator, author, elsewhere = tender(hearth, slug), joined(hearth, slug), opened(hearth)
    author.join(elsewhere)
    assert author.share(slug, "Monday", DIET)["status"] == "published"
    told = saved(facilitator, slug, own=[DIETS])
    assert (told["version"], told["own"][0]["id"]) == (1, "group.no-diets")
    held = author.share(slug, "Tuesday", f"{DIET} Again.")
    assert held["status"] == "held"
    (finding,) = held["verdict"]["findings"]
    assert (finding["rule"], finding["kind"], finding["guideline"]) == ("group.no-diets", "guideline", "kindness")
    assert (finding["message"], finding["severity"]) == (DIETS["message"], "hold")
    assert author.share(slug, "Wednesday", QUIET)["status"] == "published"
    assert author.share(elsewhere, "Tuesday", f"{DIET} Again.")["status"] == "published"
    reply = author.reply(author.share(slug, "Thursday", "A good day.")["id"], "My calorie count is my own.")
    assert reply["status"] == "held"


def test_the_author_may_be_asked_instead(hearth: Running, slug: str) -> None:
    facilitator, author = tender(hearth, slug), joined(hearth, slug)
    saved(facilitator, slug, own=[{**DIETS, "severity": "revise"}])
    assert author.share(slug, "Monday", DIET)["status"] == "draft"
    assert author.share(slug, "Monday", DIET, as_is=True)["status"] == "held"


def test_nothing_is_saved_while_a_sentence_does_not_do_what_it_should(hearth: Running, slug: str) -> None:
    facilitator = tender(hearth, slug)
    saved(facilitator, slug, own=[DIETS])
    before, rows = now(facilitator, slug), row_counts(hearth)
    own = before["own"][0]
    for change, field, sentence in (
        ({"examples_hit": ["I am on a diet", "I skipped supper"]}, "examples_hit", "in “I skipped supper”, though"),
        ({"examples_pass": ["I ate", "My dietician is kind"]}, "examples_pass", "“dietician”"),
        ({"examples_pass": ["I ate", f"{PHONE}"]}, "examples_pass", "“07700 900123”"),
        ({"examples_pass": ["I ate", "i am on a DIET, again"]}, "examples_pass", "Both lists have"),
        ({"words": ["diet*", "calorie count", "methadone"]}, "words", "“I'm on methadone and four months in.”"),
        (
            {"words": ["diet*", "calorie count", "wanted to die"]},
            "words",
            "“I wanted to die last year and I don't now.”",
        ),
        ({"words": ["diet*", "(a+)+"]}, "words", "cannot look for “(a+)+”"),
        ({"words": ["diet*", "calorie count", "07700 900123"]}, "words", "No rule is made about a person"),
        ({"words": []}, "words", "no words here yet"),
        ({"examples_hit": ["I am on a diet"]}, "examples_hit", "at least 2"),
        ({"examples_hit": ["A diet, ring 07700 900123", "diet"]}, "examples_hit", "Leave it out of examples too"),
        ({"message": "Ring 07700 900123 instead."}, "message", "phone number"),
        ({"guideline": "nowhere"}, "guideline", "Choose one"),
        ({"id": "group.other"}, "id", "no such rule"),
    ):
        said = problem(put(facilitator, slug, own=[{**own, **change}]), 422, f"own.0.{field}")
        assert sentence in said["errors"][0]["message"], (change, said)
    problem(put(facilitator, slug, own=[{**own, "severity": "urgent"}]), 422, "own.0.severity")
    twice = problem(put(facilitator, slug, own=[own, DIETS]), 422, "own.0.public_name", "own.1.public_name")
    assert "has this name" in twice["errors"][0]["message"]
    assert now(facilitator, slug) == before
    assert row_counts(hearth) == rows


def test_locked_rules_stay_and_others_only_become_stricter(hearth: Running, slug: str) -> None:
    facilitator, author = tender(hearth, slug), joined(hearth, slug)
    offered = facilitator.api.get(f"/groups/{slug}/rules/tended").json()["to_tighten"]
    assert {"confidentiality.phone"} <= {rule["id"] for rule in offered}
    assert not [rule for rule in offered if rule["id"].startswith("crisis.")]
    for tightened in (
        {"crisis.plan": "hold"}, {"confidentiality.phone": "revise"}, {"guideline.sourcing": "revise"}, {"nothing": "hold"},
    ):  # fmt: skip
        problem(put(facilitator, slug, tightened=tightened), 422, "tightened")
    for wished in ("note", "urgent"):
        field = "tightened.confidentiality.phone"
        problem(put(facilitator, slug, tightened={"confidentiality.phone": wished}), 422, field)
    problem(put(facilitator, slug, switched_on=["crisis.plan"]), 422, "switched_on")
    assert author.share(slug, "Monday", PHONE)["status"] == "draft"
    saved(facilitator, slug, tightened={"confidentiality.phone": "hold"})
    assert author.share(slug, "Monday", PHONE)["status"] == "held"
    saved(facilitator, slug, tightened={})
    assert author.share(slug, "Tuesday", f"{PHONE} Today.")["status"] == "draft"


def test_each_change_is_a_version_and_old_findings_keep_their_words(hearth: Running, slug: str) -> None:
    facilitator, author, desk = tender(hearth, slug), joined(hearth, slug), moderator(hearth)
    own = saved(facilitator, slug, own=[DIETS])["own"][0]
    first = author.share(slug, "Monday", DIET)["id"]
    saved(facilitator, slug, own=[{**own, "public_name": "Nothing about weight", "message": "Another sentence."}])
    second = author.share(slug, "Tuesday", f"{DIET} Again.")["id"]
    assert saved(facilitator, slug, own=[])["version"] == 3
    assert author.share(slug, "Wednesday", f"{DIET} Once more.")["status"] == "published"
    told = [desk.case_about(f"story:{story}")["findings"][0] for story in (first, second)]
    assert [f["message"] for f in told] == [DIETS["message"], "Another sentence."]
    assert {f["rule"] for f in told} == {"group.no-diets"}
    back = saved(facilitator, slug, own=[DIETS])["own"][0]
    assert back["id"] == "group.no-diets-2"
    acts = [e for e in walked(desk.api, "/moderation/log", 50) if e["group"] == slug]
    assert [e["act"] for e in acts].count("group.rules") == 4


def test_a_rule_that_was_not_changed_keeps_its_version(hearth: Running, slug: str) -> None:
    facilitator, author = tender(hearth, slug), joined(hearth, slug)
    own = saved(facilitator, slug, own=[DIETS])["own"][0]
    lunch = {**DIETS, "public_name": "No lunch", "words": ["lunch"], "examples_hit": ["lunch", "Lunch was long"],
             "examples_pass": ["I ate", "Supper was long"]}  # fmt: skip
    said = problem(put(facilitator, slug, own=[own, lunch]), 422, "own.0.examples_pass")
    assert "“No lunch” holds “I ate lunch today”" in said["errors"][0]["message"]
    supper = {
        **lunch,
        "words": ["supper"],
        "examples_hit": ["supper", "No supper"],
        "examples_pass": ["I ate", "lunch"],
    }
    saved(facilitator, slug, own=[own, supper])
    with hearth.database.reading() as db:
        from app.groups.queries import named_by_slug
        from app.groups.rule_queries import newest

        group = named_by_slug(db, slug)
        assert group is not None
        assert {row.id: row.version for row in newest(db, group.id).values()} == {
            "group.no-diets": 1,
            "group.no-lunch": 1,
        }
    assert author.share(slug, "Monday", f"{DIET} No supper.")["status"] == "held"


def test_two_who_change_them_at_once_do_not_lose_each_others_choice(hearth: Running, slug: str) -> None:
    facilitator = tender(hearth, slug)
    old = now(facilitator, slug)
    saved(facilitator, slug, own=[DIETS])
    problem(facilitator.api.put(f"/groups/{slug}/rules/tended", json={**old, "tightened": {}}), 409)
    assert len(now(facilitator, slug)["own"]) == 1


def test_only_those_who_look_after_the_group_see_words_and_change_rules(hearth: Running, slug: str) -> None:
    ruled(hearth, slug)
    member, other, desk = joined(hearth, slug), tender(hearth, opened(hearth)), moderator(hearth)
    for person in (member, other, desk):
        problem(person.api.get(f"/groups/{slug}/rules/tended"), 403)
        problem(person.api.put(f"/groups/{slug}/rules/tended", json={"version": 1}), 403)
    assert len(now(administrator(hearth), slug)["own"]) == 1


def test_a_guideline_that_a_rule_rests_on_is_not_taken_away(hearth: Running, slug: str) -> None:
    facilitator = tender(hearth, slug)
    saved(facilitator, slug, own=[DIETS])
    said = problem(facilitator.api.patch(f"/groups/{slug}", json={"items": ITEMS[1:]}), 422, "items")
    assert "“No diets”" in said["errors"][0]["message"]
    saved(facilitator, slug, own=[])
    assert facilitator.api.patch(f"/groups/{slug}", json={"items": ITEMS[1:]}).status_code == 200


def test_an_operator_reads_and_changes_them_by_command(hearth: Running, slug: str) -> None:
    changed = hearth.command("group", "rules", slug, "-", typed=json.dumps({"own": [DIETS]}))
    assert changed.returncode == 0, changed.stderr
    shown = json.loads(hearth.command("group", "rules", slug).stdout)
    assert (shown["version"], shown["own"][0]["words"]) == (1, DIETS["words"])
    shown["own"][0]["words"].append("methadone")
    refused = hearth.command("group", "rules", slug, "-", typed=json.dumps(shown))
    assert refused.returncode == 1
    assert "own.0.words: The rule “No diets” would hold “I'm on methadone and four months in.”" in refused.stderr
    checked = hearth.command("moderation", "check", typed=json.dumps({"id": 1, "text": DIET, "group": slug}) + "\n")
    assert json.loads(checked.stdout)["findings"][0]["rule"] == "group.no-diets"
    assert TEXTS["name"] in hearth.command("group", "show", slug).stdout
