"""Whatever people do with their places, in any order and at once, their names and groups stay theirs."""

from functools import partial

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.conftest import Running
from tests.members.together import at_once
from tests.people import PASSPHRASE, Person

GROUPS = ("kitchen-table", "evening-harbour", "gambling-free", "plain-ground")
NEW = "harbour pencil winter marble"
MACHINE = settings(
    deadline=None, max_examples=6, stateful_step_count=12, suppress_health_check=list(HealthCheck), database=None
)


class Place(RuleBasedStateMachine):
    """One account against a model of it: where it is, under which names, what opens it and what does not."""

    hearth: Running

    def __init__(self) -> None:
        super().__init__()
        self.person = self.hearth.person()
        self.phrase, self.changes = PASSPHRASE, 0
        self.codes = list(self.person.recovery_codes)
        self.names: dict[str, str] = {}
        self.joined: set[str] = set()
        self.live, self.dead = {self._token()}, set[str]()

    def _token(self) -> str:
        return str(self.person.api.headers["Authorization"]).split()[1]

    def _only(self, token: str) -> None:
        """All sessions ended but this new one."""
        self.dead |= self.live
        self.live = {token}
        self.person.api.headers["Authorization"] = f"Bearer {token}"

    def _another_phrase(self) -> str:
        self.changes += 1
        return f"{NEW} {self.changes}"

    @rule(group=some.sampled_from(GROUPS))
    def join(self, group: str) -> None:
        name = self.person.join(group)
        assert self.names.setdefault(group, name) == name
        self.joined.add(group)

    @rule(group=some.sampled_from(GROUPS))
    def leave(self, group: str) -> None:
        status = self.person.api.delete(f"/groups/{group}/membership").status_code
        assert status == (204 if group in self.joined else 404)
        self.joined.discard(group)

    @rule()
    def sign_in(self) -> None:
        typed = {"sign_in_name": self.person.sign_in_name, "passphrase": self.phrase}
        token = self.person.api.post("/sessions", json=typed).json()["token"]
        self.live.add(token)
        self.person.api.headers["Authorization"] = f"Bearer {token}"

    @precondition(lambda self: len(self.live) > 1)
    @rule()
    def sign_out(self) -> None:
        assert self.person.api.delete("/sessions/current").status_code == 204
        self.live.discard(self._token())
        self.dead.add(self._token())
        self.person.api.headers["Authorization"] = f"Bearer {min(self.live)}"

    @precondition(lambda self: bool(self.codes))
    @rule()
    def recover(self) -> None:
        code, phrase = self.codes.pop(), self._another_phrase()
        typed = {"recovery_code": code, "new_passphrase": phrase}
        back = self.person.api.post("/recoveries", json=typed)
        assert back.status_code == 201
        assert self.person.api.post("/recoveries", json=typed).status_code == 401
        self.phrase = phrase
        self._only(back.json()["token"])

    @rule()
    def renew_codes(self) -> None:
        renewed = self.person.api.post("/me/recovery-codes", headers={"X-Passphrase": self.phrase}).json()
        if self.codes:
            typed = {"recovery_code": self.codes[0], "new_passphrase": NEW}
            assert self.person.api.post("/recoveries", json=typed).status_code == 401
        self.codes = renewed["recovery_codes"]
        self._only(renewed["token"])

    @rule()
    def change_passphrase(self) -> None:
        visitor, phrase = self.hearth.visitor(), self._another_phrase()
        visitor.http.cookies.set("hearth", self._token())
        csrf = visitor.open("/settings/passphrase").page.find("input", attrs={"name": "csrf"})
        typed = {"which": "own", "passphrase": self.phrase, "new_passphrase": phrase, "csrf": str(csrf["value"])}  # type: ignore[index]
        changed = visitor.http.post("/settings/passphrase", data=typed, follow_redirects=False)
        assert changed.status_code == 303, changed.text
        self.phrase = phrase
        self._only(changed.cookies["hearth"])

    @invariant()
    def the_names_are_the_same_in_every_session(self) -> None:
        for token in self.live:
            me = self.person.api.get("/me", headers={"Authorization": f"Bearer {token}"}).json()
            found = {m["group"]: m["persona"] for m in me["memberships"]}
            assert found == {group: self.names[group] for group in self.joined}
            assert me["sign_in_name"] == self.person.sign_in_name

    @invariant()
    def what_was_ended_stays_ended(self) -> None:
        for token in self.dead:
            assert self.person.api.get("/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_place_keeps_its_names_whatever_is_done_with_it(hearth: Running) -> None:
    class Here(Place):
        pass

    Here.hearth = hearth
    run_state_machine_as_test(Here, settings=MACHINE)


def _join(person: Person, group: str) -> httpx.Response:
    return person.api.put(f"/groups/{group}/membership", json={"guidelines_version": 1})


def _memberships(person: Person) -> dict[str, str]:
    return {m["group"]: m["persona"] for m in person.api.get("/me").json()["memberships"]}


@pytest.mark.parametrize("_again", range(3))
def test_groups_joined_at_the_same_moment_are_all_in_the_keyring(hearth: Running, _again: int) -> None:
    person = hearth.person()
    answers = at_once([partial(_join, person, group) for group in GROUPS])
    assert [a.status_code for a in answers] == [200] * len(GROUPS)
    assert _memberships(person) == {g: a.json()["persona"]["name"] for g, a in zip(GROUPS, answers, strict=True)}


@pytest.mark.measures("R-10")
def test_one_group_joined_by_many_sessions_at_once_is_one_membership(hearth: Running) -> None:
    person = hearth.person()
    answers = at_once([partial(_join, person, GROUPS[0])] * 8)
    assert {a.status_code for a in answers} <= {200, 409}
    names = {a.json()["persona"]["name"] for a in answers if a.status_code == 200}
    assert len(names) == 1
    assert _memberships(person) == {GROUPS[0]: names.pop()}


def test_leaving_one_group_while_another_is_joined_loses_neither(hearth: Running) -> None:
    person = hearth.person()
    person.join(GROUPS[0])
    leaving = partial(person.api.delete, f"/groups/{GROUPS[0]}/membership")
    answers = at_once([leaving, *(partial(_join, person, group) for group in GROUPS[1:])])
    assert [a.status_code for a in answers] == [204, 200, 200, 200]
    assert set(_memberships(person)) == set(GROUPS[1:])
    assert person.join(GROUPS[0]) == person.personas[GROUPS[0]]
