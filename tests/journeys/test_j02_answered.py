"""J2 (PRODUCT.md), steps 2 to 5: who is on duty is called, says so, answers, and looks after the thread; nobody asks who."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.pages import at_a_browser
from tests.api.village import walked
from tests.conftest import Running, serve
from tests.people import Person, Visitor

GROUP = "evening-harbour"
DANGER = "I have the pills in front of me tonight"
ALONE = "At this hour no moderator is on duty"
ASKS_WHO = ("real name", "who you are?", "e-mail", "your number", "where do you live", "your address")


def _duty_now(page: Visitor) -> None:
    page.open("/desk").follow("Who is on duty").press("I am on duty for two hours from now")
    assert "Now:" in page.text


@pytest.fixture
def member(hearth: Running) -> Person:
    person = hearth.person()
    person.join(GROUP)
    return person


def test_from_a_cry_to_an_answer(hearth: Running, member: Person) -> None:
    on_duty, resting = hearth.moderator(), hearth.moderator()
    desk = at_a_browser(hearth, on_duty)
    _duty_now(desk)
    before = _alerts(resting)
    friend = hearth.person()
    friend.join(GROUP)
    story = member.share(GROUP, "An evening", "It rained, and I stayed in.")["id"]
    friend.reply(story, "I know those evenings.")
    cry = member.reply(story, DANGER)["id"]

    # Whoever is on duty is alerted, and nobody else; the alert leads to the case.
    assert _alerts(on_duty).count(f"reply:{cry}") == 1
    assert _alerts(resting) == before
    assert "Somebody may be in danger" in desk.open("/notices").text
    assert desk.open(f"/desk/about/{cry}").path == f"/desk/cases/{on_duty.case_about(f'reply:{cry}')['id']}"
    assert on_duty.api.get("/moderation/cases").json()["items"][0]["tier"] == "urgent"

    # A person says: I am reading this. The author's page says so at its next refresh.
    page = at_a_browser(hearth, member).open(f"/replies/{cry}")
    assert "We have your words" in page.text
    assert "A person is reading your words now." not in page.text
    desk.press("I am reading this now")
    assert "A person is reading your words now." in page.open(f"/replies/{cry}").text

    # A level with its written actions; nothing is chosen for the moderator.
    assert "If in doubt, one level up." in desk.text
    assert not desk.page.select("input[name=level][checked]")
    assert desk.press("Keep this level").status == 422
    desk.press("Keep this level", level="imminent")
    assert "What is done at “Now”" in desk.text
    assert "Answer first, now." in desk.text
    assert "only taken down when a second person agrees" in desk.text

    # The beginning of an answer cannot be sent unread.
    begun = desk.page.select_one("textarea[name=answer]")
    assert begun is not None
    assert desk.press("Send it to them").status == 422
    assert "gap in brackets" in desk.text
    kept = desk.page.select_one("textarea[name=answer]")
    assert kept is not None and kept.get_text() == begun.get_text()
    said = "I am here and I read every word. Are you thinking of killing yourself tonight? Please call the line on this page."
    assert desk.press("Send it to them", answer=f"{said} My number is 07700 900123.").status == 422
    desk.press("Send it to them", answer=said)
    assert desk.status == 200
    page.open("/notices").follow("A moderator wrote to you")
    assert said in page.text
    assert "A moderator" in page.text
    assert page.page.select(".lifelines li")
    for asked in ASKS_WHO:
        assert asked not in page.text.lower()

    # The thread for others, and whoever answered there.
    friends = at_a_browser(hearth, friend).open(f"/stories/{story}")
    assert "very hard time" not in friends.text
    desk.press("Note: a person looks after it").press("Ask those who answered how they are")
    friends.open(f"/stories/{story}")
    assert "Somebody here may be having a very hard time. A person is looking after it." in friends.text
    friends.open("/notices").follow("How are you?")
    assert "It does not rest on you." in friends.text
    friends.press("Let this thread rest for me").open(f"/stories/{story}")
    assert "It rained" not in friends.text
    assert "It rained" in friends.press("Read it again").text
    assert "It rained" in at_a_browser(hearth, member).open(f"/stories/{story}").text
    desk.press("Ask those who answered how they are")
    assert [n["kind"] for n in friend.api.get("/me/notices").json()["items"]].count("care") == 1

    # One moderator alone takes nothing down of somebody at risk.
    guideline = member.api.get(f"/groups/{GROUP}").json()["guidelines"]["items"][0]["id"]
    first = on_duty.decide(
        on_duty.case_about(f"reply:{cry}")["id"], "remove", guideline=guideline, note_to_author="I am still reading."
    )
    assert first.status_code == 202
    assert "We have your words" in page.open(f"/replies/{cry}").text

    # All of it is in the log.
    about = {f"reply:{cry}", f"story:{story}"}
    acts = {entry["act"] for entry in walked(on_duty.api, "/moderation/log", 50) if entry["subject"] in about}
    assert {"case.reading", "case.level", "case.answered", "thread.noted", "thread.asked"} <= acts
    _no_duty(desk)


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Running]:
    """A Hearth of its own: whether anybody is on duty is seen on its front page."""
    yield from serve(tmp_path, f"sqlite:///{tmp_path}/hearth.db")


def test_while_nobody_is_on_duty_members_are_told_so_and_the_next_on_duty_is_called(quiet: Running) -> None:
    member, moderator = quiet.person(), quiet.moderator()
    member.join(GROUP)
    desk = at_a_browser(quiet, moderator).open("/desk/duty")
    tomorrow = str(desk.page.select("select[name=day] option")[1]["value"])
    assert desk.press("Take these hours", starts="9", ends="9").status == 422
    assert desk.press("Take these hours", starts="9", ends="12", day="2020-02-02").status == 422
    desk.press("Take these hours", day=tomorrow, starts="9", ends="12")
    assert "09:00 to 12:00" in desk.text
    page = at_a_browser(quiet, member).open("/groups").follow("Evening Harbour").follow("Write")
    page.press("Look it over", title="Tonight", body=DANGER)
    assert ALONE in page.text
    page.press("Send it to a person now")
    assert ALONE in page.text
    assert "Please do not wait for us." in page.text
    assert ALONE in quiet.visitor().open("/").text
    cry = page.path.rsplit("/", 1)[1]
    assert moderator.case_about(f"story:{cry}")["tier"] == "urgent"
    assert _alerts(moderator) == []
    said = member.share(GROUP, "Sunday", "It rained, and I stayed in.")["id"]
    reader, other = quiet.person(), quiet.person()
    for person in (reader, other):
        person.join(GROUP)
    told = (
        at_a_browser(quiet, reader).open(f"/stories/{said}").follow("Tell a moderator").press("Send", reason="unkind")
    )
    assert "Until then the words are covered." in told.text, "nobody looks soon, so nobody has to read it unready"
    assert "A moderator is looking at these words." in told.open(f"/stories/{said}").text
    _duty_now(desk)
    desk.press("Take these hours", day=tomorrow, starts="13", ends="14")
    later = member.share(GROUP, "Monday", "It rained again, and I went out.")["id"]
    told = (
        at_a_browser(quiet, other).open(f"/stories/{later}").follow("Tell a moderator").press("Send", reason="unkind")
    )
    assert "covered" not in told.text
    assert "A moderator is looking" not in told.open(f"/stories/{later}").text
    assert _alerts(moderator).count(f"story:{cry}") == 1
    assert ALONE not in page.open(page.path).text


def _no_duty(desk: Visitor) -> None:
    desk.open("/desk/duty")
    while "Give these hours back" in desk.text:
        desk.press("Give these hours back")


def _alerts(person: Person) -> list[str]:
    """The words of danger that somebody was alerted of, in no order."""
    found, after = list[str](), ""
    while True:
        told = person.api.get("/me/notices", params={"limit": 50, "after": after}).json()
        found += [notice["subject"] for notice in told["items"] if notice["kind"] == "alert"]
        if not told["next"]:
            return sorted(found)
        after = told["next"]
