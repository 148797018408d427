"""The groups a new Hearth begins with: whole, within bounds, kind, and let through by their own judge."""

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from app.groups.forms import NewGroup
from app.moderation.guidelines import STARTER_ITEMS, Guidelines
from app.moderation.judge import judge, judge_line
from app.moderation.verdict import SUPPORT, Outcome

NAMES = {
    "first-weeks": ("First Weeks", "recovery", "open"),
    "evening-harbour": ("Evening Harbour", "recovery", "members"),
    "steps-together": ("Steps Together", "twelve-step", "members"),
    "plain-ground": ("Plain Ground", "secular", "members"),
    "steady-dose": ("Steady Dose", "medication-friendly", "members"),
    "those-who-love-them": ("Those Who Love Them", "families", "members"),
    "women-in-recovery": ("Women in Recovery", "recovery", "invited"),
    "gambling-free": ("Gambling Free", "recovery", "members"),
    "kitchen-table": ("Kitchen Table", "ordinary-life", "members"),
}
IN_EVERY_GROUP = (*STARTER_ITEMS, "speak-from-the-i")
NOT_OUR_VOICE = re.compile(r"!|\bplease note\b|\busers?\b|\bcontent\b|\binvalid\b", re.IGNORECASE)


def groups() -> dict[str, dict[str, Any]]:
    folder = files("app.groups") / "starter"
    return {f.name.removesuffix(".toml"): tomllib.loads(f.read_text("utf-8")) for f in folder.iterdir()}


def sentences(text: str) -> int:
    return len(re.findall(r"[.?](?=[”’]?(?:\s|$))", text))


def test_these_nine_and_no_others() -> None:
    found = groups()
    assert {slug: (g["name"], g["kind"], g["visibility"]) for slug, g in found.items()} == NAMES
    assert all(g["slug"] == slug and g["language"] == "en" for slug, g in found.items())


@pytest.mark.parametrize("slug", NAMES)
def test_a_group_is_whole_and_within_bounds(slug: str) -> None:
    group = NewGroup.model_validate(groups()[slug])
    ids = [item.id for item in group.items]
    assert len(ids) == len(set(ids))
    assert set(IN_EVERY_GROUP) <= set(ids)
    assert len(ids) <= len(IN_EVERY_GROUP) + 2
    assert 2 <= sentences(group.purpose) <= 4
    assert group.prompt.endswith("?")
    for item in group.items:
        assert 1 <= sentences(item.text) <= 3, item.id
        assert "“" in item.text, f"{item.id} has no example"


@pytest.mark.parametrize("slug", NAMES)
def test_every_group_says_where_it_stands(slug: str) -> None:
    group = groups()[slug]
    texts = {item["id"]: item["text"] for item in group["items"]}
    assert re.search(r"\bmedicine\b", group["purpose"].lower())
    assert re.search(
        r"tells another to stop or change|tells another to stop, start or change", texts["not-medical-advice"]
    )
    assert "not an emergency service" in texts["stay-safe"]
    assert "a person reads" in texts["stay-safe"]
    assert "local number" in texts["stay-safe"]


@pytest.mark.parametrize("slug", NAMES)
def test_a_group_speaks_in_our_voice(slug: str) -> None:
    group = groups()[slug]
    spoken = [group["name"], group["purpose"], group["prompt"]]
    spoken += [item[part] for item in group["items"] for part in ("title", "text")]
    assert [text for text in spoken if NOT_OUR_VOICE.search(text)] == []


@pytest.mark.parametrize("slug", NAMES)
def test_the_judge_lets_every_word_of_a_group_through(slug: str) -> None:
    group = groups()[slug]
    asked = Guidelines(items=tuple(item["id"] for item in group["items"]))
    verdicts = [judge(asked, group["purpose"], group["name"]), judge_line(asked, group["prompt"])]
    verdicts += [judge(asked, item["text"], item["title"]) for item in group["items"]]
    assert len(verdicts) == len(group["items"]) + 2
    assert {v.outcome for v in verdicts} == {Outcome.PUBLISH}
    assert {f.rule for v in verdicts for f in v.findings} <= {SUPPORT}


def test_the_judge_that_lets_them_through_is_awake() -> None:
    verdict = judge(Guidelines(), "call me on 07700 900123")
    assert verdict.outcome is not Outcome.PUBLISH
