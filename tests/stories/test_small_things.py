"""Small things around stories, each of which a change of one sign took away unseen (docs/mutants.md)."""

import time_machine
from sqlalchemy import select

from app.foundation.times import today
from app.members.models import Role
from app.moderation.models import Case
from app.moderation.verdict import Field
from app.stories.models import Story
from app.stories.redacting import TAKEN_OUT_SHORT, Span, without
from app.stories.rules import THREAD_PAGE
from tests.api.pages import Desk, at_a_browser
from tests.api.village import ASKS, DANGER, PHONE, QUIET, invitation, joined, moderator, opened
from tests.conftest import Running
from tests.upkeep.conftest import house, url  # noqa: F401  (fixtures)
from tests.upkeep.indoors import BEGAN, DAY, Indoors
from tests.upkeep.test_unread_words import author_of, back, purge, versions


def test_who_waits_in_danger_finds_help_where_the_words_wait(hearth: Running) -> None:
    desk = Desk(hearth)
    story = desk.person.share(desk.slug, "Tonight", DANGER, as_is=True)
    assert story["status"] == "held"
    page = desk.browser.open(f"/stories/{story['id']}").page
    asked = page.find("h2", string="What would help in the next minutes?")
    assert asked is not None
    lines = asked.find_next_sibling()
    assert lines is not None
    assert lines.name == "ul"
    assert lines.find_all("li"), desk.browser.text


def test_words_that_come_back_have_all_that_was_typed(hearth: Running) -> None:
    author = joined(hearth, slug := opened(hearth))
    notes = ["loss"]
    kept = author.share(slug, "Tonight", PHONE, content_notes=notes, answer_me_with="listening")
    shown = {name: kept[name] for name in ("status", "title", "body", "content_notes", "answer_me_with", "persona")}
    assert shown == {
        "status": "draft", "title": "Tonight", "body": PHONE, "content_notes": notes, "answer_me_with": "listening",
        "persona": author.personas[slug],
    }  # fmt: skip


def test_a_reply_that_was_changed_goes_to_a_person_if_its_author_asks(hearth: Running) -> None:
    author = joined(hearth, slug := opened(hearth))
    said = author.reply(author.share(slug, "Tonight", QUIET)["id"], "I am glad.")["id"]
    assert author.api.patch(f"/replies/{said}", json={"body": PHONE}).json()["status"] == "draft"
    sent = author.api.patch(f"/replies/{said}", json={"body": PHONE, "as_is": True})
    assert sent.json()["status"] == "held", sent.text
    assert moderator(hearth).case_about(f"reply:{said}")["tier"] == "held"


def test_words_are_of_the_day_they_were_judged_on_and_heavy_if_their_author_says_so(hearth: Running) -> None:
    author = joined(hearth, slug := opened(hearth))
    plain, noted = (
        author.share(slug, title, ASKS, content_notes=notes)["id"]
        for title, notes in (("Tonight", ["loss"]), ("Tomorrow", ["self-harm"]))
    )
    with (database := hearth.database).reading() as db:
        cases = {
            case.subject_id: case.is_heavy
            for case in db.scalars(select(Case).where(Case.subject_id.in_([plain, noted])))
        }
        days = [version.decision.day for version in db.get_one(Story, noted).versions]
    database.engine.dispose()
    assert cases == {plain: False, noted: True}
    assert days == [today()]


def test_what_a_title_gives_away_is_marked_in_the_title(on_sqlite: Running) -> None:
    desk = Desk(on_sqlite)
    page = desk.browser.open(desk.writing).press("Look it over", title="Ring 07700 900123", body=QUIET).page
    assert [mark.get_text(strip=True).startswith("07700 900123") for mark in page.select("mark")] == [True]


def test_a_change_that_came_back_is_no_draft_any_more_once_it_is_out(on_sqlite: Running) -> None:
    author = joined(on_sqlite, slug := opened(on_sqlite))
    story = author.share(slug, "Tonight", QUIET)["id"]
    assert author.api.patch(f"/stories/{story}", json={"body": PHONE}).json()["status"] == "draft"
    assert [draft["id"] for draft in author.api.get("/me/drafts").json()["items"]] == [story]
    assert author.api.patch(f"/stories/{story}", json={"body": f"{QUIET} Rain."}).json()["status"] == "published"
    assert author.api.get("/me/drafts").json()["items"] == []


def test_an_outsider_sees_what_an_open_group_is(hearth: Running) -> None:
    member = joined(hearth, opened(hearth, "open"))
    group = member.api.get(f"/groups/{next(iter(member.personas))}").json()
    visitor = hearth.visitor().open(f"/groups/{group['id']}")
    assert visitor.status == 200
    assert group["purpose"] in visitor.text
    assert group["guidelines"]["items"][0]["text"] in visitor.text


