"""The pages on which a group's rules are chosen and written: nothing typed is lost, everything can be found by links (L11)."""

from collections.abc import Iterator

import pytest

from app.groups import ruling
from app.groups.rule_forms import RulesForm
from app.moderation import packing, rulebook
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.patterns import Triggers
from app.moderation.rule import Rule
from app.moderation.verdict import Outcome
from tests.api.pages import at_a_browser
from tests.api.village import DIETS, PHONE, joined, opened, ruled
from tests.conftest import Running
from tests.desk.conftest import Community, community, empty
from tests.groups.test_closing import tender
from tests.people import Visitor

__all__ = ["community", "empty"]
PHONES = "confidentiality.phone"
OPTIONAL = {
    "id": "guideline.loud", "version": 1, "severity": "revise", "kind": "guideline", "guideline": "kindness",
    "groups": "switched_on", "public_name": "Loud words", "why": "Some of us startle easily.",
    "patterns": [{"words": ["shout*"]}], "triggers": ["shout"],
    "examples_hit": ["shout"] * 5, "examples_pass": ["whisper"] * 5,
}  # fmt: skip


@pytest.fixture
def slug(hearth: Running) -> str:
    return opened(hearth)


@pytest.fixture
def page(hearth: Running, slug: str) -> Visitor:
    """A facilitator before the rules of their group."""
    facilitator = tender(hearth, slug)
    group = facilitator.api.get(f"/groups/{slug}").json()["id"]
    return at_a_browser(hearth, facilitator).open(f"/groups/{group}").follow("Look after").follow("The rules here")


def test_a_rule_is_made_stricter_and_lighter_again(hearth: Running, slug: str, page: Visitor) -> None:
    author = joined(hearth, slug)
    assert page.page.select_one(f"input[name=hold][value='{PHONES}']")
    assert page.page.select("input[name=hold][value^=crisis]") == []
    page.press("Save", hold=[PHONES])
    assert page.page.select_one(f"input[name=hold][value='{PHONES}'][checked]")
    assert author.share(slug, "Monday", PHONE)["status"] == "held"
    page.press("Save", hold=[])
    assert not page.page.select("input[name=hold][checked]")
    assert author.share(slug, "Tuesday", f"{PHONE} Today.")["status"] == "draft"


def test_what_a_program_chose_stays_when_the_page_is_saved(hearth: Running, slug: str, page: Visitor) -> None:
    ruled(hearth, slug, own=[DIETS])
    page.open(page.path).press("Save", hold=[PHONES])
    assert "No diets" in page.text


def test_a_choice_that_nobody_has_is_refused_and_the_others_stay_marked(page: Visitor) -> None:
    before = page.page
    page.press("Save", hold=["crisis.plan", PHONES])
    assert page.status == 422
    assert "stricter, never weaker" in page.text
    assert page.page.select_one(f"input[name=hold][value='{PHONES}'][checked]")
    assert page.page.select_one(".mends a[href='#f-hold']")
    assert not before.select("input[name=hold][checked]")


