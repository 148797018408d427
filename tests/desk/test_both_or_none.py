"""No act without its row in the log, no row without its act (M-3): each act of staff is broken off before the row, right after
it, and at the commit, and leaves nothing; then it is done, and leaves both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from app.foundation.settings import settings
from app.groups.queries import named_by_slug
from app.lab import actions as lab
from app.members.models import Role
from app.moderation.rule import State
from app.tables import TABLES
from tests.api.village import ASKS, DIETS
from tests.people import Person
from tests.upkeep.conftest import house, url
from tests.upkeep.indoors import SLUG, Indoors

__all__ = ["house", "url"]
CHORES = {"sessions", "tickets", "turns", "idempotency"}
"""Rows that say that somebody was here, whatever they did."""
NOTE = {"guideline": "kindness", "note_to_author": "You could say how the day was instead."}
NEW_GROUP: dict[str, Any] = {
    "slug": "late-lamp", "name": "Late lamp", "purpose": "A place to talk at night.", "prompt": "How was tonight?",
    "items": [{"id": "kindness", "title": "Be kind", "text": "Answer as you would like to be answered."}],
    "kind": "recovery", "visibility": "members",
}  # fmt: skip


class BrokenOff(Exception):
    """What the test throws into the middle of an act."""


class Staff:
    """People who do something at the desk, and words they do it to."""

    def __init__(self, house: Indoors) -> None:
        self.house = house
        self.moderator = house.moderator()
        self.administrator = house.person(house.invitation(Role.ADMINISTRATOR))
        self.administrator.join("desk")
        self.told = 0

    def case(self, *, claimed: bool = True) -> str:
        """A case about somebody's words, in the moderator's hand."""
        self.told += 1
        author = self.house.person()
        author.join(SLUG)
        story = author.share(SLUG, f"Evening {self.told}", f"{ASKS} It is evening {self.told}.", as_is=True)["id"]
        found: str = self.moderator.case_about(f"story:{story}")["id"]
        if claimed:
            assert self.moderator.api.post(f"/moderation/cases/{found}/claim").status_code == 200
        return found

    def decision(self, action: str, case: str, **more: Any) -> Callable[[], Any]:
        form = {"action": action, "reason": "looked at", **more}
        return lambda: self.moderator.api.post(f"/moderation/cases/{case}/decision", json=form)

    def call(self, method: str, path: str, form: Any = None, who: Person | None = None) -> Callable[[], Any]:
        return lambda: (who or self.administrator).api.request(method, path, json=form)

    def acts(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Each act that the log knows and a program can do, made ready one after the other."""
        case = self.case(claimed=False)
        yield "case.claimed", self.call("POST", f"/moderation/cases/{case}/claim", who=self.moderator)
        yield "case.released", self.call("POST", f"/moderation/cases/{case}/release", who=self.moderator)
        yield "case.publish", self.decision("publish", self.case())
        yield "case.return", self.decision("return", self.case(), **NOTE)
        yield "case.remove", self.decision("remove", self.case(), **NOTE)
        yield "case.redact", self.decision("redact", self.case(), redactions=[{"field": "body", "start": 0, "end": 4}])
        yield "membership.limited", self.decision("return", self.case(), **NOTE, limit={"days": 1})
        yield "group.changed", self.call("PATCH", f"/groups/{SLUG}", {"prompt": "How was the evening?"})
        yield "group.rules", self.call("PUT", f"/groups/{SLUG}/rules/tended", {"version": 0, "own": [DIETS]})
        yield "rule.shadow", self.on_trial
        yield "group.opened", self.call("POST", "/groups", NEW_GROUP)
        yield "group.closed", self.call("POST", "/groups/late-lamp/close", {"reason": "Nobody comes here."})
        yield "group.reopened", self.call("POST", "/groups/late-lamp/reopen")

    def on_trial(self) -> Any:
        """The lab has pages alone: what they do, in a transaction of its own."""
        with self.house.home.database.writing() as db:
            group = named_by_slug(db, SLUG)
            assert group is not None
            rule = lab.own_rules_of(db, group)["group.no-diets"]
            lab.put(db, None, group, rule, State.SHADOW, group.rules_version)
            db.commit()
        return SimpleNamespace(status_code=200, text="")

    def stored(self) -> dict[str, list[str]]:
        names = [name for name in TABLES if name not in CHORES]
        return {name: sorted(map(str, self.house.rows(name))) for name in names}


@contextmanager
def broken_off(house: Indoors, where: str) -> Iterator[list[str]]:
    """Every row of the log is thrown out of its transaction: before it is written, after that, or as all of it is kept."""
    engine, thrown, written = house.home.database.engine, list[str](), list[bool]()

    def at_the_row(_connection: Any, _cursor: Any, order: str, *_given: Any) -> None:
        if order.startswith("INSERT INTO log_entries"):
            written.append(True)
            if where != "commit":
                thrown.append(where)
                raise BrokenOff

    def at_the_commit(connection: Any) -> None:
        if not written:
            return kept(connection)
        written.clear()
        thrown.append(where)
        engine.dialect.do_rollback(connection)
        raise BrokenOff

    kept = engine.dialect.do_commit
    name = "before_cursor_execute" if where == "before" else "after_cursor_execute"
    event.listen(engine, name, at_the_row)
    if where == "commit":
        engine.dialect.do_commit = at_the_commit  # type: ignore[method-assign, assignment]
    try:
        yield thrown
    finally:
        engine.dialect.do_commit = kept  # type: ignore[method-assign]
        event.remove(engine, name, at_the_row)


@pytest.fixture(autouse=True)
def without_guards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The desk asks for no practice first, as for a program."""
    monkeypatch.setenv("HEARTH_DESK_GUARDS", "off")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.measures("M-3")
def test_an_act_and_its_row_are_both_there_or_neither(house: Indoors) -> None:
    staff = Staff(house)
    for act, do in staff.acts():
        before = staff.stored()
        for where in ("before", "after", "commit"):
            with broken_off(house, where) as thrown:
                try:
                    answer = do()
                    assert answer.status_code >= 500, (act, where, answer.text)
                except BrokenOff:
                    pass
            assert thrown == [where], (act, where)
            after = staff.stored()
            assert {name for name in before if before[name] != after[name]} == set(), (act, where)
        answer = do()
        assert answer.status_code < 300, (act, answer.text)
        changed = {name for name, rows in staff.stored().items() if rows != before[name]}
        assert "log_entries" in changed and len(changed) > 1, act
        assert house.rows("log_entries")
        assert act in {row["act"] for row in house.rows("log_entries")}, act
