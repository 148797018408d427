"""J2 (PRODUCT.md), steps 1 and 6: whoever is in danger is never alone with an error, and a year that is over is no danger."""

import pytest

from tests.api.pages import at_a_browser
from tests.conftest import Running
from tests.people import Person

GROUP = "evening-harbour"
DANGER = "I have the pills in front of me tonight"
PAST = "I wanted to die last year; today I am glad I didn't"


@pytest.fixture
def member(hearth: Running) -> Person:
    person = hearth.person()
    person.join(GROUP)
    return person


def test_help_is_there_at_once_and_a_person_is_called(hearth: Running, member: Person) -> None:
    moderator = hearth.moderator()
    page = at_a_browser(hearth, member).open("/groups").follow("Evening Harbour").follow("Write")
    page.press("Look it over", title="Tonight", body=DANGER)
    assert page.status == 200
    assert page.text.index("You are not alone with this.") < page.text.index("Send it to a person now")
    assert page.page.select(".lifelines li")
    page.press("Send it to a person now")
    assert "We have your words. You are not alone with this." in page.text
    assert "A person here reads them as soon as one can" in page.text
    assert page.page.select(".lifelines li")
    story = page.path.rsplit("/", 1)[1]

    first = moderator.api.get("/moderation/cases").json()["items"][0]
    assert first["tier"] == "urgent"
    assert moderator.case_about(f"story:{story}")["tier"] == "urgent"
    for asked in ("real name", "who you are?", "e-mail", "your number"):
        assert asked not in page.text
    fellow = hearth.person()
    fellow.join(GROUP)
    assert fellow.api.get(f"/stories/{story}").status_code == 404


@pytest.mark.parametrize(
    "body", [DANGER, f"{DANGER}. My sponsor Dave Carter is on 07700 900123.", f"{DANGER}, you junkie"]
)
def test_it_is_taken_whatever_else_stands_in_it(member: Person, body: str) -> None:
    told = member.share(GROUP, "Tonight", body)
    assert (told["status"], told["verdict"]["outcome"], told["body"]) == ("held", "urgent", body)
    assert told["verdict"]["help"]
    answer = member.reply(member.share(GROUP, "An evening", "It rained.")["id"], body)
    assert (answer["status"], answer["verdict"]["outcome"]) == ("held", "urgent")


def test_it_needs_no_title(hearth: Running, member: Person) -> None:
    page = at_a_browser(hearth, member).open("/groups").follow("Evening Harbour").follow("Write")
    page.press(
        "Look it over", title="", body=f"{DANGER}.\n\nI do not know what to write up there, and I am so very tired."
    )
    assert "You are not alone with this." in page.text
    page.press("Send it to a person now")
    told = member.api.get(f"/stories/{page.path.rsplit('/', 1)[1]}").json()
    assert (told["status"], told["title"]) == ("held", "I have the pills in front of me tonight. I do not know what…")
    page.open("/groups").follow("Evening Harbour").follow("Write").press("Look it over", title="", body="It rained.")
    assert page.status == 422


def test_it_can_be_kept_and_written_on_and_help_stays(hearth: Running, member: Person) -> None:
    page = at_a_browser(hearth, member).open("/groups").follow("Evening Harbour").follow("Write")
    assert "Help now" in page.text
    page.press("Look it over", title="Tonight", body=DANGER).press("Write on")
    assert "Help now" in page.text
    assert page.page.select("main .lifelines li")
    page.press("Look it over").press("Keep it to myself for now")
    assert "You are not alone with this." in page.text


def test_a_year_that_is_over_is_let_out(member: Person) -> None:
    told = member.share(GROUP, "A year", PAST)
    assert told["status"] == "published"
    assert told["verdict"]["outcome"] == "publish"
