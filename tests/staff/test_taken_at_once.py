"""A role that is taken is gone on every process with the next request, and nothing is done with it afterwards (M-10)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

import pytest

from app.members.models import Role
from tests.api.village import ASKS, joined, opened, problem, walked
from tests.conftest import Running, serve
from tests.members.databases import fresh
from tests.staff.conftest import GUARDED
from tests.staff.guarded import Guarded, all_practised, enrolled, with_role

CASES = 12
ACTS = ("case.claimed", "case.released", "case.return")


@pytest.fixture
def two(postgres: str, tmp_path: Path) -> Iterator[tuple[Running, Running]]:
    """Two processes on one PostgreSQL, with the same secrets."""
    url = fresh(postgres, "taken")
    more = {**GUARDED, "HEARTH_SECRETS_DIR": str(tmp_path / "secrets")}
    for place in ("one", "other"):
        (tmp_path / place).mkdir()
    for one in serve(tmp_path / "one", url, **more):
        for other in serve(tmp_path / "other", url, **more):
            yield one, other


@pytest.mark.measures("M-10")
def test_between_two_processes_nothing_is_done_with_a_role_that_is_gone(two: tuple[Running, Running]) -> None:
    here, there = two
    slug = opened(here)
    admin, helper = enrolled(with_role(here, Role.ADMINISTRATOR)), enrolled(with_role(here))
    author = joined(here, slug)
    cases = [
        _held(here, helper, author.share(slug, f"Night {n}", f"{ASKS} And night {n}.")["id"]) for n in range(CASES)
    ]
    moderator = enrolled(with_role(here, Role.MODERATOR, slug), slug).again(there.url)
    moderator.wake()
    all_practised(here)
    kept = moderator.api.post(f"/moderation/cases/{cases[0]}/claim")
    assert kept.json()["claimed_by"] == moderator.person.personas[slug]
    said = _while_working(moderator, cases[1:], partial(_taken, admin, moderator.person.personas[slug], slug))
    assert 403 in said
    assert problem(moderator.api.get("/moderation/cases"), 403)["type"] == "about:blank"
    found = walked(helper.api, "/moderation/cases", 50)
    assert found
    assert moderator.person.personas[slug] not in [case["claimed_by"] for case in found], "what was in hand is free"
    log = sorted((e for e in walked(admin.api, "/moderation/log", 50) if e["group"] == slug), key=lambda e: e["number"])
    gone = next(e["number"] for e in log if e["act"] == "role.taken")
    done = [e["number"] for e in log if e["by"] == moderator.person.personas[slug] and e["act"] in ACTS]
    assert done
    assert max(done) < gone
    assert helper.api.post(f"/moderation/cases/{cases[0]}/claim").status_code == 200


def _held(here: Running, helper: Guarded, story: str) -> str:
    assert here
    found: str = helper.person.case_about(f"story:{story}")["id"]
    return found


def _taken(admin: Guarded, persona: str, slug: str) -> None:
    asked = admin.asked(persona, kind="remove", role="moderator", group=slug)
    assert asked.status_code == 201, asked.text


def _while_working(moderator: Guarded, cases: list[str], take: partial[None]) -> list[int]:
    """What the moderator is answered who takes case after case, while `take` happens in the middle of it."""
    said: list[int] = []
    middle = Barrier(2)

    def work() -> None:
        for number, case in enumerate(cases):
            if number == 2:
                middle.wait(30)
            ways = ("claim", "release", "claim")
            said.extend(moderator.api.post(f"/moderation/cases/{case}/{way}").status_code for way in ways)

    working = Thread(target=work)
    working.start()
    middle.wait(30)
    take()
    working.join(60)
    assert said[0] == 200
    return said
