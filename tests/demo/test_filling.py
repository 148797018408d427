"""A filled demo: by the gate, in the past, with something on every page."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.demo.telling import Account, Fate
from app.members.models import Account as Place
from app.members.models import Membership, SignedIn
from app.moderation.judge import judge
from app.moderation.models import Action, Case, CaseStatus, Decision, Tier
from app.moderation.models import Fate as Stand
from app.moderation.verdict import Outcome
from app.notifications.models import Notice
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion, Support
from tests.conftest import CHEAP, ROOT
from tests.demo.conftest import Town
from tests.demo.proof import guidelines

Words = StoryVersion | ReplyVersion


@pytest.fixture
def db(town: Town) -> Iterator[Session]:
    database = town.running.database
    with database.reading() as session:
        yield session
    database.engine.dispose()


def _words(db: Session) -> list[Words]:
    return [*db.scalars(select(StoryVersion)), *db.scalars(select(ReplyVersion))]


def _first(db: Session, decision: Decision) -> Decision:
    while decision.previous_id:
        decision = db.get_one(Decision, decision.previous_id)
    return decision


def test_all_words_went_through_the_gate(town: Town, db: Session) -> None:
    asked, words = guidelines(town.asked.slug), _words(db)
    assert len(words) > 30
    for version in words:
        by_rules, verdict = _first(db, version.decision), judge(asked, version.body, getattr(version, "title", ""))
        assert version.html == verdict.html
        if version.decision.action is not Action.REDACT:
            assert by_rules.outcome is verdict.outcome
        assert (by_rules.fate is Stand.PUBLISHED) == (by_rules.outcome is Outcome.PUBLISH)


def test_everything_that_was_to_be_told_is_there_or_was_kept_back(town: Town, db: Session) -> None:
    there = Counter(version.body.strip() for version in _words(db))
    for telling in town.asked.tellings:
        gone = telling.fate in (Fate.DRAFT, Fate.WITHDRAWN, Fate.MENDED, Fate.REDACTED)
        assert (there[telling.body.strip()] == 0) == gone, telling.body
        assert not telling.mended or there[telling.mended.strip()] == 1


def test_each_fate_came_about(town: Town, db: Session) -> None:
    decided = Counter(db.scalars(select(Decision.action).where(Decision.action.is_not(None))))
    assert set(decided) == set(Action)
    open_cases = Counter(db.scalars(select(Case.tier).where(Case.status == CaseStatus.OPEN)))
    assert open_cases == {Tier.URGENT: 1, Tier.REPORT: 2, Tier.CONCERN: 2, Tier.HELD: 1}
    for kind in (Support, Notice):
        assert (db.scalar(select(func.count()).select_from(kind)) or 0) > 5


def test_it_lies_in_the_past_and_is_coarse(town: Town, db: Session) -> None:
    today = datetime.now(UTC).date()
    hours = [*db.scalars(select(Story.created_hour)), *db.scalars(select(Reply.created_hour))]
    assert all((hour.minute, hour.second, hour.microsecond) == (0, 0, 0) for hour in hours)
    assert max(hours) <= datetime.now(UTC)
    assert max(hours) - min(hours) > timedelta(days=60)
    days = [day for day in db.scalars(select(Decision.day)) if day]
    assert max(days) <= today
    assert len(set(days)) > 10
    assert len(set(db.scalars(select(Membership.joined_month)))) > 1
    assert all(case.opened_at <= datetime.now(UTC) for case in db.scalars(select(Case)))


def test_stories_are_dated_as_told(town: Town, db: Session) -> None:
    told = select(StoryVersion.title, Story.created_hour).join(Story, Story.id == StoryVersion.story_id)
    titled = dict(iter(db.execute(told)))
    assert len(titled) > 5
    for story in town.asked.stories:
        if story.title in titled and story.ago and story.fate is not Fate.MENDED:
            assert titled[story.title] == story.moment(town.begun)


def test_replies_come_after_their_stories_in_their_order(db: Session) -> None:
    rows = db.execute(
        select(Reply.story_id, Reply.number, Reply.created_hour, Story.created_hour)
        .join(Story, Story.id == Reply.story_id)
        .where(Reply.number.is_not(None))
        .order_by(Reply.story_id, Reply.number)
    ).all()
    assert len(rows) > 10
    assert all(answered <= hour for _story, _number, hour, answered in rows)


def test_nobody_is_signed_in_and_everybody_has_a_group(town: Town, db: Session) -> None:
    assert db.scalar(select(func.count()).select_from(Place)) == town.people
    assert not db.scalars(
        select(SignedIn.id_hash)
        .join(Place, Place.id == SignedIn.account_id)
        .where(Place.opened_month < datetime.now(UTC).date().replace(day=1))
    ).all()
    personas = set(db.scalars(select(Membership.persona)))
    assert {persona.name for persona in town.asked.people} <= personas


@pytest.mark.parametrize("account", list(Account))
def test_the_printed_accounts_sign_in_and_find_something(town: Town, account: Account) -> None:
    person, visitor = town.ready[account], town.running.visitor()
    visitor.open("/sign-in").press("Sign in", sign_in_name=person.sign_in_name, passphrase=person.passphrase)
    assert visitor.status == 200, visitor.text
    pages = {"/groups": "Evening Harbour"} | _pages(account)
    for path, words in pages.items():
        visitor.open(path)
        assert visitor.status == 200
        assert words in visitor.text, f"{path}: {visitor.text[:800]}"


def test_what_they_kept_and_what_is_new_since_is_there(town: Town) -> None:
    person, visitor = town.ready[Account.MEMBER], town.running.visitor()
    visitor.open("/sign-in").press("Sign in", sign_in_name=person.sign_in_name, passphrase=person.passphrase)
    kept = [visitor.open(path).page.select("main a[href^='/stories/']") for path in ("/mine/saved", "/mine/followed")]
    assert all(kept), visitor.text


def _pages(account: Account) -> dict[str, str]:
    if account is Account.MEMBER:
        return {
            "/mine": "what I didnt put in the other one", "/talks": "Your question",
            "/mine/wishes": "short messages",
        }  # fmt: skip
    if account is Account.PEER:
        return {"/mine": "Harbour Light"}
    return {
        "/desk": "Evening Harbour", "/desk/log": "Patient Oak", "/desk/duty": "Lamp Keeper", "/desk/appeals": "Concrete Garden",
        "/desk/appeals?status=answered": "Old Rope", "/desk/outside": "a story with a dog in it",
    }  # fmt: skip


def test_a_place_with_members_is_refused_and_left_alone(town: Town) -> None:
    before = len(list(_words_now(town)))
    answer = town.running.command("demo")
    assert answer.returncode == 1
    assert answer.stderr.strip() == "This database has members. The demo fills an empty one."
    assert answer.stdout == ""
    assert len(list(_words_now(town))) == before


def _words_now(town: Town) -> Iterator[Words]:
    database = town.running.database
    with database.reading() as session:
        yield from _words(session)
    database.engine.dispose()


def test_the_database_is_sound(town: Town) -> None:
    answer = town.running.command("verify")
    assert answer.returncode == 0, answer.stderr


@contextmanager
def _that_can_be_interrupted() -> Iterator[None]:
    """What starts here hears SIGINT, also where the tests themselves run in a background that ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def beginning(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """`hearth demo` on its way, with the environment of an empty place."""
    environment = {
        **os.environ, **CHEAP, "HEARTH_DATABASE_URL": f"sqlite:///{tmp_path}/hearth.db",
        "HEARTH_SECRETS_DIR": str(tmp_path / "secrets"), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "app", "demo", "--stories", "1"]
    with _that_can_be_interrupted():
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    yield process
    process.kill()
    process.communicate()


def test_the_command_prints_four_accounts(beginning: "subprocess.Popen[str]") -> None:
    printed, progress = beginning.communicate(timeout=120)
    assert beginning.returncode == 0, progress
    found = re.findall(
        r"^(\w+):\n  sign-in name  ([a-z]+(?:-[a-z]+)+-\d\d)\n  passphrase    (\S+(?: \S+){5})$", printed, re.M
    )
    assert [account for account, _name, _words in found] == [account.value for account in Account]
    assert "100 %" in progress


def test_broken_off_it_says_what_to_do(beginning: "subprocess.Popen[str]") -> None:
    assert beginning.stderr is not None
    assert "%" in beginning.stderr.read(20)
    beginning.send_signal(signal.SIGINT)
    printed, said = beginning.communicate(timeout=60)
    assert beginning.returncode == 1
    assert "Stopped halfway" in said
    assert printed == ""
