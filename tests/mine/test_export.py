"""An export holds all that is held about a member, and nothing of others (SECURITY.md, D-1, I-11)."""

import gc
import io
import json
import secrets
import threading
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from bs4 import BeautifulSoup

from app.foundation.errors import Busy
from app.mine import export as gathering
from app.mine import parcel
from tests.api.village import ASKS, PHONE, QUIET, joined, moderator, opened
from tests.conftest import Running
from tests.people import PASSPHRASE, Person

SECTIONS = {
    "place", "memberships", "stories", "replies", "drafts", "support", "flags", "notices", "acts_as_staff", "reading",
    "wishes", "answers", "appeals", "duties", "debriefs", "talks",
    "handovers", "letters_as_staff",
}  # fmt: skip


def _canary() -> str:
    return f"canary{secrets.token_hex(8)}"


def _export(person: Person, passphrase: str = PASSPHRASE) -> httpx.Response:
    return person.api.get("/me/export", headers={"X-Passphrase": passphrase})


@pytest.mark.measures("D-1")
def test_everything_one_wrote_is_in_it_and_nothing_of_others(hearth: Running) -> None:
    slug = opened(hearth)
    one, other, staff = joined(hearth, slug), joined(hearth, slug), moderator(hearth)
    mine = {name: _canary() for name in ("first", "second", "reply", "draft", "held", "note", "appeal")}
    theirs = {name: _canary() for name in ("story", "reply", "title")}
    story = one.share(slug, "Mine", f"{QUIET} {mine['first']}")["id"]
    one.api.patch(f"/stories/{story}", json={"body": f"{QUIET} {mine['second']}"})
    read = other.share(slug, f"About {theirs['title']}", f"{QUIET} {theirs['story']}")["id"]
    one.reply(read, f"I hear you. {mine['reply']}")
    other.reply(story, f"I hear you. {theirs['reply']}")
    one.share(slug, "Draft", f"{PHONE} {mine['draft']}")
    held = one.share(slug, "Held", f"{ASKS} {mine['held']}")
    staff.decide(staff.case_about(f"story:{held['id']}")["id"], "return", guideline="kindness",
                 note_to_author="Please ask for something else.")  # fmt: skip
    appeal = {"subject": f"story:{held['id']}", "text": f"I asked for a meeting. {mine['appeal']}"}
    assert one.api.post("/appeals", json=appeal).status_code == 201
    one.api.put(f"/stories/{read}/support/hope")
    one.api.post("/flags", json={"subject": f"story:{read}", "reason": "other", "note": f"Look. {mine['note']}"})
    one.api.put(f"/stories/{read}/saved")
    one.api.put(f"/stories/{read}/muted-author")

    answer = _export(one)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="notes.json"'
    for name, canary in mine.items():
        assert canary in answer.text, name
    for name, canary in theirs.items():
        assert canary not in answer.text, name
    held_about = answer.json()
    assert set(held_about) == SECTIONS
    assert held_about["place"]["sign_in_name"] == one.sign_in_name
    assert [m["persona"] for m in held_about["memberships"]] == [one.personas[slug]]
    changed = next(s for s in held_about["stories"] if s["id"] == story)
    assert [v["shown_to_readers"] for v in changed["versions"]] == [False, True]
    returned = next(s for s in held_about["stories"] if s["id"] == held["id"])
    said = [d["statement"] for d in returned["versions"][0]["decisions"]]
    assert "Please ask for something else." in said[-1]["note_html"]
    assert held_about["support"] == [{"group": slug, "story": read, "kind": "hope"}]
    assert held_about["reading"]["saved_stories"] == [read]
    assert held_about["reading"]["rather_not_read"] == [{"persona": other.personas[slug], "group": slug}]
    assert {n["kind"] for n in held_about["notices"]} == {"reply", "decision"}


def test_it_wants_the_passphrase_again(hearth: Running) -> None:
    person = hearth.person()
    assert person.api.get("/me/export").status_code == 403
    assert _export(person, "not my passphrase at all").status_code == 403
    assert _export(person).json()["stories"] == []


def test_what_staff_did_is_in_it_without_the_words(hearth: Running) -> None:
    slug = opened(hearth)
    writer, staff = joined(hearth, slug), moderator(hearth)
    canary = _canary()
    held = writer.share(slug, "Held", f"{ASKS} {canary}")
    staff.decide(staff.case_about(f"story:{held['id']}")["id"], "publish")
    answer = _export(staff)
    assert {"case.claimed", "case.publish"} <= {act["act"] for act in answer.json()["acts_as_staff"]}
    assert canary not in answer.text