def test_who_looks_at_an_old_page_is_told_so(hearth: Running, slug: str, page: Visitor) -> None:
    ruled(hearth, slug, own=[DIETS])
    page.press("Save", hold=[PHONES])
    assert page.status == 409
    assert "Somebody else changed these rules meanwhile" in page.text
    assert "No diets" in page.text
    page.press("Save")
    assert page.status == 200
    assert page.page.select_one(f"input[name=hold][value='{PHONES}'][checked]")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"public_name": " "}, "public_name"), ({"public_name": "n" * 61}, "public_name"), ({"why": ""}, "why"),
        ({"message": "Ring 07700 900123"}, "message"), ({"words": "\n \n"}, "words"), ({"words": "di*et"}, "words"),
        ({"words": "\n".join(f"word{n}" for n in range(41))}, "words"), ({"words": "w" * 61}, "words"),
        ({"severity": ""}, "severity"), ({"severity": "urgent"}, "severity"), ({"guideline": ""}, "guideline"),
        ({"examples_hit": "I am on a diet"}, "examples_hit"), ({"examples_hit": "x" * 301}, "examples_hit"),
        ({"examples_pass": "Another diet\nI ate"}, "examples_pass"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_taken_comes_back_as_it_was_typed(
    on_sqlite: Running, typed: dict[str, str], field: str
) -> None:
    slug = opened(on_sqlite)
    facilitator = tender(on_sqlite, slug)
    group = facilitator.api.get(f"/groups/{slug}").json()["id"]
    page = at_a_browser(on_sqlite, facilitator).open(f"/desk/groups/{group}/rules/new")
    listed = {name: "\n".join(DIETS[name]) for name in ("words", "examples_hit", "examples_pass")}
    page.press("Try and save", **{**DIETS, **listed, **typed})
    assert page.status == 422, page.text
    assert [str(a["href"]) for a in page.page.select(".mends a")] == [f"#f-{field}"]
    assert page.page.select_one(f"#{field}-error")
    for name in ("words", "examples_hit", "examples_pass", "why", "message"):
        wanted = {**DIETS, **listed, **typed}[name]
        area = page.page.select_one(f"textarea[name={name}]")
        assert area is not None
        assert area.get_text().removeprefix("\n") == wanted
    mended = {**DIETS, **listed}
    page.press("Try and save", **mended)
    assert page.status == 200, page.text
    assert "No diets" in page.text


def test_every_field_has_a_label_and_errors_are_tied_to_it(page: Visitor) -> None:
    page.follow("Make one").press("Try and save", words="(")
    for field in page.page.select("main textarea, main input[type=text]"):
        assert page.page.select_one(f"label[for='{field['id']}']")
        if field.get("aria-invalid"):
            described = str(field["aria-describedby"]).split()
            assert all(page.page.find(id=one) for one in described)
    assert len(page.page.select("[aria-invalid=true]")) >= 3


@pytest.fixture
def optional(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rule]:
    """A rule that a group has only if it chose it, beside Hearth's own."""
    made = packing.read_rule(OPTIONAL, {}, {"guideline.loud": {"message": "Softly, please.", "suggestion": ""}})
    book = rulebook._book("en")
    rules = (*book.rules, made)
    more = packing.Book(rules, Triggers(packing.woken_by(rules)), book.spelling)
    rulebook.ready.cache_clear()
    monkeypatch.setattr(rulebook, "_book", lambda _language: more)
    yield made
    rulebook.ready.cache_clear()


def test_a_rule_is_switched_on_by_the_groups_that_want_it(community: Community, optional: Rule) -> None:
    evening, morning = community.group("evening"), community.group("morning")
    author = community.member_of(evening, "Quiet Heron")
    community.join(author, morning.id, "Slow Kettle")
    ruling.change(community.db, None, evening, RulesForm(version=0, switched_on=[optional.id]))
    assert judge(Guidelines(), "Do not shout.").outcome is Outcome.PUBLISH
    told = {group.slug: community.story(author, group, "They shouted all night.") for group in (evening, morning)}
    assert {slug: [f.rule for f in story.latest.decision.findings] for slug, story in told.items()} == {
        "evening": [optional.id],
        "morning": [],
    }
    both = RulesForm(version=1, switched_on=[optional.id], tightened={optional.id: "hold"})
    ruling.change(community.db, None, evening, both)
    held = community.story(author, evening, "He shouted again.", "Later")
    assert [f.severity.value for f in held.latest.decision.findings] == ["hold"]
    ruling.change(community.db, None, evening, RulesForm(version=2))
    assert not community.story(author, evening, "Shouting, still.", "Now").latest.decision.findings


def test_a_choice_that_means_nothing_any_more_is_left_out(
    community: Community, optional: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = community.group("evening")
    chosen = RulesForm(version=0, switched_on=[optional.id], tightened={optional.id: "hold", PHONES: "hold"})
    ruling.change(community.db, None, evening, chosen)
    monkeypatch.undo()
    rulebook.ready.cache_clear()
    now = ruling.current(community.db, evening)
    assert (now.switched_on, now.tightened) == ([], {PHONES: "hold"})
    ruling.change(community.db, None, evening, now)


def test_a_rule_that_was_taken_away_comes_back_under_its_id(community: Community) -> None:
    evening = community.group("evening")
    author = community.member_of(evening, "Quiet Heron")
    ruling.change(community.db, None, evening, RulesForm.model_validate({"version": 0, "own": [DIETS]}))
    before = ruling.current(community.db, evening)
    ruling.change(community.db, None, evening, before.model_copy(update={"own": []}))
    ruling.change(community.db, None, evening, before.model_copy(update={"version": 2}))
    again = community.story(author, evening, "Another diet.")
    assert [(f.rule, f.version) for f in again.latest.decision.findings] == [("group.no-diets", 2)]


def test_what_takes_away_is_never_refused(
    community: Community, optional: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = community.group("evening")
    chosen = RulesForm.model_validate({"version": 0, "switched_on": [optional.id], "own": [DIETS]})
    ruling.change(community.db, None, evening, chosen)
    monkeypatch.setattr("app.moderation.own_rules.fair_sentences", lambda _language: ("A diet, and they shout.",))
    now = ruling.current(community.db, evening)
    ruling.change(community.db, None, evening, now.model_copy(update={"switched_on": []}))
    now = ruling.current(community.db, evening)
    ruling.change(community.db, None, evening, now.model_copy(update={"own": []}))
    assert evening.rules_version == 3
