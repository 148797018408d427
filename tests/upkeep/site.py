"""A site with a past: people, words, something sealed, something deleted; and copies of it."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.foundation import keys as secrets
from app.foundation.db import Database, open_engine
from app.foundation.home import Home
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.log import actions as log
from app.members.member import DESK
from app.upkeep import archive, backups, identities, journal, restoring, rows
from app.upkeep.actions import prepare
from tests.conftest import CHEAP, OPEN, ROOT, Running
from tests.members.databases import Dump, dump
from tests.people import NO_TLS, PASSPHRASE, Person

GROUP = "kitchen-table"
ENTRIES = 30
DRAFT_CANARY = "canary in a drawer"
STORY_CANARY = "canary in the open"
DELETED_CANARY = "canary that flew"
KEPT_CANARY = "canary whose keeper left"


def settings_of(folder: Path, url: str, **more: Any) -> Settings:
    return Settings(database_url=url, secrets_dir=folder / "secrets", **more)


def environment(settings: Settings) -> dict[str, str]:
    """As `hearth` needs it to work on these settings."""
    more = {"HEARTH_DATABASE_URL": settings.database_url, "HEARTH_SECRETS_DIR": str(settings.secrets_dir)}
    if settings.journal_file:
        more["HEARTH_JOURNAL_FILE"] = settings.journal_file
    return {**os.environ, **CHEAP, **OPEN, **more, "PYTHONUNBUFFERED": "1"}


def home_of(settings: Settings) -> Home:
    return Home(settings, secrets.load(settings), Database(open_engine(settings)))


def moved(settings: Settings, folder: Path, url: str) -> Settings:
    """Another machine, to which somebody carried the secrets folder and nothing else."""
    shutil.copytree(settings.secrets_dir, folder / "secrets")
    return settings_of(folder, url)


def rows_of(settings: Settings) -> Dump:
    return dump(Database(open_engine(settings)))


def as_written(settings: Settings) -> str:
    """A digest of all rows: whether anything was touched."""
    return hashlib.sha256(repr(sorted(rows_of(settings).items())).encode()).hexdigest()


def files(settings: Settings) -> bytes:
    """The database's own files, where it has some."""
    if not settings.is_sqlite:
        return b""
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    return b"".join(f.read_bytes() for f in file.parent.glob(f"{file.name}*"))


def back_up(settings: Settings, file: Path) -> archive.Manifest:
    return backups.back_up(settings, file, lambda _said: None)


def restore(
    settings: Settings, file: Path, *, replace: bool = False, identity: Path | None = None
) -> restoring.Restored:
    return restoring.restore(settings, file, identity, replace=replace)


def opened(settings: Settings, file: Path) -> dict[str, bytes]:
    """A copy's parts as whoever has the identity sees them, and nothing of the server beside."""
    identity, found = identities.own(settings), dict[str, bytes]()
    assert identity is not None
    archive.read(file, identity, found.__setitem__)
    return found


def rows_inside(settings: Settings, file: Path) -> Dump:
    """A copy's rows by table."""
    found: Dump = {}
    for name, lines in opened(settings, file).items():
        if "/" in name:
            found.setdefault(name.partition("/")[0], []).extend(rows.rows_in(lines))
    return found


def hearth(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "app", *words], cwd=ROOT, env=environment(settings), capture_output=True,
                          text=True, timeout=60, check=False)  # fmt: skip


def killed_in_between(settings: Settings, patch: str, call: str) -> None:
    """Run a piece of upkeep in a process of its own, which kills itself where `patch` says."""
    die = "import os, signal\ndef die(*a, **k):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    code = f"{die}from pathlib import Path\nfrom app.foundation.settings import Settings\n{patch}\n{call}\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(settings), capture_output=True,
                          text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def signed_in(url: str, sign_in_name: str) -> httpx.Client:
    """Somebody who comes back with their sign-in name and passphrase."""
    client = httpx.Client(base_url=f"{url}/api/v1", timeout=30, verify=NO_TLS)
    answer = client.post("/sessions", json={"sign_in_name": sign_in_name, "passphrase": PASSPHRASE})
    assert answer.status_code == 201, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


@dataclass
class Past:
    """What happened on a site, told from outside."""

    running: Running
    settings: Settings
    author: Person
    peer: Person
    story: str
    deleted_story: str
    deleted_reply: str
    draft: str
    tokens: list[str] = field(default_factory=list)


def lived(running: Running) -> Past:
    """Two people, a story that stays, a story and a reply that their authors will delete, and a draft."""
    url = running.environment["HEARTH_DATABASE_URL"]
    author, peer = running.person(), running.person()
    author.join(GROUP)
    peer.join(GROUP)
    story = author.share(GROUP, "An evening", f"It was quiet today, and I liked it: {STORY_CANARY}.")
    other = author.share(GROUP, "A long night", f"I will take this back: {DELETED_CANARY}.")
    reply = peer.reply(story["id"], f"I know these evenings well: {DELETED_CANARY}.")
    peer.reply(story["id"], "And I am glad that you told us.")
    draft = author.share(GROUP, "A number", f"Call me on 07700 900123, {DRAFT_CANARY}.")
    assert [told["status"] for told in (story, other, reply, draft)] == ["published"] * 3 + ["draft"]
    assert author.api.put(f"/stories/{other['id']}/support/with-you").status_code == 204
    return Past(
        running,
        settings_of(running.secrets.parent, url),
        author,
        peer,
        story["id"],
        other["id"],
        reply["id"],
        draft["id"],
    )


def delete_some(past: Past) -> None:
    """What was to be deleted is, and the minute's journal is written."""
    for path, person in (
        (f"/stories/{past.deleted_story}", past.author),
        (f"/replies/{past.deleted_reply}", past.peer),
    ):
        assert person.api.delete(path).status_code == 204
    assert journal.write_out(home_of(past.settings)) >= 2


def ended(serving: Iterator[Running]) -> None:
    """Stop a server that `tests.conftest.serve` started."""
    assert next(serving, None) is None


def begun(settings: Settings) -> Settings:
    """A site as it is after its first start, with some acts in the log."""
    secrets.load(settings)
    database = Database(open_engine(settings))
    prepare(database, database.engine, settings)
    with database.writing() as db:
        for _entry in range(ENTRIES):
            log.write(db, "case.claimed", group_id=DESK, by=new_id(), subject=f"story:{new_id()}")
        db.commit()
    database.engine.dispose()
    return settings


def flipped(copy: bytes) -> bytes:
    """With one bit changed in its middle."""
    at = len(copy) // 2
    return copy[:at] + bytes([copy[at] ^ 1]) + copy[at + 1 :]
