"""L3 while one writes: places are marked, a suggestion is taken with one press, a person can be asked, help comes first. On a
phone and by keyboard, with JavaScript; without it the same is one press away."""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.conftest import Running
from tests.people import PASSPHRASE, Person

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("phone", [True], indirect=True, ids=["script"])
NO_SCRIPT = pytest.mark.parametrize("phone", [False], indirect=True, ids=["no-script"])
GROUP = "evening-harbour"
WORDS = "Nine days 🙂 now.\n\nI told my sponsor Dave Carter, and if you walk on Sundays I am on 07700 900123. So there."
WIDTH = 390


@pytest.fixture
def body(on_sqlite: Running, phone: Page) -> Locator:
    """The empty field of somebody who begins to write."""
    person = on_sqlite.person()
    person.join(GROUP)
    _sign_in(on_sqlite, phone, person, f"/groups/{person.api.get(f'/groups/{GROUP}').json()['id']}/write")
    return phone.get_by_label("Your words")


def _sign_in(hearth: Running, phone: Page, person: Person, path: str) -> None:
    phone.goto(f"{hearth.url}{path}")
    phone.get_by_label("Your sign-in name").fill(person.sign_in_name)
    phone.get_by_label("Your passphrase").fill(PASSPHRASE)
    phone.get_by_role("button", name="Sign in").click()


def _about(phone: Page) -> Locator:
    return phone.get_by_role("region", name="Looked over as you write")


@SCRIPT
def test_places_are_marked_and_a_suggestion_is_taken_with_one_press(body: Locator, phone: Page) -> None:
    body.fill(WORDS)
    about = _about(phone)
    expect(about.get_by_role("heading", level=2)).to_have_text("Two things before this goes out")
    assert phone.locator(".mirror mark").all_inner_texts() == ["Dave Carter", "07700 900123"]
    assert phone.locator(".mirror").inner_text() == WORDS
    expect(about.get_by_role("status")).to_have_text("2 things to look at, below your words.")
    expect(about.locator(".quoted").first).to_have_text("Dave Carter")
    expect(about).to_contain_text("“")
    expect(about).to_contain_text("You could say")
    expect(body).to_have_value(WORDS)
    assert phone.locator("body").bounding_box()["width"] <= WIDTH  # type: ignore[index]

    about.get_by_role("button", name="Use that (2)").click()
    expect(body).to_have_value(WORDS.replace("07700 900123", "[phone number removed]"))
    expect(about.get_by_role("heading", level=2)).to_have_text("One thing before this goes out")
    about.get_by_role("button", name="Use that (1)").press("Enter")
    expect(body).to_have_value(re.compile(r"^Nine days 🙂 now\.\n\nI told my sponsor Dave, and if"))
    expect(about.get_by_role("heading")).to_have_count(0)
    assert phone.locator(".mirror mark").count() == 0


@SCRIPT
def test_what_is_found_goes_to_a_person_as_it_is(body: Locator, phone: Page, on_sqlite: Running) -> None:
    moderator = on_sqlite.moderator()
    phone.get_by_label("Title").fill("Nine days")
    body.fill(WORDS)
    phone.get_by_role("button", name="Let a person read it as it is").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("A person is reading this first")
    case = moderator.case_about(f"story:{phone.url.rsplit('/', 1)[1]}")
    assert {found["rule"] for found in case["findings"]} == {"confidentiality.name", "confidentiality.phone"}


@SCRIPT
def test_help_comes_first_and_nobody_is_corrected(body: Locator, phone: Page) -> None:
    body.fill("I have the pills in front of me tonight. My sponsor Dave Carter knows, 07700 900123.")
    about = _about(phone)
    expect(about.get_by_role("heading", level=2)).to_have_text("You are not alone with this.")
    expect(about.locator(".lifelines li").first).to_be_visible()
    expect(about.get_by_role("status")).to_contain_text("Help stands below your words")
    assert phone.locator(".mirror mark").count() == 0
    expect(about.get_by_role("button", name="Use that")).to_have_count(0)
    assert phone.locator("body").bounding_box()["width"] <= WIDTH  # type: ignore[index]

    about.get_by_role("button", name="Send it to a person now").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We have your words. You are not alone with this.")


@SCRIPT
def test_one_question_at_a_time_after_a_rest_and_nothing_is_kept(
    body: Locator, phone: Page, on_sqlite: Running
) -> None:
    asked: list[Request] = []
    phone.on("request", lambda request: asked.append(request) if request.url.endswith("/ahead") else None)
    body.press_sequentially("I am on 07700 900123, ring me", delay=15)
    expect(_about(phone).get_by_role("heading", level=2)).to_be_visible()
    assert len(asked) == 1
    phone.get_by_label("Title").fill("Sunday")
    with phone.expect_response(re.compile("/ahead$")) as again:
        phone.keyboard.press("Tab")
    assert again.value.ok
    assert len(asked) == 2
    with phone.expect_response(re.compile("/ahead$")):
        body.press_sequentially(" soon")
    assert [request.method for request in asked] == ["POST"] * 3
    assert phone.evaluate("localStorage.length + sessionStorage.length") == 0
    assert "07700" not in on_sqlite.log.read_text()


@SCRIPT
def test_a_reply_to_somebody_who_wants_to_be_heard_is_coached_while_it_is_written(
    phone: Page, on_sqlite: Running
) -> None:
    author, peer = on_sqlite.person(), on_sqlite.person()
    for person in (author, peer):
        person.join(GROUP)
    story = author.share(GROUP, "The same night", "He came home late.", answer_me_with="listening")["id"]
    _sign_in(on_sqlite, phone, peer, f"/stories/{story}")
    phone.get_by_label("Your reply").fill("I hear you. You should leave him.")
    expect(_about(phone)).to_contain_text("They asked to be heard, and this reads like advice")
    assert phone.locator(".mirror mark").all_inner_texts() == ["You should leave him"]
    phone.get_by_label("Your reply").fill("I remember that night too.")
    expect(_about(phone).get_by_role("heading")).to_have_count(0)


@SCRIPT
def test_everything_is_reached_by_keyboard(body: Locator, phone: Page) -> None:
    body.fill("Ring me on 07700 900123")
    about = _about(phone)
    expect(about.get_by_role("button", name="Use that")).to_be_visible()
    body.focus()
    phone.keyboard.press("Tab")
    expect(phone.locator(":focus")).to_contain_text("Use that")
    phone.keyboard.press("Tab")
    expect(phone.locator(":focus")).to_have_text("Let a person read it as it is")
    phone.keyboard.press("Shift+Tab")
    phone.keyboard.press("Space")
    expect(body).to_be_focused()
    expect(body).to_have_value("Ring me on [phone number removed]")


def test_help_can_be_shown_at_any_time(body: Locator, phone: Page) -> None:
    body.fill("It was a long day.")
    phone.locator("main").get_by_text("Help now").press("Enter")
    expect(phone.locator("main .lifelines li").first).to_be_visible()
    expect(body).to_have_value("It was a long day.")


@NO_SCRIPT
def test_without_a_script_the_same_is_one_press_away(body: Locator, phone: Page) -> None:
    expect(_about(phone)).to_be_hidden()
    phone.get_by_label("Title").fill("Nine days")
    body.fill(WORDS)
    phone.get_by_role("button", name="Look it over").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Two things before this goes out")
    assert phone.locator("mark").count() == 2
    expect(phone.get_by_role("button", name="Let a person read it as it is")).to_be_visible()
