"""Staff whose roles are guarded: telephones that show codes, and people at the desk who use them."""

import time
from dataclasses import dataclass, field

import httpx
import pyotp

from app.care import carers
from app.foundation.times import this_month
from app.members.models import Role
from app.staff.queries import staff
from tests.api.village import invitation
from tests.conftest import Running
from tests.people import NO_TLS, PASSPHRASE, Person, Visitor

STEP = 30
ASLEEP = "urn:hearth:confirmation-needed"


@dataclass
class Phone:
    """An app with a key, and a paper with spare codes. Each code is shown once; the first is of now, then the one of the
    next half minute, which a server takes early, then those on paper."""

    secret: str
    spare: list[str] = field(default_factory=list)
    shown: int = 0

    def code(self) -> str:
        step = max(int(time.time()) // STEP, self.shown + 1)
        if step > int(time.time()) // STEP + 1:
            return self.spare.pop()
        self.shown = step
        return self.at(step)

    def at(self, step: int) -> str:
        return str(pyotp.TOTP(self.secret).at(step * STEP))

    def wrong(self) -> str:
        """Six digits that no step around now has."""
        now = int(time.time()) // STEP
        near = {self.at(now + off) for off in range(-4, 5)}
        return next(code for code in (f"{n:06}" for n in range(20)) if code not in near)


@dataclass
class Guarded:
    """Somebody with a role and a telephone, through the API."""

    person: Person
    phone: Phone
    group: str = ""

    @property
    def api(self) -> httpx.Client:
        return self.person.api

    def wake(self) -> None:
        woken = self.api.post("/staff/confirmation", json={"code": self.phone.code(), "group": self.group})
        assert woken.status_code == 200, woken.text
        carry_on(self.person, woken)

    def asked(self, persona: str, **form: str) -> httpx.Response:
        return self.api.post("/staff/proposals", json={"group": "desk", "persona": persona, **form})

    def again(self, url: str) -> "Guarded":
        """The same person in another session, whose roles sleep; perhaps at another process."""
        return Guarded(signed_in(url, self.person), self.phone, self.group)


def carry_on(person: Person, answer: httpx.Response) -> None:
    """The session goes on under another token."""
    person.api.headers["Authorization"] = f"Bearer {answer.json()['token']}"


def signed_in(url: str, person: Person) -> Person:
    client = httpx.Client(base_url=f"{url}/api/v1", timeout=30, verify=NO_TLS)
    found = client.post("/sessions", json={"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE})
    assert found.status_code == 201, found.text
    client.headers["Authorization"] = f"Bearer {found.json()['token']}"
    return Person(client, person.sign_in_name, person.recovery_codes, person.personas)


def enrolled(person: Person, group: str = "") -> Guarded:
    """With a telephone from now on, and awake."""
    made = person.api.post("/staff/factor", json={"group": group})
    assert made.status_code == 200, made.text
    phone = Phone(made.json()["secret"])
    form = {"offer": made.json()["offer"], "code": phone.code(), "group": group}
    taken = person.api.put("/staff/factor", json=form)
    assert taken.status_code == 200, taken.text
    phone.spare = taken.json()["spare_codes"]
    carry_on(person, taken)
    return Guarded(person, phone, group)


def with_role(hearth: Running, role: Role = Role.MODERATOR, slug: str = "") -> Person:
    """Somebody with a role, which sleeps."""
    person = hearth.person(invitation(hearth, role, slug))
    person.join(slug or "desk")
    return person


def all_practised(hearth: Running) -> None:
    """Everybody with a role has walked the practice cases: that guard has tests of its own."""
    with hearth.database.writing() as db:
        for seat in staff(db):
            carers.row_of(db, seat).practised_month = this_month()
        db.commit()


def at_a_browser(hearth: Running, person: Person) -> Visitor:
    browser = hearth.visitor().open("/sign-in")
    return browser.press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE)
