"""The lab as a walk (MODERATION.md, "Rule object"): on trial on words that come, judged, in force, and back by itself when people
see it otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.groups import ruling, trials
from app.groups.queries import guidelines_of, named_by_slug
from app.groups.rule_forms import RulesForm
from app.lab import actions, queries
from app.lab.models import Mark, RuleEvent, Step
from app.members.member import DESK
from app.moderation.rule import State
from tests.api.pages import at_a_browser
from tests.api.village import DIETS, QUIET, joined, moderator, opened, ruled
from tests.conftest import Running, serve
from tests.groups.test_closing import administrator, tender
from tests.lab.conftest import OWN, SOURCING, Place, group_of, the_lab
from tests.members.databases import fresh


def test_a_rule_on_trial_is_counted_without_effect_and_comes_into_force_once_it_is_ripe(
    place: Place,
) -> None:
    hearth, slug, tends, _rules = place
    group = group_of(hearth, tends, slug)
    ruled(hearth, slug)
    author = joined(hearth, slug)
    assert author.share(slug, "Friday", f"{QUIET} No diet today.")["status"] == "held"
    page = the_lab(hearth, tends, slug).follow("No diets").press("Put it on trial")
    assert "on trial" in page.text
    sent = author.share(slug, "Saturday", f"{QUIET} A diet once more, twice over: diet.")
    assert (sent["status"], sent["verdict"]["findings"]) == ("published", [])
    author.reply(sent["id"], "I know that diet.")
    page = the_lab(hearth, tends, slug)
    assert "found something 2 times in the last month" in page.text, "once a text, however often it stands in it"
    assert page.follow("No diets").press("Bring it into force").status == 422
    assert "Not yet: it needs 30 judged hits, or 14 days on trial." in page.text
    with hearth.database.writing() as db:
        assert trials.found(db, [group], db.query(RuleEvent).one_or_none().day) == {(OWN, 1): 2}  # type: ignore[union-attr]
        _two_weeks_pass(db, group)
    page = the_lab(hearth, tends, slug).follow("No diets").press("Bring it into force")
    assert page.status == 200, page.text
    assert author.share(slug, "Sunday", f"{QUIET} Another diet.")["status"] == "held"
    told = [item.p.get_text() for item in page.page.select("main ol.lines li") if item.p]
    assert told == ["in force", "on trial"]
    assert tends.personas[slug] in page.text
    log = [(one["act"], one["reason"]) for one in tends.api.get(f"/groups/{slug}/log").json()["items"]]
    assert log[:3] == [("rule.live", OWN), ("rule.shadow", OWN), ("group.rules", OWN)]


def _two_weeks_pass(db: Session, group_id: str) -> None:
    for event in db.query(RuleEvent).filter_by(group_id=group_id):
        event.day -= timedelta(days=14)
    db.commit()


def test_a_new_rule_can_begin_on_trial(place: Place) -> None:
    hearth, _slug, _tends, _rules = place
    slug = opened(hearth)
    tends = tender(hearth, slug)
    page = at_a_browser(hearth, tends).open(f"/desk/groups/{group_of(hearth, tends, slug)}/rules/new")
    listed = {name: "\n".join(DIETS[name]) for name in ("words", "examples_hit", "examples_pass")}
    page.press("Try and save", **{**DIETS, **listed}, on_trial="yes")
    assert page.status == 200, page.text
    assert joined(hearth, slug).share(slug, "Friday", f"{QUIET} A diet.")["status"] == "published"
    page = the_lab(hearth, tends, slug)
    assert "No diets on trial found something once in the last month" in page.text


def test_changing_a_groups_rules_leaves_a_trial_as_it_is(place: Place) -> None:
    hearth, _slug, _tends, _rules = place
    slug = opened(hearth)
    ruled(hearth, slug)
    with hearth.database.writing() as db:
        group = named_by_slug(db, slug)
        assert group is not None
        actions.put(db, None, group, actions.own_rules_of(db, group)[OWN], State.SHADOW, group.rules_version)
        now = ruling.current(db, group)
        louder = now.own[0].model_copy(update={"words": [*now.own[0].words, "keto"]})
        ruling.change(db, None, group, now.model_copy(update={"own": [louder]}))
        assert [(rule.version, rule.state) for rule in guidelines_of(db, group).own] == [(2, State.SHADOW)]
        now = ruling.current(db, group)
        ruling.change(db, None, group, now.model_copy(update={"own": []}))
        ruling.change(
            db, None, group, RulesForm.model_validate({"version": group.rules_version, "own": [{**DIETS, "id": OWN}]})
        )
        assert [rule.state for rule in guidelines_of(db, group).own] == [State.LIVE], "a new beginning is in force"
        db.rollback()


def test_the_sites_rule_goes_on_trial_and_away_and_danger_stays(place: Place) -> None:
    hearth, slug, _tends, rules = place
    author, asks = joined(hearth, slug), "Does anyone know where I can buy some oxy tonight?"
    outcome = author.api.post("/moderation/preview", json={"group": slug, "body": asks}).json()["outcome"]
    assert outcome != "publish"
    page = at_a_browser(hearth, rules).open(f"/lab/rules/{SOURCING}").press("Put it on trial")
    try:
        found = author.api.post("/moderation/preview", json={"group": slug, "body": asks}).json()["findings"]
        assert SOURCING not in [one["rule"] for one in found]
        assert SOURCING not in [one["id"] for one in author.api.get(f"/groups/{slug}/rules").json()["items"]]
        assert "See what it finds" in page.text
        tried = page.press("See what it finds", group=group_of(hearth, rules, slug))
        assert tried.status == 200, tried.text
        old = page.http.get(f"/lab/rules/{SOURCING}")
        assert old.status_code == 200
    finally:
        with hearth.database.writing() as db:
            _two_weeks_pass(db, DESK)
        page.open(f"/lab/rules/{SOURCING}").press("Bring it into force")
    assert author.api.post("/moderation/preview", json={"group": slug, "body": asks}).json()["outcome"] == outcome
    for danger in ("crisis.intent", next(iter(_crisis_ids(hearth)))):
        shown = page.open(f"/lab/rules/{danger}")
        if shown.status == 200:
            assert "Rules about danger stay in force." in shown.text
            csrf = str(shown.page.select_one("input[name=csrf]")["value"])  # type: ignore[index]
            for state in ("shadow", "retired"):
                answer = page.http.post(
                    f"/lab/rules/{danger}/state", data={"csrf": csrf, "state": state, "version": "0"}
                )
                assert answer.status_code in (409, 422)


def _crisis_ids(hearth: Running) -> list[str]:
    with hearth.database.reading() as db:
        return [rule_id for rule_id in actions.site_rules(db) if rule_id.startswith("crisis.")]


@pytest.fixture(params=["sqlite", "postgres"])
def overturned(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    """A place of its own: the site's rules go on trial in it."""
    url = f"sqlite:///{tmp_path}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "overturned")
    yield from serve(tmp_path, url)