def test_what_waited_under_a_story_goes_from_the_queue_with_it(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author = joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    reply = joined(hearth, slug).reply(story, ASKS, as_is=True)
    case = staff.case_about(f"reply:{reply['id']}")["id"]
    assert author.api.delete(f"/stories/{story}").status_code == 204
    assert case not in {c["id"] for c in staff.api.get("/moderation/cases", params={"limit": 50}).json()["items"]}


def test_links_to_a_late_reply_lead_to_a_page_that_shows_it(on_sqlite: Running) -> None:
    slug = opened(on_sqlite)
    author, friend = joined(on_sqlite, slug), joined(on_sqlite, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    first = friend.reply(story, "I read this, for one.")["id"]
    for n in range(THREAD_PAGE - 1):
        author.reply(story, f"And another evening, the {n}th.")
    writer, reader = at_a_browser(on_sqlite, friend), at_a_browser(on_sqlite, author)
    writer.open(f"/stories/{story}").press("Look it over", body="The last lamp on the quay.").press("Share it")
    assert "The last lamp on the quay." in writer.text
    assert "I read this, for one." not in writer.text
    told = reader.open("/notices").page.select("ul.lines li")
    assert [" ".join(line.get_text(" ").split()) for line in told] == [
        "Somebody answered you in Evening table, under “Tonight”. today 2 replies new"
    ]
    assert "I read this, for one." in reader.follow("Somebody answered you").text
    reader.open("/notices").press("I have seen them all").follow("Somebody answered you")
    assert "The last lamp on the quay." in reader.text
    assert "I read this, for one." in reader.open(f"/replies/{first}").text


def test_an_answer_after_those_that_were_seen_stands_by_itself(on_sqlite: Running) -> None:
    slug = opened(on_sqlite)
    author, friend = joined(on_sqlite, slug), joined(on_sqlite, slug)
    told, other = (author.share(slug, title, QUIET)["id"] for title in ("Tonight", "Tomorrow"))
    friend.reply(told, "I read this, for one.")
    friend.reply(other, "Sleep well.")
    reader = at_a_browser(on_sqlite, author).open("/notices").press("I have seen them all")
    friend.reply(told, "And once more.")
    lines = [" ".join(line.get_text(" ").split()) for line in reader.open("/notices").page.select("ul.lines li")]
    assert len(lines) == 3
    assert [("Tonight" in line, "new" in line) for line in lines if "new" in line] == [(True, True)]
    assert "And once more." in reader.open(reader.path).follow("Tonight").text


def test_a_form_sent_again_after_its_words_were_deleted_makes_words_of_their_own(on_sqlite: Running) -> None:
    desk = Desk(on_sqlite)
    desk.browser.open(desk.writing).press("Look it over", title="Tonight", body=QUIET)
    looked = desk.browser.page
    first = desk.browser.press("Share it").path
    assert desk.person.api.delete(first).status_code == 204
    desk.browser.page = looked
    again = desk.browser.press("Share it")
    assert again.status == 200
    assert again.path.startswith("/stories/")
    assert again.path != first, "a restored copy would delete them"
    assert desk.person.api.get("/me/drafts").json()["items"] == []


def test_earlier_words_stay_until_the_newer_ones_are_old_enough(house: Indoors) -> None:  # noqa: F811
    with time_machine.travel(BEGAN, tick=False) as time:
        author = author_of(house)
        story = author.share(next(iter(author.personas)), "Tonight", QUIET)
        time.shift(20 * DAY)
        back(author).api.patch(f"/stories/{story['id']}", json={"body": "Another evening."})
        time.shift(20 * DAY)
        assert (purge(house), versions(house, story)) == (0, [1, 2])


def test_the_last_letter_can_be_taken_out() -> None:
    assert without("abcd", [Span(Field.BODY, 2, 4)]) == f"ab{TAKEN_OUT_SHORT}"


def test_whoever_is_more_than_a_peer_here_is_labelled(hearth: Running) -> None:
    """SAFETY.md, SR-44: under the name, on the page and in the list; and not where the same person is a peer."""
    slug, elsewhere = opened(hearth), opened(hearth)
    for role, label in ((Role.MODERATOR, "moderator"), (Role.FACILITATOR, "facilitator")):
        staff = hearth.person(invitation(hearth, role, slug))
        for group in (slug, elsewhere):
            staff.join(group)
        reader = at_a_browser(hearth, joined(hearth, slug))
        story = staff.share(slug, f"From a {label}", QUIET)["id"]
        reply = staff.reply(story, QUIET)["id"]
        page = reader.open(f"/stories/{story}").page
        for shown in ("article .who .tag", f"#reply-{reply} .who .tag"):
            assert [tag.get_text() for tag in page.select(shown)] == [label]
        lines = reader.open(f"/groups/{staff.api.get(f'/groups/{slug}').json()['id']}").page.select("main li")
        (line,) = [line for line in lines if f"From a {label}" in line.get_text()]
        assert [tag.get_text() for tag in line.select(".who .tag")] == [label]
        peer = at_a_browser(hearth, joined(hearth, elsewhere))
        told = staff.share(elsewhere, "Among peers", QUIET)["id"]
        assert peer.open(f"/stories/{told}").page.select(".who .tag") == []
