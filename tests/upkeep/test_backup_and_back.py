"""The drill: back up under load, restore elsewhere, on the other database too, sign in, and everything is there (D-5 to D-7)."""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.foundation import keys as secrets
from app.foundation.settings import Settings
from app.upkeep.trouble import Trouble
from tests.conftest import Running, serve
from tests.members.databases import everything, fresh
from tests.people import PASSPHRASE, Person
from tests.upkeep.site import (
    DELETED_CANARY,
    DRAFT_CANARY,
    GROUP,
    STORY_CANARY,
    Past,
    as_written,
    delete_some,
    ended,
    files,
    hearth,
    lived,
    moved,
    opened,
    restore,
    rows_inside,
    rows_of,
    signed_in,
)

WRITERS = 3
OTHER = {"sqlite": "postgres", "postgres": "sqlite"}


@dataclass
class Drill:
    """A site that went down after a copy was made under load, and after that some deletions."""

    past: Past
    copy: Path
    told: str
    newest: str
    """The last story that was acknowledged before the copy began."""
    kind: str
    at_copy: list[bytes]
    """All keyrings as they were."""


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def drill(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    folder = tmp_path_factory.mktemp("drill")
    url = f"sqlite:///{folder}/data/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "drill")
    serving = serve(folder, url)
    running = next(serving)
    past = lived(running)
    newest, told = _copied_under_load(running, folder / "copies" / "hearth.age")
    keyrings = [row["keyring"] for row in rows_of(past.settings)["accounts"]]
    delete_some(past)
    ended(serving)
    yield Drill(past, folder / "copies" / "hearth.age", told, newest, request.param, keyrings)


def _copied_under_load(running: Running, file: Path) -> tuple[str, str]:
    """The newest story that was acknowledged before the copy began, and what the command said."""
    people = [running.person() for _writer in range(WRITERS)]
    acknowledged, stop = list[tuple[float, str]](), threading.Event()

    def write(person: Person) -> None:
        while not stop.is_set():
            told = person.share(GROUP, "Under load", "One evening after the other, and each of them is all right.")
            acknowledged.append((time.monotonic(), told["id"]))

    for person in people:
        person.join(GROUP)
    writers = [threading.Thread(target=write, args=[person]) for person in people]
    for writer in writers:
        writer.start()
    while len(acknowledged) < WRITERS * 3:
        stop.wait(0.01)
    begun, before = time.monotonic(), len(acknowledged)
    done = running.command("backup", str(file))
    assert done.returncode == 0, done.stderr
    assert len(acknowledged) > before, "nobody wrote while the copy was made"
    stop.set()
    for writer in writers:
        writer.join()
    return max(a for a in acknowledged if a[0] < begun)[1], done.stdout + done.stderr


def _elsewhere(drill: Drill, request: pytest.FixtureRequest, folder: Path, name: str) -> Settings:
    """An empty place on the other kind of database."""
    url = f"sqlite:///{folder}/data/hearth.db"
    if OTHER[drill.kind] == "postgres":
        url = fresh(request.getfixturevalue("postgres"), name)
    return moved(drill.past.settings, folder, url)


def test_the_command_says_what_it_did_and_where_the_key_is(drill: Drill) -> None:
    assert "encrypted and checked" in drill.told
    assert "HEARTH_BACKUP_RECIPIENT" in drill.told
    assert drill.copy.stat().st_mode & 0o777 == 0o600
    assert [f.name for f in drill.copy.parent.iterdir()] == ["hearth.age"]
    assert STORY_CANARY.encode() not in drill.copy.read_bytes()
    checked = hearth(drill.past.settings, "verify", "--backup", str(drill.copy))
    assert checked.returncode == 0
    assert "is whole" in checked.stdout


@pytest.mark.measures("D-5")
def test_restored_elsewhere_everything_is_there(drill: Drill, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    there = _elsewhere(drill, request, tmp_path, "elsewhere")
    restore(there, drill.copy)
    verified = hearth(there, "verify")
    assert verified.returncode == 0, verified.stderr
    before = {row["id"]: row for row in rows_inside(drill.past.settings, drill.copy)["accounts"]}
    for row in rows_of(there)["accounts"]:
        assert row["keyring"] not in [*drill.at_copy, before[row["id"]]["keyring"]]
    for running in serve(tmp_path, there.database_url):
        author = signed_in(running.url, drill.past.author.sign_in_name)
        kept = author.get(f"/stories/{drill.past.story}").json()
        assert STORY_CANARY in kept["body"]
        # Nobody carried the journal of deletions here: this shows that the copy is older than they are.
        assert DELETED_CANARY in author.get(f"/stories/{drill.past.deleted_story}").json()["body"]
        assert author.get(f"/stories/{drill.newest}").json()["title"] == "Under load"
        drafts = author.get("/me/drafts").json()["items"]
        assert [DRAFT_CANARY in draft["body"] for draft in drafts] == [True]
        old = drill.past.author.api.headers["Authorization"]
        assert author.get("/me", headers={"Authorization": old}).status_code == 401
        found = author.post(f"/groups/{GROUP}/stories", json={"title": "Back", "body": "Here again, and it is good."})
        assert found.status_code == 201


@pytest.mark.measures("D-6")
def test_restored_elsewhere_with_the_journal_what_was_deleted_stays_so(
    drill: Drill, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    there = _elsewhere(drill, request, tmp_path, "journal")
    kept = shutil.copy(drill.past.settings.secrets_dir.parent / "journal" / "deletions", tmp_path / "deletions.copy")
    there = there.model_copy(update={"journal_file": str(kept)})
    done = restore(there, drill.copy)
    assert done.still_deleted >= 5
    _holds(drill, there)


@pytest.mark.measures("D-6")
def test_restored_in_its_place_what_was_deleted_stays_so(drill: Drill) -> None:
    here = drill.past.settings
    journal = here.secrets_dir.parent / "journal" / "deletions"
    journal.rename(journal.with_name("lost"))
    restore(here, drill.copy, replace=True)
    journal.with_name("lost").rename(journal)
    _holds(drill, here)


def _holds(drill: Drill, there: Settings) -> None:
    stolen = rows_of(there)
    assert STORY_CANARY.encode() in everything(stolen)
    assert DELETED_CANARY.encode() not in everything(stolen) + files(there)
    deleted = {drill.past.deleted_story, drill.past.deleted_reply}
    assert not deleted & {row["id"] for table in ("stories", "replies") for row in stolen[table]}
    for table in ("story_versions", "supports", "notices", "search_places"):
        assert not deleted & {row.get(name) for row in stolen[table] for name in ("story_id", "subject_id", "reply_id")}
    assert [row["reply_count"] for row in stolen["stories"] if row["id"] == drill.past.story] == [1]
    verified = hearth(there, "verify")
    assert verified.returncode == 0, verified.stderr


@pytest.mark.measures("D-5")
def test_a_copy_holds_nothing_that_opens_anything(drill: Drill) -> None:
    """Whoever has the identity reads what readers read; what is a member's own stays sealed (D-7)."""
    settings = drill.past.settings
    inside = opened(settings, drill.copy)
    plain = b"".join(inside.values()) + everything(rows_inside(settings, drill.copy))
    assert STORY_CANARY.encode() in plain
    assert drill.past.draft.encode() in plain
    keys = secrets.load(settings)
    own = [DRAFT_CANARY, PASSPHRASE, drill.past.author.sign_in_name, *drill.past.author.recovery_codes]
    for secret in [*(o.encode() for o in own), keys.pepper, keys.sealing, keys.signing]:
        assert secret not in plain
        assert secret.hex().encode() not in plain
    tables = {name.partition("/")[0] for name in inside}
    assert {"accounts", "memberships", "stories", "private_rows", "deletions", "log_entries"} <= tables
    assert not tables & {"sessions", "tickets", "idempotency", "invitations", "guesses", "turns", "search_words"}


def test_other_secrets_open_nothing_and_touch_nothing(drill: Drill, tmp_path: Path) -> None:
    there = moved(drill.past.settings, tmp_path, f"sqlite:///{tmp_path}/hearth.db")
    (there.secrets_dir / "sealing-key").write_text("ab" * 32 + "\n")
    with pytest.raises(Trouble, match="secrets folder is not the one"):
        restore(there, drill.copy)
    (there.secrets_dir / "pepper").unlink()
    with pytest.raises(Trouble, match="holds no pepper"):
        restore(there, drill.copy)
    assert not list(tmp_path.glob("hearth.db*"))


def test_members_are_not_replaced_by_the_way(drill: Drill) -> None:
    before = as_written(drill.past.settings)
    with pytest.raises(Trouble, match="--replace"):
        restore(drill.past.settings, drill.copy)
    assert as_written(drill.past.settings) == before
