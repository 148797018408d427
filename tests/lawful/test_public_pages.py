"""Pages everybody can read: the policy's examples are judged, every stored field is told, numbers point at nobody."""

from datetime import UTC, date, datetime, time

import httpx
import pytest

from app.desk.forms import LimitForm
from app.foundation.errors import Unfit
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.foundation.times import as_of
from app.lawful import transparency
from app.lawful.facts import facts
from app.lawful.hours import DAYS, Hours, in_words, typed_hours
from app.lawful.ladder import PAUSES_DAYS
from app.lawful.levels import levels
from app.lawful.risks import EVERY_RISK, LEVELS, offered, risks
from app.members.member import DESK
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.models import Action, Decision, Fate, Finding
from app.moderation.verdict import Field, Kind, Outcome, Severity
from app.tables import TABLES
from app.welcome.schema_words import every_field
from tests.conftest import Running
from tests.desk.conftest import Community
from tests.people import NO_TLS

K = 10


def test_the_examples_of_each_level_are_judged_as_the_policy_says() -> None:
    found = {level.id: {judge(Guidelines(), text).outcome for text in level.examples} for level in levels()}
    assert found == {level.id: {level.outcome} for level in levels()}
    assert {level.outcome for level in levels()} == {Outcome.PUBLISH, Outcome.URGENT}


@pytest.mark.measures("A-17")
def test_every_column_of_every_table_is_told_to_everybody(hearth: Running) -> None:
    visitor = hearth.visitor().open("/").follow("Terms and records").follow("Every single field")
    told: dict[str, set[str]] = {}
    for section in visitor.page.select("section"):
        heading = section.select_one("h2")
        assert heading is not None
        told[heading.get_text()] = {name.get_text() for name in section.select("dt code")}
        facts_told = [fact.get_text().strip() for fact in section.select(".facts dd")]
        assert len(facts_told) == 2
        assert all(len(fact) > 5 for fact in facts_told)
        assert all(len(line.get_text()) > 20 for line in section.select(".calls dd"))
    assert told == {name: {column.name for column in table.columns} for name, table in TABLES.items()}
    assert len(every_field()) == len(TABLES)


def test_every_public_page_is_found_from_the_foot_of_the_front_page(on_sqlite: Running) -> None:
    for words, said in (
        ("Terms, in plain words", "How words are looked at"), ("What may be said about suicide", "Danger now"),
        ("The same in easy words", "Please leave out how."), ("What was decided", "The log of staff"),
    ):  # fmt: skip
        page = on_sqlite.visitor().open("/").follow("Terms and records").follow(words)
        assert page.status == 200
        assert said in page.text
        assert "Terms and records" in page.text, "the way back"
    terms = httpx.get(f"{on_sqlite.url}/terms.json", verify=NO_TLS)
    assert terms.headers["content-type"] == "application/json"
    assert (terms.json()["trial"], terms.json()["accountable"], terms.json()["shape"]) == (True, None, "hearth-terms-1")
    assert "Nobody answers for it yet." in on_sqlite.visitor().open("/terms").text


def test_the_published_ladder_has_the_pauses_that_the_desk_can_give() -> None:
    allowed = [days for days in range(1, 400) if _fits(days)]
    assert allowed == list(PAUSES_DAYS)


def _fits(days: int) -> bool:
    try:
        LimitForm.model_validate({"days": days, "site_wide": False})
    except ValueError:
        return False
    return True


def test_hours_are_said_in_one_sentence_and_kept_over_midnight() -> None:
    begins, ends = ["18:00", "18:00", "18.00", "", "", "22:00", ""], ["20:00", "20:00", "20:00", "", "", "01:00", ""]
    week = typed_hours("Europe/London", begins, ends)
    assert in_words(week).startswith(
        "Somebody of the desk is here: Monday to Wednesday 18:00–20:00, Saturday 22:00–01:00 (London"
    )
    assert Hours.kept(week.stored()) == week
    summer = {
        datetime(2026, 7, 6, 17, 30, tzinfo=UTC): True,  # 18:30 in London
        datetime(2026, 7, 6, 19, 30, tzinfo=UTC): False,
        datetime(2026, 7, 11, 23, 30, tzinfo=UTC): True,  # half past midnight on Sunday, the end of Saturday
        datetime(2026, 7, 12, 22, 0, tzinfo=UTC): False,
    }
    assert {moment: week.covers(moment) for moment in summer} == summer
    always = Hours("UTC", ((time(0), time(0)),) * DAYS)
    assert always.is_always
    for first, last in ((["25:00"] + [""] * 6, ["26:00"] + [""] * 6), ([""] * 7, [""] * 7), (["18:00"], ["20:00"])):
        with pytest.raises(Unfit):
            typed_hours("UTC", first, last)


