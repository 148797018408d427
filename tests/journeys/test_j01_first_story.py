"""J1 (PRODUCT.md): a first story, kindly checked. By pages alone, without JavaScript."""

from contextlib import closing

import pytest

from tests.api.pages import at_a_browser
from tests.conftest import Running
from tests.live.ear import Ear
from tests.people import Person, Visitor

STORY = (
    "Nine days now. I told my sponsor Dave Carter from the Leeds clinic that I had stopped going. "
    "If anybody wants to walk on Sundays I am on 07700 900123."
)


def test_an_outsider_sees_what_this_is_and_gets_no_cookie(hearth: Running) -> None:
    visitor = hearth.visitor().open("/")
    assert "not an emergency service" in visitor.text
    assert visitor.page.find("a", href="/help-now")
    visitor.follow("Help now")
    assert visitor.status == 200
    visitor.open("/groups").open("/how-it-works").open("/sign-up")
    assert not visitor.http.cookies


@pytest.mark.measures("R-8")
def test_a_first_story_is_coached_waits_comes_back_and_goes_out(hearth: Running) -> None:
    moderator = hearth.moderator()
    fellow = hearth.person()
    fellow.join("evening-harbour")

    member = hearth.visitor().sign_up()
    assert len(member.page.select("ol.codes li")) == 10
    assert not member.page.find("input", type="email")

    member.open("/groups").follow("Evening Harbour").follow("Join this group")
    assert "stays here" in member.text
    member.press("Join", suggested="own", persona="JohnSmith84", agree="yes")
    assert member.status == 422
    assert "looks like a person’s name" in member.text
    assert len([i for i in member.page.find_all("input", attrs={"name": "suggested"}) if i["value"] != "own"]) == 3
    suggested = str(member.page.find_all("input", attrs={"name": "suggested"})[0]["value"])
    member.press("Join", suggested=suggested, persona="", agree="yes")
    assert f"You are {suggested} here" in member.text

    member.follow("Write").press("Look it over", title="Nine days", body=STORY)
    _three_places_are_marked(member)
    _the_draft_is_kept_exactly(member)

    member.press("Use that (1)")
    member.press(f"Use that ({_number_of(member, 'phone')})")
    assert "07700" not in member.text
    member.press("Let a person read it as it is")
    story = member.path.rsplit("/", 1)[1]
    assert "A person is reading this first" in member.text
    assert "Usually within" in member.text
    for way in ("Change it", "Take it back", "somebody you can talk to"):
        assert way in member.text

    reader = _who_looked(hearth, fellow)
    ear = Ear(fellow.api)
    _nobody_else_sees_it(hearth, fellow, story)
    for person in (fellow, moderator):
        assert _finds(person) == []
    assert "Nothing new since you looked." in reader.open("/").text

    case = moderator.case_about(f"story:{story}")
    sentence = "Please say just that it was a clinic, so that nobody finds the two of you."
    decided = moderator.decide(case["id"], "return", guideline="keep-it-here", note_to_author=sentence)
    assert decided.status_code == 200, decided.text

    member.open("/notices")
    assert "A moderator looked at your words" in member.text
    assert sentence in member.text
    member.open(f"/stories/{story}")
    assert sentence in member.text
    member.follow("Change it")
    member.press("Look it over", body="Nine days now. I told my sponsor that I had stopped going. He was kind.")
    assert "This is how others will see it" in member.text
    member.press("Share it")
    assert "He was kind" in member.text

    shown = fellow.api.get(f"/stories/{story}")
    assert shown.status_code == 200
    assert shown.json()["status"] == "published"
    assert story in [s["id"] for s in fellow.api.get("/groups/evening-harbour/stories").json()["items"]]
    assert _finds(fellow) == [story]
    assert "1 story moved since you looked." in reader.open("/").text
    answer = fellow.reply(story, "I know that bench. I am glad you wrote.")
    assert answer["status"] == "published"
    member.open("/notices")
    assert "Somebody answered you in Evening Harbour, under “Nine days”." in member.text
    with closing(ear):
        _nothing_of_it_was_heard(ear, fellow, member)


def _three_places_are_marked(member: Visitor) -> None:
    marks = [m.find(string=True, recursive=False) for m in member.page.find_all("mark")]
    assert len(marks) == 3, member.text
    assert "Dave Carter" in str(marks[0])
    assert "Leeds clinic" in str(marks[1])
    assert "07700 900123" in str(marks[2])
    assert len(member.page.select("section.finding[id] h2")) == 3


def _the_draft_is_kept_exactly(member: Visitor) -> None:
    kept = member.page.find("input", attrs={"name": "body"})
    assert kept is not None
    assert kept["value"] == STORY


def _number_of(member: Visitor, word: str) -> str:
    """The number of the finding whose headline holds a word."""
    for section in member.page.select("section.finding"):
        heading = section.find(["h2", "h3"])
        if heading and word in heading.get_text().lower():
            return str(section["id"]).removeprefix("finding-")
    raise AssertionError(member.text)


def _who_looked(hearth: Running, fellow: Person) -> Visitor:
    """A fellow member at a browser, who has seen everything there is in the group."""
    reader = at_a_browser(hearth, fellow)
    return reader.open("/groups").follow("Evening Harbour").open("/")


def _finds(person: Person) -> list[str]:
    asked = {"words": "nine days sponsor stopped going", "group": "evening-harbour"}
    answer = person.api.post(
        "/search", json=asked if "evening-harbour" in person.personas else {"words": asked["words"]}
    )
    assert answer.status_code == 200, answer.text
    return [item["story"] for item in answer.json()["items"]]


def _nothing_of_it_was_heard(ear: Ear, fellow: Person, member: Visitor) -> None:
    """What came since before the story waited: this answer, and nothing before it."""
    own = fellow.share("evening-harbour", "Mine", "I was at that bench again.")["id"]
    member.open(f"/stories/{own}").press("Look it over", body="I know it too. I am glad you went home.").press(
        "Share it"
    )
    heard = ear.next("notice").said
    assert heard["kind"] == "reply"
    assert heard["subject"] == f"reply:{fellow.api.get(f'/stories/{own}/replies').json()['items'][0]['id']}"


def _nobody_else_sees_it(hearth: Running, fellow: Person, story: str) -> None:
    assert fellow.api.get(f"/stories/{story}").status_code == 404
    assert fellow.api.get(f"/stories/{story}/replies").status_code == 404
    assert fellow.api.put(f"/stories/{story}/support/hope").status_code == 404
    assert fellow.api.get("/events", params={"story": story}).status_code == 404
    listed = fellow.api.get("/groups/evening-harbour/stories", params={"limit": 50}).json()
    assert story not in str(listed)
    assert fellow.api.get("/me/notices").json()["items"] == []
    outsider = hearth.visitor().open(f"/stories/{story}")
    assert outsider.path == "/sign-in"
