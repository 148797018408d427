"""New memberships are slower, what is said twice is noticed, forms are good once, and a group can slow down (R-5, R-7, R-12)."""

import secrets
from typing import Any

import httpx
import pytest

from tests.api.village import DANGER, opened
from tests.conftest import Running
from tests.door.test_limits import somewhere
from tests.people import NO_TLS, PASSPHRASE, Person, Visitor

LONG = (
    "Today was a day like many others, and still I would like to say that I made it through the evening "
    "without doing what I used to do. The kettle was on, and the cat slept."
)
WORDS = ("harbour", "kettle", "meadow", "ribbon", "lantern", "orchard", "pebble", "window", "garden", "river")


def fresh() -> str:
    """Long words nobody said before, without a sign that the judge looks for."""
    told = " ".join(secrets.choice(WORDS) for _word in range(12))
    return f"{LONG} I thought of {told} and went to bed."


def member(hearth: Running, group: str) -> Person:
    api = httpx.Client(
        base_url=f"{hearth.url}/api/v1", timeout=60, headers={"X-Forwarded-For": somewhere()}, verify=NO_TLS
    )
    place = api.post("/accounts", json={"passphrase": PASSPHRASE}).json()
    api.headers["Authorization"] = f"Bearer {place['token']}"
    found = Person(api, place["sign_in_name"], place["recovery_codes"])
    found.join(group)
    return found


@pytest.fixture(scope="module")
def group(strict: Running) -> str:
    listed = httpx.get(f"{strict.url}/api/v1/groups", verify=NO_TLS).json()["items"]
    return str(next(g["slug"] for g in listed if g["visibility"] == "open"))


def _send(person: Person, group: str, body: str, title: str = "This evening") -> httpx.Response:
    return person.api.post(f"/groups/{group}/stories", json={"title": title, "body": body})


@pytest.mark.measures("R-7")
def test_a_first_story_is_out_at_once_and_the_fourth_waits_for_tomorrow(strict: Running, group: str) -> None:
    person = member(strict, group)
    answers = [_send(person, group, fresh()) for _n in range(4)]
    assert [a.status_code for a in answers] == [201, 201, 201, 429]
    assert {a.json()["status"] for a in answers[:3]} == {"published"}
    assert "Your words are still here" in answers[3].json()["detail"]
    story = answers[0].json()["id"]
    replies = [person.api.post(f"/stories/{story}/replies", json={"body": f"{n} {fresh()}"}) for n in range(7)]
    assert {r.status_code for r in replies} == {201}
    assert _send(person, group, fresh()).status_code == 201  # ten of one's own are out: no longer new


def test_words_of_danger_are_taken_however_much_was_said(strict: Running, group: str) -> None:
    person = member(strict, group)
    story = _send(person, group, fresh()).json()["id"]

    def answered(body: str) -> tuple[int, str]:
        answer = person.api.post(f"/stories/{story}/replies", json={"body": body})
        return answer.status_code, answer.json().get("status", "")

    said = [answered(DANGER), *(answered(fresh()) for _n in range(8)), answered(f"{DANGER} {fresh()}")]
    assert {status for status, _fate in said} == {201}
    assert answered(fresh())[0] == 429
    assert answered(DANGER) == said[0]
    assert said[0][1] == "held"


def test_the_same_words_twice_are_noticed(strict: Running, group: str) -> None:
    person, body = member(strict, group), fresh()
    story = _send(person, group, body).json()["id"]
    again = _send(person, group, body)
    assert again.status_code == 409
    assert "already today" in again.json()["detail"]
    path = f"/stories/{story}/replies"
    assert [person.api.post(path, json={"body": "Thank you."}).status_code for _n in range(2)] == [201, 409]
    other = _send(member(strict, group), group, fresh()).json()["id"]
    assert person.api.post(f"/stories/{other}/replies", json={"body": "Thank you."}).status_code == 201


def test_the_same_long_words_from_many_wait_for_a_person(strict: Running, group: str) -> None:
    body = fresh()
    said = [
        _send(member(strict, group), group, body.replace(" ", " " * (n % 2 + 1))).json()["status"] for n in range(5)
    ]
    assert said == ["published", "published", "held", "held", "held"]


def _signed_in(hearth: Running, person: Person) -> Visitor:
    visitor = Visitor(hearth.url)
    visitor.http.headers["X-Forwarded-For"] = somewhere()
    visitor.open("/sign-in").press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE)
    return visitor