def test_more_than_one_bite_is_in_it_once_and_in_order(on_sqlite: Running) -> None:
    slug = opened(on_sqlite)
    one, other = joined(on_sqlite, slug), joined(on_sqlite, slug)
    told = [one.share(slug, f"Day {n}", QUIET)["id"] for n in range(3)]
    for n in range(gathering.AT_ONCE + 5):
        one.reply(told[n % 3], f"Thinking of it for the {n}th time.")
        other.reply(told[n % 3], f"Here for the {n}th time.")
    found = _export(one).json()
    assert sorted(s["id"] for s in found["stories"]) == sorted(told)
    assert len({r["id"] for r in found["replies"]}) == len(found["replies"]) == gathering.AT_ONCE + 5
    assert len(found["notices"]) == gathering.AT_ONCE + 5


def test_pages_in_the_zip_say_nothing_outside_and_run_nothing(on_sqlite: Running) -> None:
    slug = opened(on_sqlite)
    one = joined(on_sqlite, slug)
    one.share(slug, "<script>alert(1)</script> Title", f"{QUIET} <script>alert(2)</script> <b>bold</b>")
    one.share(slug, "Draft <img src=x onerror=alert(3)>", f"{PHONE} <script>alert(4)</script>")
    visitor = on_sqlite.visitor().open("/sign-in")
    visitor.press("Sign in", sign_in_name=one.sign_in_name, passphrase=PASSPHRASE)
    elsewhere = on_sqlite.visitor().open("/sign-in")
    elsewhere.press("Sign in", sign_in_name=one.sign_in_name, passphrase=PASSPHRASE)
    visitor.open("/settings/export").press("Go on", passphrase=PASSPHRASE)
    assert elsewhere.open("/settings/export/notes.zip").status == 403, "the passphrase was typed in another session"
    visitor.follow("Take the file")
    assert visitor.answer is not None
    box = ZipFile(io.BytesIO(visitor.answer.content))
    assert box.testzip() is None
    pages = [BeautifulSoup(box.read(n), "html.parser") for n in box.namelist() if n.endswith(".html")]
    assert len(pages) >= 3
    for page in pages:
        assert not page.find_all(["script", "img", "iframe", "form", "style"])
        assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
        assert [str(link["href"]) for link in page.find_all("link")] == ["page.css"]
        assert page.title is not None
        assert page.title.get_text() == "Notes"
    assert json.loads(box.read("data.json"))["drafts"]
    assert set(box.namelist()) & {"page.css", "data.json", "index.html"} == {"page.css", "data.json", "index.html"}


class _Things:
    """An export whose making takes as long as a test wants."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def place(self) -> dict[str, Any]:
        self.begun.set()
        assert self.may_end.wait(30)
        return {}

    def lists(self) -> dict[str, Any]:
        return {}

    def reading(self) -> dict[str, Any]:
        return {}


def test_one_at_a_time_is_made_and_the_next_is_asked_to_wait() -> None:
    slow, quick = _Things(), _Things()
    quick.may_end.set()
    made: list[parcel.Parcel] = []
    making = threading.Thread(target=lambda: made.append(parcel.as_json(slow)))  # type: ignore[arg-type]
    making.start()
    assert slow.begun.wait(30)
    with pytest.raises(Busy) as refused:
        parcel.as_json(quick)  # type: ignore[arg-type]
    assert refused.value.status == 503
    slow.may_end.set()
    making.join(30)
    assert json.loads(b"".join(made[0])) == {"place": {}, "reading": {}}
    assert json.loads(b"".join(parcel.as_json(quick))) == {"place": {}, "reading": {}}  # type: ignore[arg-type]


def test_a_few_on_their_way_are_enough() -> None:
    gc.collect()
    things = _Things()
    things.may_end.set()
    waiting = [parcel.as_json(things) for _n in range(parcel.MOST_AT_ONCE)]  # type: ignore[arg-type]
    with pytest.raises(Busy):
        parcel.as_json(things)  # type: ignore[arg-type]
    del waiting
    assert parcel.as_json(things).size  # type: ignore[arg-type]
