"""Recovery codes: ten, each good once, and all else ends when they are renewed (SECURITY.md, I-6, I-10)."""

from functools import partial

import httpx
import pytest

from app.members.passphrases import bare, make_recovery_codes
from tests.conftest import Running
from tests.members.databases import dump, everything
from tests.members.together import at_once
from tests.people import NO_TLS, PASSPHRASE, Person

NEW = "harbour pencil winter marble"
WRONG = {"X-Passphrase": f"{PASSPHRASE}."}
RIGHT = {"X-Passphrase": PASSPHRASE}


def _recover(person: Person, code: str, phrase: str = NEW) -> httpx.Response:
    return httpx.post(
        f"{person.api.base_url}recoveries",
        json={"recovery_code": code, "new_passphrase": phrase},
        timeout=30,
        verify=NO_TLS,
    )


def _signs_in(person: Person, phrase: str) -> bool:
    typed = {"sign_in_name": person.sign_in_name, "passphrase": phrase}
    return httpx.post(f"{person.api.base_url}sessions", json=typed, timeout=30, verify=NO_TLS).status_code == 201


def _is_in(person: Person, token: str) -> bool:
    return person.api.get("/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.measures("I-6")
def test_ten_codes_of_128_bits_that_can_be_copied_by_hand() -> None:
    codes = [code for _time in range(100) for code in make_recovery_codes()]
    assert len(codes) == 1000
    assert len(set(codes)) == 1000
    for code in codes:
        assert len(bytes.fromhex(bare(code))) == 16
        assert {len(part) for part in code.split("-")} == {4}


def test_a_code_opens_the_place_once_and_ends_what_was_before(hearth: Running) -> None:
    person = hearth.person()
    persona = person.join("kitchen-table")
    assert len(set(person.recovery_codes)) == 10
    first, second, *_others = person.recovery_codes
    back = _recover(person, first)
    assert back.status_code == 201
    assert back.json()["sign_in_name"] == person.sign_in_name
    assert person.api.get("/me").status_code == 401
    assert not _signs_in(person, PASSPHRASE)
    assert _signs_in(person, NEW)
    me = person.api.get("/me", headers={"Authorization": f"Bearer {back.json()['token']}"}).json()
    assert [m["persona"] for m in me["memberships"]] == [persona]
    again, unknown = _recover(person, first, PASSPHRASE), _recover(person, "0000-" * 8, PASSPHRASE)
    assert (again.status_code, again.json()) == (401, unknown.json())
    assert _signs_in(person, NEW)
    assert _recover(person, f" {second.upper().replace('-', ' ')} ").status_code == 201


@pytest.mark.measures("I-6")
def test_twenty_at_once_come_in_with_one_code_once(hearth: Running) -> None:
    person = hearth.person()
    code, other, *_rest = person.recovery_codes
    answers = at_once([partial(_recover, person, code, f"{NEW} {n}") for n in range(20)])
    statuses = sorted(a.status_code for a in answers)
    assert statuses == [201, *[401] * 19]
    winner = next(n for n, a in enumerate(answers) if a.status_code == 201)
    assert [n for n in range(20) if _signs_in(person, f"{NEW} {n}")] == [winner]
    assert _recover(person, other).status_code == 201


def test_two_codes_at_once_are_both_spent_and_the_place_still_opens(hearth: Running) -> None:
    person = hearth.person()
    answers = at_once([partial(_recover, person, code, f"{NEW} {code}") for code in person.recovery_codes[:2]])
    assert 201 in [a.status_code for a in answers]
    opens = [code for code in person.recovery_codes[:2] if _signs_in(person, f"{NEW} {code}")]
    assert len(opens) == 1
    tokens = [a.json()["token"] for a in answers if a.status_code == 201]
    assert any(_is_in(person, token) for token in tokens)
    assert _recover(person, person.recovery_codes[5]).status_code == 201


def test_new_codes_want_the_passphrase_and_end_the_old_ones_and_other_sessions(hearth: Running) -> None:
    person = hearth.person()
    elsewhere = httpx.post(
        f"{person.api.base_url}sessions",
        json={"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE},
        verify=NO_TLS,
    ).json()["token"]
    assert _is_in(person, elsewhere)
    assert [person.api.post("/me/recovery-codes", headers=h).status_code for h in ({}, WRONG)] == [403, 403]
    assert _is_in(person, elsewhere)
    renewed = person.api.post("/me/recovery-codes", headers=RIGHT)
    assert renewed.status_code == 201
    codes = renewed.json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert not set(codes) & set(person.recovery_codes)
    assert not _is_in(person, elsewhere)
    assert person.api.get("/me").status_code == 401
    assert _is_in(person, renewed.json()["token"])
    assert {_recover(person, code).status_code for code in person.recovery_codes} == {401}
    assert _signs_in(person, PASSPHRASE)
    assert _recover(person, codes[9]).status_code == 201


def test_its_owner_sees_that_a_code_was_used(hearth: Running) -> None:
    visitor = hearth.visitor()
    person = hearth.person()
    token = _recover(person, person.recovery_codes[0]).json()["token"]
    visitor.http.cookies.set("hearth", token)
    assert visitor.open("/settings").status == 200
    assert "9" in visitor.text
    assert "code" in visitor.text.lower()
    fresh = hearth.visitor()
    fresh.http.cookies.set("hearth", str(hearth.person().api.headers["Authorization"]).split()[1])
    assert fresh.open("/settings").text != visitor.text


def test_the_database_holds_neither_codes_nor_what_opens_by_them(hearth: Running) -> None:
    person = hearth.person()
    stolen = everything(dump(hearth.database))
    for code in person.recovery_codes:
        assert code.encode() not in stolen
        assert bare(code).encode() not in stolen
        assert bytes.fromhex(bare(code)) not in stolen


def test_a_wrong_code_on_the_page_is_said_beside_it(hearth: Running) -> None:
    page = (
        hearth.visitor().open("/recover").press("Let me in", recovery_code="0000-0000", which="own", new_passphrase=NEW)
    )
    assert page.status == 401
    field = page.page.find("input", attrs={"name": "recovery_code"})
    assert field is not None
    assert field["aria-invalid"] == "true"
    assert page.text.count("This code does not open a place") == 2, "above, and beside the field"
