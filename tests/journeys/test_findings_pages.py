"""Pages say what is so, and lead on: one's own words wherever they stand, and what one typed on every detour."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.foundation.ids import new_id
from app.foundation.times import now
from app.members import sessions
from app.members.models import SignedIn
from app.members.sessions import Times
from app.stories.phrases import wait_in_words
from tests.api.pages import Desk, at_a_browser
from tests.api.village import ASKS, DANGER, QUIET, joined, moderator, opened
from tests.conftest import Running
from tests.people import Person

LATER = "Later it was a good evening, after all."
RETURN = {"guideline": "kindness", "note_to_author": "Say it without asking for anything."}


@pytest.fixture
def desk(hearth: Running) -> Iterator[Desk]:
    desk = Desk(hearth)
    yield desk
    desk.browser.http.close()


def _changed(desk: Desk, path: str, body: str, action: str) -> None:
    """One's words changed, and what a person did about the change; nothing for one that waits."""
    answer = desk.person.api.patch(path, json={"body": body, "as_is": True})
    assert answer.status_code == 200, answer.text
    if action != "wait":
        staff = moderator(desk.hearth)
        kind = {"stories": "story", "replies": "reply"}[path.split("/")[1]]
        case = staff.case_about(f"{kind}:{path.split('/')[2]}")["id"]
        done = staff.decide(case, action, **({} if action == "publish" else RETURN))
        assert done.status_code == 200, done.text


@pytest.mark.parametrize(
    ("action", "said", "state"),
    [
        ("wait", "A person is reading what you changed", "A person is reading this first"),
        ("return", "What you changed came back to you", "Your words came back to you"),
        ("remove", "What you changed did not go out", "These words were taken down"),
    ],
)
def test_a_change_that_is_not_out_is_named_beside_the_words_that_are(
    desk: Desk, action: str, said: str, state: str
) -> None:
    story = desk.person.share(desk.slug, "Tonight", QUIET)["id"]
    answered = joined(desk.hearth, desk.slug).share(desk.slug, "Another", QUIET)["id"]
    reply = desk.person.reply(answered, QUIET)["id"]
    for path, page in ((f"/stories/{story}", f"/stories/{story}"), (f"/replies/{reply}", f"/stories/{answered}")):
        _changed(desk, path, ASKS, action)
        desk.browser.open(page)
        assert said in desk.browser.text
        assert QUIET in desk.browser.text
        assert ASKS not in desk.browser.text
        desk.browser.follow("See how it stands")
        assert state in desk.browser.text
        assert ASKS in desk.browser.text
        for untrue in ("Nobody in the group has seen", "no longer read", "still part of the group"):
            assert untrue not in desk.browser.text
        reader = at_a_browser(desk.hearth, joined(desk.hearth, desk.slug)).open(page)
        assert QUIET in reader.text
        assert said not in reader.text


def test_changed_since_is_said_only_of_words_that_readers_saw(desk: Desk) -> None:
    waited = desk.person.share(desk.slug, "Tonight", ASKS, as_is=True)["id"]
    _changed(desk, f"/stories/{waited}", QUIET, "wait")
    seen = desk.person.share(desk.slug, "Tonight", QUIET)["id"]
    _changed(desk, f"/stories/{seen}", LATER, "wait")
    reader = at_a_browser(desk.hearth, joined(desk.hearth, desk.slug))
    assert QUIET in reader.open(f"/stories/{waited}").text
    assert "changed since" not in reader.text
    assert LATER in reader.open(f"/stories/{seen}").text
    assert "changed since" in reader.text


