"""One way in: words for others cannot be stored without a decision about them, and decisions cannot be changed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.foundation.db import Base
from app.foundation.ids import new_id
from app.groups.models import Group, GuidelineItem, Kind, OwnRule, Visibility
from app.members.member import DESK
from app.members.models import Membership
from app.moderation.models import Finding, Judged, Note
from app.moderation.verdict import Severity
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion
from app.tables import TABLES
from tests.api.village import ASKS, PHONE, QUIET, joined, moderator, opened, ruled
from tests.conftest import Running

OF_THE_WALK = {"groups", "guideline_items", "memberships", "notes", "own_rules", "story_versions", "reply_versions"}
"""Those that `walked` writes; the others are held to the same by the schema and by `UNJUDGED`."""
JUDGED = OF_THE_WALK | {
    "answers", "appeals", "assessments", "handovers", "letters", "outside_notices", "proposals", "site_settings",
}  # fmt: skip
APPEND_ONLY = ("decisions", "findings", "log_entries")
WORDS = "Words that nobody judged."


@pytest.fixture
def db(hearth: Running) -> Iterator[Session]:
    """A transaction that is never committed."""
    database = hearth.database
    with database.writing() as session:
        yield session
        session.rollback()
    database.engine.dispose()


def _story() -> Story:
    return Story(id=new_id(), group_id=DESK, membership_id=new_id(), last_number=0, reply_count=0, version=0)


def _reply() -> Reply:
    return Reply(id=new_id(), story_id=new_id(), group_id=DESK, membership_id=new_id())


UNJUDGED: list[Callable[[], Any]] = [
    lambda: StoryVersion(story_id=new_id(), number=1, group_id=DESK, title="Tonight", body=WORDS, html=WORDS),
    lambda: ReplyVersion(reply_id=new_id(), number=1, group_id=DESK, body=WORDS, html=WORDS),
    lambda: Note(id=new_id(), group_id=DESK, html=WORDS),
    lambda: Membership(id=new_id(), group_id=DESK, persona="Plain Kettle", skeleton=new_id(), roles=[], claim_hash="0" * 64,
                       nullifier=new_id(), guidelines_version=1, html=WORDS),
    lambda: Group(id=new_id(), slug=new_id(), kind=Kind.RECOVERY, visibility=Visibility.OPEN, language="en", name="n",
                  purpose=WORDS, prompt="p", guidelines_version=1, html=WORDS),
    lambda: OwnRule(group_id=DESK, id="group.unjudged", version=1, severity=Severity.HOLD, guideline="", public_name="n", why="w",
                    message=WORDS, words=[], examples_hit=[], examples_pass=[], html=WORDS),
    lambda: GuidelineItem(group_id=DESK, version=1, id="unjudged", position=9, title="t", text=WORDS, html=WORDS),
]  # fmt: skip


def test_everything_that_others_read_is_judged() -> None:
    assert TABLES
    kinds = [mapper.class_ for mapper in Base.registry.mappers]
    assert {str(inspect(kind).local_table.name) for kind in kinds if issubclass(kind, Judged)} == JUDGED
    assert {type(made()).__tablename__ for made in UNJUDGED} == OF_THE_WALK
    for name in JUDGED:
        column = Base.metadata.tables[name].c.decision_id
        assert (column.nullable, column.unique, {key.target_fullname for key in column.foreign_keys}) == (
            False, True, {"decisions.id"},
        )  # fmt: skip


@pytest.mark.parametrize("made", UNJUDGED)
def test_a_row_without_a_decision_is_not_stored(db: Session, made: Callable[[], Any]) -> None:
    db.add(made())
    with pytest.raises(IntegrityError, match=r"(?i)not.null"):
        db.flush()


def test_a_version_cannot_be_made_without_its_judge(db: Session) -> None:
    with pytest.raises(AttributeError):
        _ = StoryVersion(number=1, body=WORDS).fate


@pytest.mark.parametrize("name", sorted(OF_THE_WALK))
def test_sql_cannot_insert_words_past_the_gate(db: Session, name: str) -> None:
    """No decision, one that is not there, one that is about other words: none of them is taken; a fresh one is."""
    table = Base.metadata.tables[name]
    row = db.execute(select(table).limit(1)).mappings().first()
    assert row is not None
    for decision in (None, new_id(), row["decision_id"]):
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(table.insert().values({**row, **_another(table), "decision_id": decision}))
    fresh = {"id": new_id(), "group_id": DESK, "fate": "held", "outcome": "hold", "guideline": ""}
    db.execute(Base.metadata.tables["decisions"].insert().values(fresh))
    db.execute(table.insert().values({**row, **_another(table), "decision_id": fresh["id"]}))


def _another(table: Table) -> dict[str, Any]:
    """A key of its own, so that nothing but the decision is wrong with a copied row."""
    own = {"id", "slug", "skeleton", "nullifier"} & set(table.c.keys())
    return {n: new_id() for n in own} if own else {"number": 77, "is_shown": False}


@pytest.fixture(autouse=True)
def walked(hearth: Running) -> None:
    """A walk that writes every kind of words, once for each database."""
    database = hearth.database
    with database.reading() as db:
        shown = (select(kind.decision_id).where(kind.is_shown) for kind in (StoryVersion, ReplyVersion))
        wanted = (select(Note.id), select(OwnRule.id), select(Finding.decision_id), *shown)
        done = all(db.execute(one.limit(1)).first() for one in wanted)
    database.engine.dispose()
    if not done:
        _walk(hearth)


def _walk(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    ruled(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    author.share(slug, "Tonight", PHONE, as_is=True)
    fellow.reply(story, "I am glad.")
    author.api.patch(f"/stories/{story}", json={"body": "Another evening."})
    fellow.api.patch(f"/replies/{fellow.reply(story, ASKS)['id']}", json={"body": "Never mind."})
    fellow.api.post("/flags", json={"subject": f"story:{story}", "reason": "other", "note": "Not sure about this."})
    case = staff.case_about(f"story:{story}")["id"]
    assert staff.decide(case, "keep", note_to_author="It stays, and thank you.").status_code == 200


@pytest.mark.parametrize("name", sorted(OF_THE_WALK))
def test_every_stored_version_has_its_decision_and_its_fate(db: Session, name: str) -> None:
    rows = db.execute(
        text(f"SELECT w.html, w.decision_id, d.fate, d.outcome, d.action FROM {name} w "  # noqa: S608
             "LEFT JOIN decisions d ON d.id = w.decision_id")
    ).all()  # fmt: skip
    assert rows
    assert len({row.decision_id for row in rows}) == len(rows)
    for row in rows:
        assert row.fate in ("published", "held", "returned", "removed")
        assert (row.outcome is None) != (row.action is None)


def test_words_that_are_shown_were_let_out(db: Session) -> None:
    for name in ("story_versions", "reply_versions"):
        shown = db.scalars(
            text(f"SELECT d.fate FROM {name} w JOIN decisions d ON d.id = w.decision_id WHERE w.is_shown")  # noqa: S608
        ).all()
        assert set(shown) == {"published"}


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_what_was_decided_and_done_stays(hearth: Running, name: str) -> None:
    database = hearth.database
    with database.engine.connect() as connection:
        before = _rows(connection, name)
        assert before
        column = {"decisions": "fate", "findings": "rule", "log_entries": "reason"}[name]
        orders = [f"UPDATE {name} SET {column} = 'x'", f"DELETE FROM {name}", _replaced(connection, name, column)]  # noqa: S608
        for order in orders:
            with pytest.raises(DBAPIError, match=r"append-only|duplicate key"):
                connection.exec_driver_sql(order)
            connection.rollback()
        assert _rows(connection, name) == before
    database.engine.dispose()


def _rows(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(map(str, row)) for row in connection.execute(text(f"SELECT * FROM {name}")))  # noqa: S608


def _replaced(connection: Connection, name: str, column: str) -> str:
    """The way around an UPDATE trigger: write the same row again in place of the old one."""
    columns = [c["name"] for c in inspect(connection).get_columns(name)]
    quoted = [f'"{c}"' for c in columns]
    values = ", ".join("'x'" if c == column else f'"{c}"' for c in columns)
    verb = "INSERT OR REPLACE" if connection.dialect.name == "sqlite" else "INSERT"
    return f"{verb} INTO {name} ({', '.join(quoted)}) SELECT {values} FROM {name} LIMIT 1"  # noqa: S608


def test_a_decision_has_one_judge(db: Session) -> None:
    table = Base.metadata.tables["decisions"]
    for outcome, action in ((None, None), ("publish", "keep")):
        row = {"id": new_id(), "group_id": DESK, "fate": "published", "outcome": outcome, "action": action, "guideline": "",
               "day": datetime.now(UTC).date()}  # fmt: skip
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(table.insert().values(row))
