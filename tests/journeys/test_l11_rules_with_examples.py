"""L11 (PRODUCT.md): a rule that holds what must pass is refused with the sentence shown; mended, it holds what it should."""

from tests.api.pages import at_a_browser
from tests.api.village import joined, moderator, opened
from tests.conftest import Running
from tests.groups.test_closing import tender
from tests.people import Person, Visitor

NAME = "No talk of pills"
WHY = "Comparing tablets pulls some of us back."
MESSAGE = "You could say what the night was like instead."


def test_a_rule_is_tried_before_it_is_saved_and_then_holds(hearth: Running) -> None:
    slug = opened(hearth)
    facilitator, author, reader = tender(hearth, slug), joined(hearth, slug), joined(hearth, slug)
    group = facilitator.api.get(f"/groups/{slug}").json()["id"]
    browser = at_a_browser(hearth, facilitator).open("/groups").open(f"/groups/{group}")
    browser.follow("Look after this group").follow("The rules here").follow("Make one")
    _refused_with_the_sentence(browser)
    _mended(browser)
    _held_for_the_groups_reason(hearth, author, group)
    _a_moderator_sees_which_rule_it_was(hearth, author, slug)
    _everybody_can_read_it(hearth, reader, group)
    _taken_away_again(browser, group)
    assert author.share(slug, "Later", "Two tablets at nine.")["status"] == "published"


def _refused_with_the_sentence(browser: Visitor) -> None:
    browser.press(
        "Try and save", public_name=NAME, why=WHY, message=MESSAGE, guideline="kindness", severity="hold",
        words="pill*\ntablet*\nmethadone", examples_hit="Which pills do you take?\nTwo tablets and I slept",
        examples_pass="I was a pillar of the church\nI sleep at last",
    )  # fmt: skip
    assert browser.status == 422
    assert "Nothing was saved" not in browser.text  # said by the summary, in the page's own words
    assert "What you typed is still here." in browser.text
    assert "This rule holds “I was a pillar of the church”, because of “pillar”. It should go out." in browser.text
    assert "would hold “I'm on methadone and four months in.”, because of “methadone”" in browser.text
    linked = [str(a["href"]) for a in browser.page.select(".mends a")]
    assert sorted(linked) == ["#f-examples_pass", "#f-words"]
    assert all(browser.page.select_one(f"[id='{href[1:]}']") for href in linked)
    assert browser.page.select_one("#f-words").get_text().split() == ["pill*", "tablet*", "methadone"]  # type: ignore[union-attr]


def _mended(browser: Visitor) -> None:
    browser.press("Try and save", words="pill\npills\ntablet*")
    assert browser.status == 200, browser.text
    assert NAME in browser.text


def _held_for_the_groups_reason(hearth: Running, author: Person, group: str) -> None:
    writes = at_a_browser(hearth, author).open(f"/groups/{group}/write")
    writes.press("Look it over", title="Nine o’clock", body="Which tablets do you all take at night?")
    assert NAME in writes.text
    assert MESSAGE in writes.text
    writes.press("Send")
    assert "A person" in writes.text
    assert NAME in writes.text
    assert MESSAGE in writes.text


def _a_moderator_sees_which_rule_it_was(hearth: Running, author: Person, slug: str) -> None:
    desk = moderator(hearth)
    story = author.api.get("/me/stories").json()["items"][0]["id"]
    case = desk.case_about(f"story:{story}")
    assert case["findings"][0]["rule"] == "group.no-talk-of-pills"
    sees = at_a_browser(hearth, desk).open(f"/desk/cases/{case['id']}")
    assert NAME in sees.text
    assert MESSAGE in sees.text
    assert NAME in _line_about(sees.open("/desk"), case["id"])


def _line_about(queue: Visitor, case_id: str) -> str:
    """What the queue says of a case, however many others wait before it."""
    while True:
        for line in queue.page.select("main li"):
            if line.select_one(f'a[href$="/cases/{case_id}"]'):
                return line.get_text()
        onward = queue.page.select_one('main a[rel="next"]')
        assert onward, "the case is not in the queue"
        queue.open(str(onward["href"]))


def _everybody_can_read_it(hearth: Running, reader: Person, group: str) -> None:
    reads = at_a_browser(hearth, reader).open(f"/groups/{group}").follow("What is looked for here, and why")
    for words in (NAME, WHY, "A person reads the words before they go out.", "I sleep at last"):
        assert words in reads.text
    assert "Change the rules here" not in reads.text
    assert reads.open(f"/desk/groups/{group}/rules").status == 404
    assert reads.open(f"/desk/groups/{group}/rules/new").status == 404
    assert reads.open(f"/desk/groups/{group}/rules/group.no-talk-of-pills").status == 404


def _taken_away_again(browser: Visitor, group: str) -> None:
    browser.open(f"/desk/groups/{group}/rules").follow(NAME).follow("Take this rule away").press("Take it away")
    assert "This group has no rules of its own." in browser.text
