"""L16 (PRODUCT.md): the records of a place are made of how it is; a feature that is turned on makes the assessment out of
date, and names what to look at again. The record of complaints counts hours and names nobody."""

import csv
import io
from collections.abc import Iterator

import httpx
import pytest

from tests.api.pages import at_a_browser
from tests.conftest import Running, serve
from tests.lawful.place import at_the_desk, opened, signed
from tests.people import NO_TLS, Visitor


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("box")
    yield from serve(folder, f"sqlite:///{folder}/hearth.db")


@pytest.fixture(scope="module")
def administrator(place: Running) -> Visitor:
    visitor = at_the_desk(place)
    opened(visitor, place)
    signed(visitor)
    return visitor


def test_what_is_turned_on_names_the_risks_to_look_at_again(administrator: Visitor) -> None:
    administrator.open("/desk/groups").follow("Open a group").follow("A culture or a language")
    administrator.press("Open the group", name="From home", slug="from-home")
    administrator.open("/records")
    assert "out of date. Changed since: What the groups are for." in administrator.text
    administrator.open("/desk")
    assert "Records (1 to look at)" in administrator.text
    administrator.follow("Records (1 to look at)").follow("The risk assessment is out of date")
    named = [link.get_text() for link in administrator.page.select(".note li a")]
    assert named == ["Encouraging suicide or self-harm", "Selling or passing on drugs", "Threats, stalking and harassment",
                     "Controlling somebody close"]  # fmt: skip
    marked = [term.get_text() for term in administrator.page.select("dt") if "changed" in str(term.find_next("dd"))]
    assert marked == ["What the groups are for"]
    shown = administrator.page.select_one("input[name=shown]")
    assert shown is not None
    _signs_and_it_is_quiet(administrator)
    _what_was_read_is_what_is_signed(administrator, str(shown["value"]))


def _signs_and_it_is_quiet(administrator: Visitor) -> None:
    administrator.press("Sign it", note="Ring me on 07700 900123 about it.", agree="yes", **{"risk-drugs": "high"})
    assert administrator.status == 422
    assert "07700 900123" in administrator.text, "what was typed is still there"
    administrator.press("Sign it", note="Two of us look every evening.")
    assert "Nothing waits for a review." in administrator.text
    administrator.follow("Risk assessment")
    assert "Number 2, signed on" in administrator.text
    chosen = administrator.page.select_one("select[name=risk-drugs] option[selected]")
    assert chosen is not None
    assert chosen["value"] == "high"
    assert administrator.open("/desk/log").text.count("signed the risk assessment") == 2


def _what_was_read_is_what_is_signed(administrator: Visitor, mark: str) -> None:
    """Somebody who read an older page does not sign the newer one."""
    administrator.open("/records/assessment")
    field = administrator.page.select_one("input[name=shown]")
    assert field is not None
    field["value"] = mark[::-1]
    administrator.press("Sign it", agree="yes")
    assert administrator.status == 409
    assert "Something changed while you read" in administrator.text


def test_the_record_of_complaints_counts_hours_and_names_nobody(place: Running, administrator: Visitor) -> None:
    author, reader, desk = place.person(), place.person(), place.moderator()
    names = [one.join("evening-harbour") for one in (author, reader)]
    story = author.share("evening-harbour", "Tonight", "A calm evening by the window.")["id"]
    reader.api.post("/flags", json={"subject": f"story:{story}", "reason": "unkind", "note": "Tell nobody I said so."})
    open_now = author.share("evening-harbour", "Later", "Ring me on 07700 900123 after six.", as_is=True)["id"]
    case = desk.case_about(f"story:{story}")["id"]
    left = {"guideline": "kindness", "note_to_author": "It reads as if it was about somebody here."}
    assert desk.decide(case, "return", **left).status_code == 200

    administrator.open("/records").follow("Complaints, and how long they took")
    assert "given back with a sentence" in administrator.text
    assert "Open 1 · the oldest: less than an hour" in administrator.text
    administrator.press("Take it along")
    assert administrator.answer is not None
    assert administrator.answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(administrator.answer.text)))
    assert [(r["came_as"], r["reasons"], r["status"], r["hours"], r["action"], r["guideline"], r["put_back"]) for r in rows
            if r["status"] == "decided"] == [("report", "unkind", "decided", "0", "return", "kindness", "no")]  # fmt: skip
    assert [r["status"] for r in rows].count("open") == 1
    for secret in (*names, story, open_now, case, "Tell nobody"):
        assert secret not in administrator.answer.text
    assert "took the record of complaints along" in administrator.open("/desk/log").text


def test_nobody_but_an_administrator_sees_any_of_it(place: Running, administrator: Visitor) -> None:
    moderator = at_a_browser(place, place.moderator())
    member = at_a_browser(place, place.person())
    for path in ("/set-up", "/set-up/country", "/records", "/records/assessment", "/records/complaints"):
        assert administrator.open(path).status == 200
        assert [who.open(path).status for who in (moderator, member)] == [404, 404], path
        assert httpx.get(f"{place.url}{path}", follow_redirects=False, verify=NO_TLS).status_code == 303
    moderator.open("/desk")
    assert "Set-up" not in moderator.text
    assert administrator.open("/set-up/nothing").status == 404
    steps = administrator.open("/set-up").page.select(".lines .tag")
    assert [step.get_text() for step in steps] == ["Done"] * 6