def test_every_story_and_reply_of_ones_own_is_reached_from_my_place(desk: Desk) -> None:
    fellow = joined(desk.hearth, desk.slug)
    answered = fellow.share(desk.slug, "Theirs", QUIET)["id"]
    told = {desk.person.share(desk.slug, f"Evening {n}", QUIET)["id"] for n in range(21)}
    said = {desk.person.reply(answered, f"Answer {n}. {QUIET}")["id"] for n in range(21)}
    others = fellow.reply(answered, QUIET)["id"]
    first = desk.browser.open("/mine").page
    for kind, address, whole in (("stories", "after", told), ("replies", "answered", said)):
        more = first.select_one(f"main a[rel=next][href^='?{address}=']")
        assert more is not None
        here = _linked(first, kind)
        there = _linked(desk.browser.open(f"/mine{more['href']}").page, kind)
        assert (len(here), len(there)) == (20, 1)
        assert here | there == whole
        assert desk.browser.page.select_one("main a[rel=next]") is None
    assert others not in str(first)
    [line] = [li.get_text(" ") for li in first.select("main li") if li.select_one(f"a[href='/replies/{min(said)}']")]
    for shown in ("Answer", desk.person.personas[desk.slug], "Evening table", "the group can read it"):
        assert shown in line


def _linked(page: Any, kind: str) -> set[str]:
    return {str(a["href"]).rsplit("/", 1)[1] for a in page.select(f"main a[href^='/{kind}/']")}


def test_who_left_finds_their_own_words_and_can_take_them_back(desk: Desk) -> None:
    fellow = joined(desk.hearth, desk.slug)
    answered = fellow.share(desk.slug, "Theirs", "What a fellow wrote.")["id"]
    own = desk.person.share(desk.slug, "Mine", LATER)["id"]
    fellow.reply(own, "What a fellow answered.")
    replies = [desk.person.reply(where, QUIET)["id"] for where in (answered, own)]
    desk.browser.open(f"/groups/{desk.group}/leave").press("Leave this group")
    for path, words in [(f"/replies/{reply}", QUIET) for reply in replies] + [(f"/stories/{own}", LATER)]:
        desk.browser.open("/mine")
        assert desk.browser.page.select_one(f"main a[href='{path}']")
        desk.browser.open(path)
        assert (desk.browser.status, desk.browser.path) == (200, path)
        assert words in desk.browser.text
        assert "a fellow" not in desk.browser.text
        assert "A person is reading" not in desk.browser.text
        desk.browser.follow("Take it back").follow("No, go back")
        assert (desk.browser.status, desk.browser.path) == (200, path)
        desk.browser.follow("Take it back").press("Take them back")
        assert desk.browser.status == 200
        assert desk.browser.open(path).status == 404


def test_ones_own_reply_under_a_story_that_was_taken_back_is_no_riddle(desk: Desk) -> None:
    fellow, staff = joined(desk.hearth, desk.slug), moderator(desk.hearth)
    answered = fellow.share(desk.slug, "Theirs", QUIET)["id"]
    reply = desk.person.reply(answered, LATER)["id"]
    desk.person.api.post("/flags", json={"subject": f"story:{answered}", "reason": "other"})
    assert staff.decide(staff.case_about(f"story:{answered}")["id"], "remove", **RETURN).status_code == 200
    assert LATER in desk.browser.open(f"/replies/{reply}").text
    desk.browser.follow("Take it back").press("Take them back")
    assert (desk.browser.status, desk.browser.path) == (200, "/mine")


def test_how_words_that_are_out_stand_is_seen_where_they_are(desk: Desk) -> None:
    story = desk.person.share(desk.slug, "Tonight", QUIET)["id"]
    assert desk.browser.open(f"/stories/{story}/state").path == f"/stories/{story}"


def test_a_notice_about_words_taken_back_can_be_put_away(desk: Desk) -> None:
    story = desk.person.share(desk.slug, "Tonight", QUIET)["id"]
    fellow = joined(desk.hearth, desk.slug)
    reply = fellow.reply(story, LATER)["id"]
    assert fellow.api.delete(f"/replies/{reply}").status_code == 204
    desk.browser.open("/notices")
    assert "Nothing new" not in desk.browser.text
    desk.browser.press("I have seen them all")
    assert "Nothing new" in desk.browser.text
    assert "Notices (" not in desk.browser.page.get_text()
    assert "I have seen them all" not in desk.browser.text


