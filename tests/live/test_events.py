"""What is new reaches whoever it is for, and nobody else, as it happens."""

import re
from time import monotonic

import psycopg
import pytest

from app.foundation.db import Database, open_engine
from app.foundation.live import CHANNEL, raised
from app.foundation.settings import Settings
from tests.api.village import ASKS, QUIET, joined, moderator, opened
from tests.conftest import Running
from tests.live.ear import Ear
from tests.people import Person

SOON_SECONDS = 2


def _story(hearth: Running) -> tuple[Person, Person, dict[str, str]]:
    """An author, a peer of the same group, and a story."""
    slug = opened(hearth)
    author, peer = joined(hearth, slug), joined(hearth, slug)
    return author, peer, author.share(slug, "Tonight", QUIET)


def test_a_reply_is_heard_within_two_seconds(hearth: Running) -> None:
    author, peer, story = _story(hearth)
    ear = Ear(author.api)
    sent = monotonic()
    reply = peer.reply(story["id"], "I am up too.")
    heard = ear.next("notice")
    assert heard.at - sent < SOON_SECONDS
    assert heard.said == {"kind": "reply", "group": story["group"], "subject": f"reply:{reply['id']}"}


def test_who_has_a_story_open_hears_of_others_replies_to_it(hearth: Running) -> None:
    author, peer, story = _story(hearth)
    third = joined(hearth, story["group"])
    ear = Ear(peer.api, story=story["id"])
    peer.reply(story["id"], "My own words are no news to me.")
    author.reply(story["id"], "Thank you.")
    assert ear.next("replies").said == {"story": story["id"], "count": 1, "number": 2}
    third.reply(story["id"], "Same here.")
    assert ear.next("replies").said["number"] == 3


def test_nothing_of_other_peoples_is_heard(hearth: Running) -> None:
    author, peer, story = _story(hearth)
    other, other_peer, elsewhere = _story(hearth)
    ear = Ear(other.api)
    assert Ear(other.api, story=story["id"]).answer.status_code == 404
    peer.reply(story["id"], "For somebody else.")
    meant = other_peer.reply(elsewhere["id"], "For you.")
    assert ear.next().said["subject"] == f"reply:{meant['id']}"
    assert author.api.get("/me/notices").json()["items"]


def test_held_words_make_no_event_until_they_are_out(hearth: Running) -> None:
    author, peer, story = _story(hearth)
    staff = moderator(hearth)
    ear = Ear(author.api, story=story["id"])
    held = peer.reply(story["id"], ASKS)
    assert held["status"] == "held"
    out = peer.reply(story["id"], "I am up too.")
    assert ear.next("notice").said["subject"] == f"reply:{out['id']}"
    assert ear.next("replies").said["number"] == 1
    assert staff.decide(staff.case_about(f"reply:{held['id']}")["id"], "publish").status_code == 200
    assert ear.next("notice").said["subject"] == f"reply:{held['id']}"
    assert ear.next("replies").said["number"] == 2


def test_a_decision_is_heard_by_whose_words_it_is_about(hearth: Running) -> None:
    author, peer, story = _story(hearth)
    staff = moderator(hearth)
    held = peer.reply(story["id"], ASKS)
    ear, other = Ear(peer.api), Ear(author.api)
    staff.decide(
        staff.case_about(f"reply:{held['id']}")["id"], "remove", guideline="kindness", note_to_author="Not here."
    )
    assert ear.next("notice").said == {"kind": "decision", "group": story["group"], "subject": f"reply:{held['id']}"}
    out = peer.reply(story["id"], "I am up too.")
    assert other.next().said["subject"] == f"reply:{out['id']}"


def test_an_event_id_says_nothing_and_serves_its_receiver_alone(hearth: Running) -> None:
    author, peer, story = _story(hearth)
    one, other = Ear(author.api), Ear(author.api)
    busy = joined(hearth, opened(hearth))
    for _each in range(3):
        busy.join(opened(hearth))
    many = Ear(busy.api)
    assert one.last_id != other.last_id
    assert len(one.last_id) == len(many.last_id)
    peer.reply(story["id"], "Before.")
    foreign = Ear(author.api, last_id=many.last_id)
    broken = Ear(author.api, last_id="no id of ours")
    after = peer.reply(story["id"], "After.")
    for ear in (foreign, broken):
        assert ear.next("notice").said["subject"] == f"reply:{after['id']}"


def test_a_page_hears_how_things_stand(hearth: Running) -> None:
    author, peer, story = _story(hearth)
    browser = hearth.visitor()
    browser.open("/sign-in").press(
        "Sign in", sign_in_name=author.sign_in_name, passphrase="lantern bicycle orchard velvet canyon"
    )
    page = Ear(browser.http, story=story["id"], seen=0)
    assert page.answer.headers["content-type"].startswith("text/event-stream")
    assert page.next("message").said == {"notices": "Notices", "more": ""}
    peer.reply(story["id"], "I am up too.")
    assert page.next().said == {"notices": "Notices (1)", "more": "1 new reply. Show it"}
    still = peer.reply(story["id"], "Still.")
    assert page.next().said == {"notices": "Notices (2)", "more": "2 new replies. Show them"}
    later = Ear(browser.http, story=story["id"], seen=1)
    assert later.next().said["more"] == "1 new reply. Show it"
    list_of_notices = Ear(browser.http, unread=1)
    assert list_of_notices.next().said == {"notices": "Notices (2)", "more": "1 new notice. Show it"}
    staff = moderator(hearth)
    other = joined(hearth, story["group"])
    flag = {"subject": f"reply:{still['id']}", "reason": "unkind"}
    assert other.api.post("/flags", json=flag).status_code == 202
    taken = staff.decide(
        staff.case_about(flag["subject"])["id"], "remove", guideline="kindness", note_to_author="Not here."
    )
    assert taken.status_code == 200
    assert Ear(browser.http, story=story["id"], seen=0).next().said["more"] == "1 new reply. Show it"


@pytest.mark.parametrize("path", ["/events", "/api/v1/events"])
def test_nobody_listens_without_a_session(hearth: Running, path: str) -> None:
    answer = hearth.visitor().http.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) in [(401, None), (303, "/sign-in?next=/events")]


def test_between_processes_travel_ids_and_numbers_alone(on_postgres: Running) -> None:
    author, peer, story = _story(on_postgres)
    ear = Ear(author.api)
    with psycopg.connect(on_postgres.environment["HEARTH_DATABASE_URL"], autocommit=True) as wire:
        wire.execute(f"LISTEN {CHANNEL}")
        peer.reply(story["id"], "Words that stay in the tables.")
        ear.next("notice")
        said = [heard.payload for heard in wire.notifies(timeout=5, stop_after=2)]
    assert len(said) == 2
    assert all(re.fullmatch("[0-9a-f]{32} 1", payload) for payload in said)
    assert f"{story['id']} 1" in said


def test_what_is_taken_back_was_never_raised(postgres: str) -> None:
    database = Database(open_engine(Settings(database_url=postgres)))
    with psycopg.connect(postgres, autocommit=True) as wire:
        wire.execute(f"LISTEN {CHANNEL}")
        with database.writing() as db:
            raised(db, "a" * 32, 1)
            db.rollback()
            raised(db, "b" * 32, 2)
            raised(db, "b" * 32, 2)
            db.commit()
            raised(db, "c" * 32, 3)
            db.commit()
        said = [heard.payload for heard in wire.notifies(timeout=5, stop_after=2)]
    assert [payload for payload in said if payload[0] in "abc"] == [f"{'b' * 32} 2", f"{'c' * 32} 3"]
    database.engine.dispose()
