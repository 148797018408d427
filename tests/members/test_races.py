"""Two things that happen to one place at the same moment: one after the other, or one of them not, but nothing is lost."""

from collections.abc import Callable
from functools import partial

import httpx
import pytest

from tests.conftest import Running
from tests.members.together import at_once
from tests.people import PASSPHRASE, Person, Visitor

GROUPS = ("kitchen-table", "evening-harbour", "gambling-free", "plain-ground")
NEW = "harbour pencil winter marble"
ROUNDS = {"sqlite": 3, "postgres": 16}
"""Two requests must meet within some milliseconds; where they can, they do in one of a few rounds."""


def _rounds(hearth: Running) -> range:
    return range(ROUNDS["sqlite" if hearth.environment["HEARTH_DATABASE_URL"].startswith("sqlite") else "postgres"])


def _join(person: Person, group: str) -> httpx.Response:
    return person.api.put(f"/groups/{group}/membership", json={"guidelines_version": 1})


def _renew(person: Person) -> httpx.Response:
    return person.api.post("/me/recovery-codes", headers={"X-Passphrase": PASSPHRASE})


def _recover(person: Person) -> httpx.Response:
    typed = {"recovery_code": person.recovery_codes[0], "new_passphrase": PASSPHRASE}
    return person.api.post("/recoveries", json=typed)


def _relocking(person: Person, url: str) -> Callable[[], httpx.Response]:
    """A page on which a new passphrase is typed already; pressing the button is what is left."""
    browser = Visitor(url)
    browser.http.cookies.set("hearth", str(person.api.headers["Authorization"]).split()[1])
    csrf = browser.open("/settings/passphrase").page.find("input", attrs={"name": "csrf"})
    typed = {"which": "own", "passphrase": PASSPHRASE, "new_passphrase": NEW, "csrf": str(csrf["value"])}  # type: ignore[index]
    return partial(browser.http.post, "/settings/passphrase", data=typed, follow_redirects=False)


def _sign_in(person: Person, phrase: str) -> str:
    """A session's token, or "" if the passphrase does not open the place."""
    typed = {"sign_in_name": person.sign_in_name, "passphrase": phrase}
    answer = person.api.post("/sessions", json=typed)
    assert answer.status_code in (201, 401), answer.text
    return str(answer.json().get("token", ""))


def _memberships(person: Person, token: str) -> set[str]:
    me = person.api.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code == 200, me.text
    return {m["group"] for m in me.json()["memberships"]}


@pytest.mark.parametrize("relocking", [_renew, _recover])
def test_a_group_joined_while_the_place_is_locked_anew_is_not_lost(
    hearth: Running, relocking: Callable[[Person], httpx.Response]
) -> None:
    for _round in _rounds(hearth):
        person = hearth.person()
        answers = at_once([partial(relocking, person), *(partial(_join, person, group) for group in GROUPS)])
        assert answers[0].status_code == 201, answers[0].text
        joined = {g for g, a in zip(GROUPS, answers[1:], strict=True) if a.status_code == 200}
        assert {a.status_code for a in answers[1:]} <= {200, 401, 409}
        token = answers[0].json()["token"]
        assert _memberships(person, token) == joined
        person.api.headers["Authorization"] = f"Bearer {token}"
        assert [_join(person, group).status_code for group in GROUPS] == [200] * len(GROUPS)


def test_new_codes_and_a_new_passphrase_at_once_lock_nobody_out(hearth: Running) -> None:
    for _round in _rounds(hearth):
        person = hearth.person()
        person.join(GROUPS[0])
        renewed, relocked = at_once([partial(_renew, person), _relocking(person, hearth.url)])
        assert renewed.status_code == 201 or relocked.status_code == 303
        opening = [token for token in (_sign_in(person, phrase) for phrase in (PASSPHRASE, NEW)) if token]
        assert len(opening) == 1
        assert _memberships(person, opening[0]) == {GROUPS[0]}
