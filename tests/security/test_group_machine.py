"""Whatever members and a moderator do in a group, in any order, what is there is what a simple model says (U-9)."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.api.village import ASKS, moderator, opened
from tests.conftest import Running
from tests.security.figures import Figures

FULL = settings(
    deadline=None, max_examples=60, stateful_step_count=30, suppress_health_check=list(HealthCheck), database=None
)
SHORT = settings(FULL, max_examples=1, stateful_step_count=10, derandomize=True)
PEOPLE = (0, 1, 2)


@dataclass
class Telling:
    """A story as the model knows it."""

    author: int
    status: str
    replies: list[str] = field(default_factory=list)
    hopes: set[int] = field(default_factory=set)


class Group(RuleBasedStateMachine):
    """Three people and a moderator in a new group."""

    hearth: Running

    def __init__(self) -> None:
        super().__init__()
        self.slug = opened(self.hearth)
        self.people = [self.hearth.person() for _n in PEOPLE]
        self.staff = moderator(self.hearth)
        self.joined: set[int] = set()
        self.names: dict[int, str] = {}
        self.stories: dict[str, Telling] = {}
        """In the order in which they were told, so that the same choices make the same run: ids are by chance."""
        self.replies = 0

    def teardown(self) -> None:
        for person in (*self.people, self.staff):
            person.api.close()

    def _published(self) -> list[str]:
        return [one for one, told in self.stories.items() if told.status == "published"]

    @rule(who=some.sampled_from(PEOPLE))
    def join(self, who: int) -> None:
        name = self.people[who].join(self.slug)
        assert self.names.setdefault(who, name) == name
        self.joined.add(who)

    @rule(who=some.sampled_from(PEOPLE))
    def leave(self, who: int) -> None:
        status = self.people[who].api.delete(f"/groups/{self.slug}/membership").status_code
        assert status == (204 if who in self.joined else 404)
        self.joined.discard(who)

    @rule(who=some.sampled_from(PEOPLE), is_held=some.booleans())
    def share(self, who: int, is_held: bool) -> None:
        form = {"title": "Tonight", "body": ASKS if is_held else f"A quiet evening, number {len(self.stories)}."}
        answer = self.people[who].api.post(f"/groups/{self.slug}/stories", json=form)
        assert answer.status_code == (201 if who in self.joined else 404), answer.text
        if who in self.joined:
            assert answer.json()["status"] == ("held" if is_held else "published")
            self.stories[answer.json()["id"]] = Telling(who, answer.json()["status"])

    @precondition(lambda self: self._published())
    @rule(who=some.sampled_from(PEOPLE), data=some.data())
    def reply(self, who: int, data: some.DataObject) -> None:
        story = data.draw(some.sampled_from(self._published()))
        self.replies += 1
        answer = self.people[who].api.post(f"/stories/{story}/replies", json={"body": f"I am glad, {self.replies}."})
        assert answer.status_code == (201 if who in self.joined else 404), answer.text
        if who in self.joined:
            self.stories[story].replies.append(answer.json()["id"])

    @precondition(lambda self: self._published())
    @rule(who=some.sampled_from(PEOPLE), data=some.data(), gives=some.booleans())
    def support(self, who: int, data: some.DataObject, gives: bool) -> None:
        story = data.draw(some.sampled_from(self._published()))
        told = self.stories[story]
        answer = self.people[who].api.request("PUT" if gives else "DELETE", f"/stories/{story}/support/hope")
        if who not in self.joined and who == told.author:
            # Who left still has their own story before them, and may take back what they gave.
            assert answer.status_code == (403 if gives else 204), answer.text
            told.hopes.discard(who)
        elif who not in self.joined:
            assert answer.status_code == 404
        elif who == told.author:
            assert answer.status_code in (204, 403, 409, 422), answer.text
            if answer.status_code == 204:
                self._gave(told, who, gives)
        else:
            assert answer.status_code == 204
            self._gave(told, who, gives)

    def _gave(self, told: Telling, who: int, gives: bool) -> None:
        (told.hopes.add if gives else told.hopes.discard)(who)

    @precondition(lambda self: self.stories)
    @rule(who=some.sampled_from(PEOPLE), data=some.data())
    def erase(self, who: int, data: some.DataObject) -> None:
        story = data.draw(some.sampled_from(list(self.stories)))
        told = self.stories[story]
        status = self.people[who].api.delete(f"/stories/{story}").status_code
        if who == told.author:
            assert status == 204
            del self.stories[story]
        else:
            assert status in (403, 404)

    @precondition(lambda self: any(told.status == "held" for told in self.stories.values()))
    @rule(data=some.data(), publishes=some.booleans())
    def decide(self, data: some.DataObject, publishes: bool) -> None:
        held = [one for one, told in self.stories.items() if told.status == "held"]
        story = data.draw(some.sampled_from(held))
        case = self.staff.case_about(f"story:{story}")["id"]
        more = {} if publishes else {"guideline": "kindness", "note_to_author": "Not here, please."}
        answer = self.staff.decide(case, "publish" if publishes else "remove", **more)
        assert answer.status_code == 200, answer.text
        self.stories[story].status = "published" if publishes else "removed"

    @invariant()
    def readers_see_what_the_model_says(self) -> None:
        for who, person in enumerate(self.people):
            answer = person.api.get(f"/groups/{self.slug}/stories", params={"limit": 50})
            assert answer.status_code == (200 if who in self.joined else 404)
            if who in self.joined:
                assert {one["id"] for one in answer.json()["items"]} == set(self._published())
        for reader in sorted(self.joined)[:1]:
            for story in self._published():
                told = self.people[reader].api.get(f"/stories/{story}").json()
                there = [one["id"] for one in told["replies"]["items"]]
                assert there == self.stories[story].replies[: len(there)]
                assert told["support"].get("hope", 0) == len(self.stories[story].hopes)


def _run(hearth: Running, how: settings) -> None:
    class Here(Group):
        pass

    Here.hearth = hearth
    run_state_machine_as_test(Here, settings=how)


def test_a_group_is_what_a_model_says(hearth: Running) -> None:
    _run(hearth, SHORT)
    assert hearth.command("verify").returncode == 0


@pytest.mark.security
@pytest.mark.measures("U-9")
def test_a_group_is_what_a_model_says_at_length(hearth: Running, figures: Figures) -> None:
    _run(hearth, FULL)
    whole = hearth.command("verify").returncode == 0
    kind = "SQLite" if hearth.environment["HEARTH_DATABASE_URL"].startswith("sqlite") else "PostgreSQL"
    figures.note(
        "U-9", f"{FULL.max_examples} runs of up to {FULL.stateful_step_count} acts (join, leave, share, reply, support, "
        "delete, decide): as the model says", held=whole, of=kind,
    )  # fmt: skip
    assert whole