def test_a_rule_that_people_overturn_goes_on_trial_by_itself_and_one_about_danger_asks(
    overturned: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five decisions stand for fifty here: the number is the only thing made smaller."""
    hearth, rules = overturned, administrator(overturned)
    monkeypatch.setattr("app.lab.rules.LAST_DECISIONS", 5)
    slug, staff = opened(hearth), moderator(hearth)
    ruled(hearth, slug)
    author = joined(hearth, slug)
    for nth in range(5):
        story = author.share(slug, f"Day {nth}", f"{QUIET} A diet, for the {nth}th time.")["id"]
        danger = author.share(slug, f"Night {nth}", f"I am going to kill myself tonight. It is night {nth}.")["id"]
        for subject in (story, danger):
            let_out = nth < 3 or subject == danger
            more = {} if let_out else {"guideline": "kindness", "note_to_author": "Say how the day was."}
            answer = staff.decide(
                staff.case_about(f"story:{subject}")["id"], "publish" if let_out else "return", **more
            )
            assert answer.status_code == 200, answer.text
    with hearth.database.writing() as db:
        assert actions.step_in(db) >= 2
        group = named_by_slug(db, slug)
        assert group is not None
        assert [(one.step, one.state, one.by_membership_id) for one in queries.history(db, group.id, OWN)] == [
            (Step.FELL_BACK, State.SHADOW, None)
        ]
        asked = [one.rule for one in queries.questions(db) if one.step is Step.ASKED]
        assert asked
        assert all(rule.startswith("crisis.") for rule in asked)
        assert all(actions.site_rules(db)[rule].state is State.LIVE for rule in asked)
        assert actions.step_in(db) == 0, "what was decided before does not count again"
        db.commit()
    assert author.share(slug, "Later", f"{QUIET} One more diet.")["status"] == "published"
    assert author.share(slug, "Late", "I am going to kill myself tonight. Now.")["status"] == "held"
    page = at_a_browser(hearth, rules).open("/desk")
    assert "ask for a look" in page.text or "asks for a look" in page.text
    for rule in asked:
        page.open(f"/lab/rules/{rule}").press("Leave it as it is")
    assert "for a look" not in page.open("/desk").text


def test_a_hit_in_a_case_is_judged_with_one_press(place: Place) -> None:
    hearth, _slug, tends, _rules = place
    slug, staff = opened(hearth), moderator(hearth)
    ruled(hearth, slug)
    author = joined(hearth, slug)
    story = author.share(slug, "Friday", f"{QUIET} A diet.")["id"]
    case = staff.case_about(f"story:{story}")["id"]
    page = at_a_browser(hearth, staff).open(f"/desk/cases/{case}").press("too strict")
    assert "Kept, without the words." in page.text
    page.press("right")
    with hearth.database.reading() as db:
        group = named_by_slug(db, slug)
        assert group is not None
        assert [mark.said.value for mark in db.query(Mark).filter_by(group_id=group.id)] == ["right"]
    assert page.http.post(f"/desk/cases/{case}/findings/9/right", data={}).status_code in (403, 404)
    outside = at_a_browser(hearth, tends)
    assert outside.open(f"/desk/cases/{case}").status == 404
