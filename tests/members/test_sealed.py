"""What only its owner may read is in no dump: drafts, settings, names to sign in with (SECURITY.md, D-7)."""

import base64
import hashlib
import secrets
from pathlib import Path

import pytest

from tests.conftest import Running
from tests.members.databases import dump, everything
from tests.people import PASSPHRASE, Person

GROUP = "kitchen-table"


def _looks(word: str) -> list[bytes]:
    """A word as a careless program might keep it."""
    raw = word.encode()
    return [
        raw,
        raw.hex().encode(),
        base64.b64encode(raw).rstrip(b"="),
        *(hashlib.new(kind, raw).hexdigest().encode() for kind in ("md5", "sha1", "sha256")),
    ]


def _files(hearth: Running) -> bytes:
    """The database's own files, where it has some: with the journal, and with what was deleted."""
    url = hearth.environment["HEARTH_DATABASE_URL"]
    if not url.startswith("sqlite"):
        return b""
    return b"".join(f.read_bytes() for f in Path(url.removeprefix("sqlite:///")).parent.glob("hearth.db*"))


@pytest.mark.measures("D-7")
def test_a_draft_is_read_by_its_author_alone(hearth: Running) -> None:
    author, canary = hearth.person(), f"canary{secrets.token_hex(8)}"
    author.join(GROUP)
    told = author.share(GROUP, f"A title {canary}", f"Call me on 07700 900123, {canary}.")
    assert told["status"] == "draft"
    kept = author.api.get("/me/drafts").json()["items"]
    assert [canary in draft["body"] for draft in kept] == [True]
    other = hearth.person()
    other.join(GROUP)
    assert other.api.get("/me/drafts").json()["items"] == []
    assert other.api.get(f"/stories/{told['id']}").status_code == 404
    stolen = everything(dump(hearth.database)) + _files(hearth)
    assert told["id"].encode() in stolen
    assert not [look for look in _looks(canary) if look in stolen]
    out = author.share(GROUP, "Another evening", f"This one is out: {canary}.")
    assert out["status"] == "published"
    assert canary.encode() in everything(dump(hearth.database))


@pytest.mark.measures("D-7")
def test_nothing_that_opens_a_place_is_in_the_database(hearth: Running) -> None:
    person = hearth.person()
    person.join(GROUP)
    session_id, key = str(person.api.headers["Authorization"]).split()[1].split(".")
    stolen = everything(dump(hearth.database)) + _files(hearth)
    assert hashlib.sha256(session_id.encode()).hexdigest().encode() in stolen
    assert bytes.fromhex(key) not in stolen
    assert session_id.encode() not in stolen
    assert key.encode() not in stolen
    for secret in (person.sign_in_name, PASSPHRASE):
        assert not [look for look in _looks(secret) if look in stolen]


def test_a_new_passphrase_opens_the_same_drafts(hearth: Running) -> None:
    author = hearth.person()
    author.join(GROUP)
    told = author.share(GROUP, "Number", "Call me on 07700 900123 tonight.")
    back = Person(author.api, author.sign_in_name, author.recovery_codes)
    renewed = back.api.post(
        "/recoveries",
        json={"recovery_code": author.recovery_codes[0], "new_passphrase": "harbour pencil winter marble"},
    )
    back.api.headers["Authorization"] = f"Bearer {renewed.json()['token']}"
    assert [draft["id"] for draft in back.api.get("/me/drafts").json()["items"]] == [told["id"]]
