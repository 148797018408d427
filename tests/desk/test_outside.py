"""A notice from outside: nobody is asked who they are, it is followed by a reference, and it leads to a case (SR-30)."""

import re
import secrets

import httpx
from sqlalchemy import select

from app.appeals.models import OutsideNotice
from app.foundation.sealing import digest
from tests.api.pages import at_a_browser
from tests.api.village import QUIET, joined, moderator, opened
from tests.conftest import Running
from tests.people import NO_TLS, Visitor

WHY = "It offers something that must not be sold here."
REMOVE = {"guideline": "kindness", "note_to_author": "This cannot stand here."}


def sent(hearth: Running, **typed: str) -> tuple[Visitor, str]:
    outsider = hearth.visitor().open("/").follow("Tell us of something illegal")
    outsider.press("Send it", reason="selling", text=WHY, good_faith="yes", **typed)
    found = re.search(r"[0-9a-f]{32}", outsider.page.select("p.kept")[0].get_text()) if outsider.status == 200 else None
    assert found is not None, outsider.text
    return outsider, found.group()


def test_an_outsider_is_heard_and_can_follow_what_comes_of_it(hearth: Running) -> None:
    slug, staff = opened(hearth, "open"), moderator(hearth)
    author = joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    outsider, reference = sent(hearth, where=f"{hearth.url}/stories/{story}")
    assert outsider.page.select("input[type=email], input[name=contact], input[name=name]") == []
    state = outsider.follow(f"/notice/{reference}")
    assert "has not decided yet" in state.text
    case = staff.case_about(f"story:{story}")
    assert case["tier"] == "report"
    page = at_a_browser(hearth, staff).open(f"/desk/cases/{case['id']}")
    assert "From outside" in page.text
    assert WHY in page.text
    assert staff.decide(case["id"], "remove", **REMOVE).status_code == 200
    assert "took the words down" in outsider.open(f"/notice/{reference}").text
    with hearth.database.reading() as db:
        kept = db.scalars(select(OutsideNotice).where(OutsideNotice.reference_hash == digest(reference))).one()
        assert (kept.case_id, kept.answered_day is not None) == (case["id"], True)
    hearth.database.engine.dispose()
    told = author.api.get("/me/notices").json()["items"]
    assert [n["kind"] for n in told] == ["decision"]


def test_what_names_nothing_here_is_answered_by_hand_and_tells_nobody_what_is_here(hearth: Running) -> None:
    slug, staff = opened(hearth, "invited"), moderator(hearth)
    mark = secrets.token_hex(4)
    _sent, gone = sent(hearth, where=f"/replies/{secrets.token_hex(16)}?about={mark}")
    assert "has not decided yet" in hearth.visitor().open(f"/notice/{gone}").text
    assert hearth.visitor().open(f"/notice/{secrets.token_hex(16)}").status == 404
    desk = at_a_browser(hearth, staff).open("/desk").follow("From outside")
    section = next(one for one in desk.page.select("section.story") if mark in one.get_text())
    action, csrf = str(section.form["action"]), str(section.form.find("input")["value"])  # type: ignore[index,union-attr]
    answer = {"csrf": csrf, "outcome": "not-found"}
    assert desk.http.post(action, data=answer).status_code == 200
    assert desk.http.post(action, data=answer).status_code == 409
    assert "did not find" in hearth.visitor().open(f"/notice/{gone}").text
    member = at_a_browser(hearth, hearth.person())
    assert member.open("/desk/outside").status == 404
    assert slug not in desk.text


def test_the_same_page_sent_twice_is_one_notice_and_bad_input_keeps_the_words(hearth: Running) -> None:
    page = hearth.visitor().open("/notice")
    page.press("Send it", where="The second story in Evening Harbour", text=WHY, reason="other")
    assert page.status == 422
    assert WHY in page.text or WHY in str(page.page)
    for wrong in ({"reason": "treason"}, {"text": "  "}, {"text": "x" * 4001}, {"ticket": "mine"}, {"name": "Me"}):
        typed = {"where": "There", "text": WHY, "reason": "other", "good_faith": "yes", **_ticket(page), **wrong}
        answer = page.http.post("/notice", data=typed)
        assert answer.status_code == (200 if "name" in wrong else 422), wrong
    typed = {
        "where": "There",
        "text": WHY,
        "reason": "other",
        "good_faith": "yes",
        **_ticket(hearth.visitor().open("/notice")),
    }
    first, second = (page.http.post("/notice", data=typed) for _twice in range(2))
    references = {re.findall(r"/notice/([0-9a-f]{32})", answer.text)[0] for answer in (first, second)}
    assert len(references) == 1
    foreign = httpx.post(f"{hearth.url}/notice", data=typed, headers={"Sec-Fetch-Site": "cross-site"}, verify=NO_TLS)
    assert foreign.status_code == 403


def _ticket(page: Visitor) -> dict[str, str]:
    found = page.page.find("input", attrs={"name": "ticket"})
    assert found is not None
    return {"ticket": str(found["value"])}
