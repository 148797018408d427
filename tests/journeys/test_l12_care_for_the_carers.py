"""L12 (PRODUCT.md): after so many heavy cases light ones only are offered, and a question; nobody carries it alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.pages import at_a_browser
from tests.conftest import Running, serve
from tests.journeys.rows import is_in_the_rows
from tests.people import PASSPHRASE, Person, Visitor
from tests.staff.guarded import enrolled, with_role

GROUP = "evening-harbour"
DANGER = "I have the pills in front of me tonight"
ASKS = "Does anyone know where I can buy some oxy tonight?"
BUDGET = 2
STAYED = "The one about the kitchen, heron8812canary"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Running]:
    """A Hearth whose desk looks after its moderators."""
    yield from serve(
        tmp_path, f"sqlite:///{tmp_path}/hearth.db", HEARTH_DESK_GUARDS="on", HEARTH_HEAVY_BUDGET=str(BUDGET)
    )


def _staffed(hearth: Running) -> tuple[Person, Visitor]:
    """A moderator with a second factor, as a program and at a browser; awake in both."""
    one = enrolled(with_role(hearth))
    return one.person, at_a_browser(hearth, one.person).open("/desk").press("Wake my role", code=one.phone.code())


def _walked(desk: Visitor) -> None:
    desk.open("/desk").follow("Walk through them")
    while "Practice case" in desk.text:
        if "See what the desk would do" in desk.text:
            desk.press("See what the desk would do", action="keep")
            assert "The desk would do the same." in desk.text or "The desk sees it another way." in desk.text
        desk.follow("The next one" if "The next one" in desk.text else "To the desk")


def test_practice_comes_first_and_enough_is_enough(guarded: Running) -> None:
    (moderator, desk), (_buddy, other) = _staffed(guarded), _staffed(guarded)
    member = guarded.person()
    member.join(GROUP)
    heavy = [f"story:{member.share(GROUP, f'Tonight {n}', f'{DANGER}, {n}')['id']}" for n in range(BUDGET + 1)]
    light = f"story:{member.share(GROUP, 'Looking', ASKS)['id']}"

    # Nobody takes a real case before the invented ones, neither by page nor by program.
    case = moderator.case_about(heavy[0])["id"]
    assert moderator.api.post(f"/moderation/cases/{case}/claim").status_code == 403
    assert desk.open(f"/desk/cases/{case}").press("Take it").status == 403
    assert moderator.api.get(f"/moderation/cases/{case}").json()["claimed_by"] is None
    _walked(desk)
    _walked(other)
    assert "Walk through them" not in desk.open("/desk").text

    # Two agree to look out for each other.
    desk.follow("For my own sake").press("Ask them")
    other.open("/notices").follow("be their buddy").press("Yes, gladly")
    assert "look out for each other" in desk.open("/desk/care").text

    # After the set number light ones are offered, and a question.
    for subject in heavy[:BUDGET]:
        assert moderator.api.post(f"/moderation/cases/{moderator.case_about(subject)['id']}/claim").status_code == 200
    again = moderator.case_about(heavy[0])["id"]
    assert moderator.api.post(f"/moderation/cases/{again}/claim").status_code == 200, "it is in one's hand already"
    left, easy = moderator.case_about(heavy[BUDGET])["id"], moderator.case_about(light)["id"]
    assert moderator.api.post(f"/moderation/cases/{left}/claim").status_code == 409
    desk.open("/desk")
    assert "How are you?" in desk.text
    assert desk.page.select(f'a[href="/desk/cases/{easy}"]')
    assert not desk.page.select(f'a[href="/desk/cases/{left}"]')
    assert other.open("/desk").page.select(f'a[href="/desk/cases/{left}"]')
    assert moderator.api.post(f"/moderation/cases/{easy}/claim").status_code == 200

    # To go on is a choice, and the buddy hears of it.
    assert "reads on today" not in other.open("/notices").text
    desk.press("I go on, and my buddy hears of it")
    assert "Your buddy reads on today" in other.open("/notices").text
    assert moderator.api.post(f"/moderation/cases/{left}/claim").status_code == 200

    # Today I can't: what one has in hand goes back, and one is not alerted.
    desk.open("/desk/duty").press("I am on duty for two hours from now")
    desk.open("/desk/care").press("Today I can’t")
    assert all(
        moderator.api.get(f"/moderation/cases/{one}").json()["claimed_by"] is None for one in (left, easy, again)
    )
    before = _alerts(moderator)
    member.share(GROUP, "And now", f"{DANGER}. It is worse.")
    assert _alerts(moderator) == before
    desk.press("I can, after all")
    member.share(GROUP, "Still", f"{DANGER}. I am still here.")
    assert _alerts(moderator) == before + 1


def test_what_stays_is_written_down_for_two_and_no_more(hearth: Running) -> None:
    moderator, buddy, third = hearth.moderator(), hearth.moderator(), hearth.moderator()
    desk, other, outside = (at_a_browser(hearth, one) for one in (moderator, buddy, third))
    desk.open("/desk").follow("For my own sake").press("Put it down", words="Only for me.")
    desk.press("Ask them", whom=_seat(desk, buddy.personas["desk"]))
    assert other.open("/desk/care").press("Yes, gladly").status == 200
    desk.open("/desk/care").press("Put it down", words=STAYED)
    assert STAYED in desk.text and "Only for me." in desk.text
    assert STAYED in other.open("/desk/care").text
    assert "Only for me." not in other.text
    assert STAYED not in outside.open("/desk/care").text
    assert not is_in_the_rows(hearth, "debriefs", "heron8812canary")
    desk.press("No longer be buddies").press("Put it down", words="Alone again.")
    assert "Alone again." not in other.open("/desk/care").text
    mine = moderator.api.get("/me/export", headers={"X-Passphrase": PASSPHRASE}).json()["debriefs"]
    assert {"Only for me.", STAYED, "Alone again."} <= {one["words"] for one in mine}


def test_a_case_is_read_in_a_pair(hearth: Running) -> None:
    moderator, second = hearth.moderator(), hearth.moderator()
    member = hearth.person()
    member.join(GROUP)
    cry = member.share(GROUP, "Tonight", f"{DANGER}. In a pair.")["id"]
    case = moderator.case_about(f"story:{cry}")["id"]
    desk = at_a_browser(hearth, moderator).open(f"/desk/cases/{case}")
    assert "Read it with somebody" not in desk.text
    desk.press("I am reading this now").press(
        "Ask them", whom=_seat(desk.open(f"/desk/cases/{case}"), second.personas["desk"])
    )
    other = at_a_browser(hearth, second).open("/notices").follow("read a case along")
    assert other.path == f"/desk/cases/{case}"
    assert f"{second.personas['desk']} reads it along." in other.press("I read it along").text
    assert f"{second.personas['desk']} reads it along." in desk.open(f"/desk/cases/{case}").text
    third = at_a_browser(hearth, hearth.moderator()).open(f"/desk/cases/{case}")
    assert "I read it along" not in third.text


def test_a_group_sees_how_those_are_who_look_after_it(guarded: Running) -> None:
    member = guarded.person()
    member.join(GROUP)
    page = (
        at_a_browser(guarded, member)
        .open("/groups")
        .follow("Evening Harbour")
        .follow("How those are who look after it")
    )
    assert "too few to say" in page.text
    crew = [_staffed(guarded)[1] for _n in range(5)]
    assert "They are rested today." in page.open(page.path).text
    for one in crew[:3]:
        one.open("/desk/care").press("Today I can’t")
    assert "They are tired today." in page.open(page.path).text


def _seat(page: Visitor, persona: str) -> str:
    option = next(o for o in page.page.select("select[name=whom] option") if o.get_text() == persona)
    return str(option["value"])


def _alerts(person: Person) -> int:
    return [n["kind"] for n in person.api.get("/me/notices", params={"limit": 50}).json()["items"]].count("alert")
