"""L4 (PRODUCT.md): how somebody would like to be answered is seen by whoever answers, and the reply box keeps to it."""

from typing import Any

import pytest

from tests.api.pages import at_a_browser
from tests.conftest import Running
from tests.people import Person

GROUP = "evening-harbour"
ADVICE = "You should leave him."
COMPANY = "I remember that night too."
RULE = "guideline.advice"


@pytest.fixture
def author(hearth: Running) -> Person:
    person = hearth.person()
    person.join(GROUP)
    return person


@pytest.fixture
def peer(hearth: Running) -> Person:
    person = hearth.person()
    person.join(GROUP)
    return person


def _asks(author: Person, wish: str | None) -> str:
    told = author.share(GROUP, "The same night again", "He came home late, and I said nothing.", answer_me_with=wish)
    assert told["status"] == "published", told
    return str(told["id"])


def _rules(judged: dict[str, Any]) -> list[str]:
    return [found["rule"] for found in judged["findings"]]


def test_advice_is_coached_before_it_is_sent_and_company_is_not(hearth: Running, author: Person, peer: Person) -> None:
    story = _asks(author, "listening")
    reader = at_a_browser(hearth, peer).open(f"/stories/{story}")
    assert "would like: just someone to listen" in reader.text
    assert "They asked for someone to listen" in str(reader.page.find(id="body-hint"))

    reader.press("Look it over", body=f"I read it twice. {ADVICE}")
    assert "One thing before this goes out" in reader.text
    assert [mark.find(string=True) for mark in reader.page.find_all("mark")] == ["You should leave him"]
    assert "this reads like advice" in reader.text
    assert "names and numbers" not in reader.text
    assert author.api.get(f"/stories/{story}/replies").json()["items"] == []

    reader.press("Write it another way")
    assert "would like: just someone to listen" in reader.text
    reader.press("Look it over", body=COMPANY).press("Share it")
    assert COMPANY in reader.text


def test_programs_are_coached_too_and_a_person_may_be_asked(hearth: Running, author: Person, peer: Person) -> None:
    moderator = hearth.moderator()
    story = _asks(author, "listening")
    asked = {"group": GROUP, "in_reply_to": story}
    ahead = peer.api.post("/moderation/preview", json={**asked, "body": ADVICE}).json()
    assert (ahead["outcome"], _rules(ahead)) == ("revise", [RULE])
    assert _rules(peer.api.post("/moderation/preview", json={**asked, "body": COMPANY}).json()) == []

    draft = peer.reply(story, ADVICE)
    assert (draft["status"], draft["body"], _rules(draft["verdict"])) == ("draft", ADVICE, [RULE])
    assert _rules(peer.api.get(f"/replies/{draft['id']}").json()["verdict"]) == [RULE]

    sent = peer.api.patch(f"/replies/{draft['id']}", json={"as_is": True}).json()
    assert sent["status"] == "held"
    case = moderator.case_about(f"reply:{sent['id']}")
    assert [found["rule"] for found in case["findings"]] == [RULE]


def test_a_change_is_coached_like_a_new_reply(author: Person, peer: Person) -> None:
    story = _asks(author, "listening")
    out = peer.reply(story, COMPANY)
    assert out["status"] == "published"
    changed = peer.api.patch(f"/replies/{out['id']}", json={"body": ADVICE}).json()
    assert (changed["status"], _rules(changed["verdict"])) == ("draft", [RULE])
    assert COMPANY in author.api.get(f"/stories/{story}/replies").json()["items"][0]["html"]


@pytest.mark.parametrize("wish", [None, "experience", "ideas"])
def test_where_nobody_asked_to_be_listened_to_advice_goes_out(author: Person, peer: Person, wish: str | None) -> None:
    story = _asks(author, wish)
    assert peer.reply(story, ADVICE)["status"] == "published"
    ahead = peer.api.post("/moderation/preview", json={"group": GROUP, "in_reply_to": story, "body": ADVICE}).json()
    assert ahead["findings"] == []
    told = author.share(GROUP, "To all of us", ADVICE, answer_me_with="listening")
    assert told["status"] == "published"


def test_the_wish_may_change_and_the_next_reply_is_read_by_the_new_one(author: Person, peer: Person) -> None:
    story = _asks(author, "ideas")
    assert peer.reply(story, ADVICE)["status"] == "published"
    author.api.patch(f"/stories/{story}", json={"answer_me_with": "listening"})
    assert peer.reply(story, "Have you tried calling your sister?")["status"] == "draft"


def test_help_is_never_kept_from_somebody_in_danger(author: Person, peer: Person) -> None:
    story = _asks(author, "listening")
    assert peer.reply(story, "Please call an ambulance now. I am here.")["status"] == "published"
