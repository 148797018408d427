"""What a story touches on: the judge adds it, its author has the last word, and readers fold what they chose."""

import pytest

from tests.api.pages import at_a_browser
from tests.conftest import Running
from tests.people import Person, Visitor

GROUP = "evening-harbour"
LOSS = "My mother died in the autumn. I went to the bench, and I did not drink."
PLAIN = "I drank on Monday, fuck it. Today I had tea and went to bed early."


@pytest.fixture
def author(hearth: Running) -> Person:
    return _member(hearth)


def _member(hearth: Running) -> Person:
    person = hearth.person()
    person.join(GROUP)
    return person


def _checked(page: Visitor) -> list[str]:
    boxes = page.page.find_all("input", attrs={"name": "content_notes"})
    return [str(box["value"]) for box in boxes if box.get("type") == "hidden" or box.has_attr("checked")]


def test_a_program_that_says_nothing_gets_the_judges_notes(author: Person) -> None:
    ahead = author.api.post("/moderation/preview", json={"group": GROUP, "body": LOSS}).json()
    assert (ahead["outcome"], ahead["content_notes"]) == ("publish", ["loss"])
    told = author.share(GROUP, "The bench", LOSS)
    assert (told["status"], told["content_notes"], told["verdict"]["content_notes"]) == (
        "published",
        ["loss"],
        ["loss"],
    )
    assert author.share(GROUP, "Monday", PLAIN)["content_notes"] == []


@pytest.mark.parametrize("chosen", [[], ["medical"]])
def test_a_program_that_says_which_is_believed(author: Person, chosen: list[str]) -> None:
    told = author.share(GROUP, "The bench", LOSS, content_notes=chosen)
    assert told["content_notes"] == chosen
    changed = author.api.patch(f"/stories/{told['id']}", json={"body": f"{LOSS} It rained."}).json()
    assert changed["content_notes"] == chosen


def test_a_change_adds_what_its_new_words_touch_on(author: Person) -> None:
    told = author.share(GROUP, "The bench", LOSS, content_notes=[])
    more = f"{LOSS} That week I starved myself."
    changed = author.api.patch(f"/stories/{told['id']}", json={"body": more}).json()
    assert changed["content_notes"] == ["eating"]
    again = author.api.patch(f"/stories/{told['id']}", json={"content_notes": ["loss"]}).json()
    assert again["content_notes"] == ["loss"]


def test_a_draft_keeps_them_until_it_goes_out(author: Person) -> None:
    draft = author.share(GROUP, "The bench", f"{LOSS} Ring me: 07700 900123.")
    assert (draft["status"], draft["content_notes"]) == ("draft", ["loss"])
    taken_off = author.api.patch(f"/stories/{draft['id']}", json={"content_notes": []}).json()
    assert (taken_off["status"], taken_off["content_notes"]) == ("draft", [])
    out = author.api.patch(f"/stories/{draft['id']}", json={"body": LOSS}).json()
    assert (out["status"], out["content_notes"]) == ("published", [])


def test_on_a_page_the_author_sees_them_and_may_take_them_off_for_good(hearth: Running, author: Person) -> None:
    page = at_a_browser(hearth, author)
    page.open("/groups").follow("Evening Harbour").follow("Write")
    page.press("Look it over", title="The bench", body=LOSS)
    assert "This is how others will see it" in page.text
    assert "What we added you may take off" in page.text
    assert _checked(page) == ["loss"]

    page.press("Write on")
    assert _checked(page) == ["loss"]
    page.press("Look it over", content_notes=[])
    assert _checked(page) == [], "what was taken off came back"
    assert page.page.find("input", attrs={"type": "checkbox", "value": "loss"})

    page.press("Keep as a draft")
    assert _checked(page) == []
    page.press("Share it")
    assert "It touches on" not in page.text
    story = page.path.rsplit("/", 1)[1]
    assert author.api.get(f"/stories/{story}").json()["content_notes"] == []

    page.follow("Change it").press("Look it over", body=f"{LOSS} That night I started to cut myself.")
    assert _checked(page) == ["self-harm"]
    page.press("Share it")
    assert "It touches on: self-harm" in page.text


def test_on_a_page_they_go_out_with_the_story(hearth: Running, author: Person) -> None:
    page = at_a_browser(hearth, author)
    page.open("/groups").follow("Evening Harbour").follow("Write")
    page.press("Look it over", title="The bench", body=LOSS, content_notes=["medical"])
    assert sorted(_checked(page)) == ["loss", "medical"]
    page.press("Share it")
    assert "It touches on: loss and grief, illness and hospital" in page.text
    page.follow("Change it")
    assert sorted(_checked(page)) == ["loss", "medical"]


def test_readers_have_folded_what_they_chose(hearth: Running, author: Person) -> None:
    story = author.share(GROUP, "The bench", LOSS)["id"]
    other = author.share(GROUP, "Monday", PLAIN)["id"]
    reader = at_a_browser(hearth, _member(hearth))
    reader.open("/settings").follow("What you would rather not meet unready").press("Save", fold=["loss"])
    reader.open("/groups").follow("Evening Harbour")
    folded = [str(d) for d in reader.page.find_all("details") if "Folded for you" in d.get_text()]
    assert len([d for d in folded if story in d]) == 1
    assert not [d for d in folded if other in d]
    reader.open(f"/stories/{story}")
    words = reader.page.find("details")
    assert words is not None
    assert "I went to the bench" in words.get_text()
    assert not words.has_attr("open")
    reader.open("/search").press("Search", words="bench autumn")
    assert "Folded for you: loss and grief" in reader.text


def test_a_story_that_comes_back_from_waiting_keeps_the_authors_choice(author: Person) -> None:
    held = author.share(GROUP, "The bench", f"{LOSS} Where can I get some xanax?", content_notes=[])
    assert held["status"] == "held"
    again = author.api.patch(f"/stories/{held['id']}", json={"body": LOSS}).json()
    assert (again["status"], again["content_notes"]) == ("published", [])