def test_the_assessment_asks_about_every_risk_and_every_fact_bears_on_some(community: Community) -> None:
    assert [risk.key for risk in risks()] == list(EVERY_RISK)
    assert {offered(key) for key in EVERY_RISK} <= set(LEVELS)
    there = facts(community.db, Settings())
    assert len({fact.key for fact in there}) == len(there) > 10
    assert all(fact.bears_on and set(fact.bears_on) <= set(EVERY_RISK) for fact in there)
    assert {risk for fact in there for risk in fact.bears_on} == set(EVERY_RISK)


def _held(db: Community, rule: str, day: date = date(2026, 3, 2)) -> Decision:
    found = Finding(
        position=0, rule=rule, version=1, kind=Kind.GUIDELINE, severity=Severity.HOLD, field=Field.BODY, start=0, end=1,
        guideline="kindness",
    )  # fmt: skip
    made = Decision(id=new_id(), group_id=DESK, day=day, fate=Fate.HELD, outcome=Outcome.HOLD, findings=[found])
    db.db.add(made)
    db.db.flush()
    return made


def _decided(db: Community, before: Decision, action: Action, day: date) -> Decision:
    made = Decision.by_person(action, before, new_id(), "kindness")
    made.day = day
    db.db.add(made)
    db.db.flush()
    return made


def test_a_half_year_is_counted_when_it_is_over_and_says_the_same_for_good(community: Community) -> None:
    """27 texts waited, by two rules; a person let 12 out after two days and removed 15; 11 of those another put back."""
    held = [_held(community, "guideline.threat" if n < 23 else "guideline.stigma") for n in range(27)]
    for one in held[:12]:
        _decided(community, one, Action.PUBLISH, date(2026, 3, 4))
    removed = [_decided(community, one, Action.REMOVE, date(2026, 3, 7)) for one in held[12:]]
    for one in removed[:11]:
        _decided(community, one, Action.PUBLISH, date(2026, 4, 1))
    with as_of(datetime(2026, 6, 30, tzinfo=UTC)):
        assert transparency.report(community.db, K) == []
    with as_of(datetime(2026, 7, 1, tzinfo=UTC)):
        (half,) = transparency.report(community.db, K)
    assert (half.begin, half.end) == (date(2026, 1, 1), date(2026, 7, 1))
    assert (half.read_by_rules, half.waited, half.urgent) == (20, 20, 0)
    assert half.by_person == {"publish": 20, "keep": 0, "redact": 0, "return": 0, "remove": 10}
    assert half.let_out_percent == 45
    assert half.overturned_percent is None, "four stayed removed: so few would be persons"
    assert half.median_days == 5
    assert half.by_rule == {"guideline.threat": 20}, "four are fewer than ten"
    _held(community, "guideline.threat", date(2026, 8, 1))
    with as_of(datetime(2027, 1, 5, tzinfo=UTC)):
        newer, same = transparency.report(community.db, K)
        assert same == half
        assert newer.waited == 0
        assert not any(newer.by_rule.values())


def test_half_years_begin_in_january_and_july() -> None:
    assert transparency.half_years(date(2025, 2, 3), date(2026, 7, 1)) == [
        (date(2026, 1, 1), date(2026, 7, 1)), (date(2025, 7, 1), date(2026, 1, 1)), (date(2025, 1, 1), date(2025, 7, 1))
    ]  # fmt: skip
    assert transparency.next_day(date(2026, 7, 1)) == date(2027, 1, 1)