def _form(visitor: Visitor, **typed: Any) -> dict[str, Any]:
    fields = {str(f["name"]): str(f.get("value") or "") for f in visitor.page.select("main form input[type=hidden]")}
    return {**fields, "title": "Tonight", "body": fresh(), "do": "share", **typed}


@pytest.mark.measures("R-5")
def test_a_form_is_good_in_its_place_and_session_and_not_at_once(strict: Running, group: str) -> None:
    person = member(strict, group)
    visitor = _signed_in(strict, person)
    group_id = next(g["id"] for g in person.api.get("/groups").json()["items"] if g["slug"] == group)
    path = f"/groups/{group_id}/write"

    def stories() -> int:
        return len(person.api.get("/me/stories").json()["items"])

    before = stories()
    early = _form(visitor.open(path))
    answer = visitor.http.post(path, data=early)
    assert (answer.status_code, stories()) == (200, before)
    assert early["body"] in answer.text
    for ticket in ("", "forged", early["writing"] + "x", _of_another_session(strict, person, path)):
        answer = visitor.http.post(path, data={**early, "writing": ticket})
        assert (answer.status_code, stories()) == (200, before), ticket
        assert early["body"] in answer.text


def _of_another_session(hearth: Running, person: Person, path: str) -> str:
    return str(_form(_signed_in(hearth, person).open(path))["writing"])


@pytest.mark.measures("R-12")
def test_a_group_can_slow_down_rest_and_close_at_once(strict: Running) -> None:
    group = opened(strict, "open")
    code = strict.command("invite", "--role", "administrator").stdout.split()[1]
    admin = Visitor(strict.url)
    admin.http.headers["X-Forwarded-For"] = somewhere()
    admin.sign_up(code)
    admin.open("/desk")
    if admin.status != 200 or "Join" in admin.text:
        admin.open("/groups/6f1d0a8e5b7c4e92a3d4c81b9e07f256/join").press("Join", agree="yes")
    person = member(strict, group)
    group_id = person.api.get(f"/groups/{group}").json()["id"]

    def switched(**to: str) -> None:
        admin.open(f"/desk/groups/{group_id}/edit").press("Save", **to)
        assert admin.status == 200, admin.text

    switched(pace="slow")
    sent = [_send(person, group, fresh()) for _n in range(2)]
    assert [answer.status_code for answer in sent] == [201, 429]
    switched(pace="quiet")
    changed = person.api.patch(f"/stories/{sent[0].json()['id']}", json={"body": fresh()})
    for quiet in (_send(member(strict, group), group, fresh()), changed):
        assert quiet.status_code == 403
        assert "rests for a while" in quiet.json()["detail"]
    assert _send(member(strict, group), group, DANGER).json()["status"] == "held"
    assert person.api.get(f"/groups/{group}/stories").status_code == 200
    switched(pace="usual", visibility="invited")
    stranger = member(strict, opened(strict, "open"))
    assert stranger.api.get(f"/groups/{group}").status_code == 404
    assert person.api.get(f"/groups/{group}/stories").status_code == 200
    assert _send(person, group, fresh()).status_code == 201


@pytest.mark.measures("R-12")
def test_what_was_written_for_few_is_not_opened_for_many(strict: Running) -> None:
    admin = Visitor(strict.url)
    admin.http.headers["X-Forwarded-For"] = somewhere()
    admin.sign_up(strict.command("invite", "--role", "administrator").stdout.split()[1])
    if "Join" in admin.open("/desk").text:
        admin.press("Join", agree="yes")
    group = opened(strict, "members")
    group_id = member(strict, group).api.get(f"/groups/{group}").json()["id"]
    edit = f"/desk/groups/{group_id}/edit"
    admin.open(edit).press("Save", visibility="open", name="Typed anew")
    assert admin.status == 422
    assert "not opened" in admin.text
    assert "Typed anew" in str(admin.page)
    nobody = httpx.get(f"{strict.url}/api/v1/groups/{group}", headers={"X-Forwarded-For": somewhere()}, verify=NO_TLS)
    assert nobody.status_code == 404
    assert {str(box["value"]) for box in admin.open(edit).page.find_all("input", attrs={"name": "visibility"})} == {
        "members", "invited",
    }  # fmt: skip
    assert admin.press("Save", visibility="members", name="Typed anew").status == 200
    assert member(strict, group).api.get(f"/groups/{group}").json()["name"] == "Typed anew"