def test_settings_list_only_what_still_opens_the_door(desk: Desk) -> None:
    token = desk.browser.http.cookies["hearth"]
    split = sessions.parts(token)
    assert split is not None
    stranger = desk.hearth.person().api.headers["Authorization"].split()[1]
    theirs = sessions.parts(stranger)
    assert theirs is not None
    before = _sessions_shown(desk)
    with desk.hearth.database.writing() as db:
        row = db.get_one(SignedIn, split[0])
        key = sessions.account_key(row, split[1])
        old = sessions.parts(sessions.start(db, row.account_id, key, is_shared=False))
        assert old is not None
        then = now() - timedelta(days=31)
        db.get_one(SignedIn, old[0]).sealed_times = Times(False, then, now()).sealed(key, old[0])
        foreign = db.get_one(SignedIn, theirs[0])
        db.add(SignedIn(id_hash=new_id() * 2, account_id=row.account_id, wrapped_key=foreign.wrapped_key,
                        sealed_times=foreign.sealed_times, purge_day=foreign.purge_day))  # fmt: skip
        db.commit()
        assert len(list(db.scalars(select(SignedIn).where(SignedIn.account_id == row.account_id)))) == before + 2
    assert _sessions_shown(desk) == before


def _sessions_shown(desk: Desk) -> int:
    desk.browser.open("/settings")
    assert desk.browser.status == 200
    assert desk.browser.text.count("this one") == 1
    return desk.browser.text.count("since ")


def test_the_sign_in_name_is_shown_to_its_owner_behind_a_fold(desk: Desk) -> None:
    page = desk.browser.open("/settings").page
    folded = page.select_one("main details:not([open])")
    assert folded is not None
    assert desk.person.sign_in_name in folded.get_text()
    assert desk.browser.text.count(desk.person.sign_in_name) == 1


def test_coming_back_asks_for_nothing_that_is_not_used(on_sqlite: Running) -> None:
    person = on_sqlite.person()
    visitor = on_sqlite.visitor().open("/recover")
    assert visitor.page.select_one("main [name=sign_in_name]") is None
    visitor.press("Let me in", recovery_code=person.recovery_codes[0])
    assert person.sign_in_name in visitor.text


def test_pages_promise_only_what_a_small_place_can_keep(desk: Desk) -> None:
    urgent = desk.person.share(desk.slug, "Tonight", DANGER, as_is=True)["id"]
    story = desk.person.share(desk.slug, "Tonight", QUIET)["id"]
    looked = desk.browser.open(desk.writing).press("Look it over", title="Tonight", body=DANGER).text
    pages = [looked] + [desk.browser.open(p).text for p in (f"/stories/{urgent}", f"/stories/{story}", "/how-it-works")]
    for untrue in ("on duty", "at all hours", "somebody else decides anew"):
        assert not [page for page in pages if untrue in page]
    assert desk.browser.page.select_one("main a[href='/api']")


def test_no_wait_is_promised_when_none_was_set() -> None:
    assert wait_in_words("") == ""
    assert "two hours" in wait_in_words("two hours")


def test_a_reader_who_has_not_joined_is_promised_no_notice(hearth: Running) -> None:
    slug = opened(hearth, "open")
    story = joined(hearth, slug).share(slug, "Tonight", QUIET)["id"]
    reader = at_a_browser(hearth, hearth.person()).open(f"/stories/{story}/flag").press("Send", reason="other")
    assert "If you have joined the group, you find in your notices what came of it." in reader.text


def test_moderators_read_what_was_said_for_them_before(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author: Person = joined(hearth, slug)
    story = author.share(slug, "Tonight", ASKS, as_is=True)["id"]
    staff.decide(staff.case_about(f"story:{story}")["id"], "return", **{**RETURN, "reason": "Asked twice this week."})
    author.api.patch(f"/stories/{story}", json={"body": f"{ASKS} Please.", "as_is": True})
    case = staff.case_about(f"story:{story}")["id"]
    colleague = at_a_browser(hearth, moderator(hearth)).open(f"/desk/cases/{case}")
    assert "Asked twice this week." in colleague.text
    assert RETURN["note_to_author"] in colleague.text
