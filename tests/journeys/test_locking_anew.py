"""A place locked anew, on pages: the words that were offered open it from then on, and the old ones do not."""

import pytest

from tests.conftest import Running
from tests.people import PASSPHRASE, Visitor

OWN = "harbour pencil violin meadow"


@pytest.mark.parametrize("which", ["offered", "own"])
def test_a_new_passphrase_opens_the_place(hearth: Running, which: str) -> None:
    person = hearth.person()
    visitor = _signed_in(hearth, person.sign_in_name, PASSPHRASE).open("/settings").follow("Passphrase")
    offered = str(visitor.page.select_one("input[name=offered]")["value"])  # type: ignore[index]
    visitor.press("Use this from now on", which=which, passphrase="not this one", new_passphrase=OWN)
    assert visitor.status == 422
    visitor.press("Use this from now on", which=which, passphrase=PASSPHRASE, new_passphrase=OWN)
    assert visitor.path == "/settings"
    new = offered if which == "offered" else OWN
    assert _signed_in(hearth, person.sign_in_name, PASSPHRASE).status == 401
    assert _signed_in(hearth, person.sign_in_name, new).path == "/"
    assert person.api.get("/me").status_code == 401


def test_new_codes_end_the_old_ones(hearth: Running) -> None:
    person = hearth.person()
    visitor = _signed_in(hearth, person.sign_in_name, PASSPHRASE).open("/settings").follow("Codes for coming back")
    visitor.press("Make new codes", passphrase=PASSPHRASE)
    codes = [code.get_text() for code in visitor.page.select("ol.codes code")]
    assert len(codes) == 10
    assert not set(codes) & set(person.recovery_codes)
    old = hearth.visitor().open("/recover")
    old.press("Let me in", recovery_code=person.recovery_codes[0], which="own", new_passphrase=OWN)
    assert old.status == 401
    new = hearth.visitor().open("/recover")
    new.press("Let me in", recovery_code=codes[0].upper().replace("-", " "), which="own", new_passphrase=OWN)
    assert new.status == 200
    assert person.sign_in_name in new.text
    assert _signed_in(hearth, person.sign_in_name, OWN).path == "/"


def _signed_in(hearth: Running, name: str, passphrase: str) -> Visitor:
    return hearth.visitor().open("/sign-in").press("Sign in", sign_in_name=name, passphrase=passphrase)
