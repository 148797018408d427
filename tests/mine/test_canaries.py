"""What was deleted is in no file of the database any more (SECURITY.md, D-2 and finding 7): searched for as text, UTF-16,
hexadecimal and base64 in every byte of every file, after what the clock does each night."""

import secrets

import pytest

from tests.api.village import PHONE, QUIET, invitation, joined, opened
from tests.conftest import Running
from tests.mine.going import depart, in_files, raw_files
from tests.people import PASSPHRASE, Person


def _deleted_story(_hearth: Running, slug: str, person: Person, canary: str) -> None:
    story = person.share(slug, f"Title {canary}", f"{QUIET} {canary}")["id"]
    assert person.api.delete(f"/stories/{story}").status_code == 204


def _edited_and_deleted_story(_hearth: Running, slug: str, person: Person, canary: str) -> None:
    story = person.share(slug, "Title", f"{QUIET} {canary}")["id"]
    person.api.patch(f"/stories/{story}", json={"body": f"{QUIET} {QUIET}"})
    assert person.api.delete(f"/stories/{story}").status_code == 204


def _deleted_reply(hearth: Running, slug: str, person: Person, canary: str) -> None:
    story = joined(hearth, slug).share(slug, "Somebody’s", QUIET)["id"]
    reply = person.reply(story, f"I hear you. {canary}")["id"]
    assert person.api.delete(f"/replies/{reply}").status_code == 204


def _reply_under_a_deleted_story(hearth: Running, slug: str, person: Person, canary: str) -> None:
    story = person.share(slug, "Mine", QUIET)["id"]
    joined(hearth, slug).reply(story, f"I hear you. {canary}")
    assert person.api.delete(f"/stories/{story}").status_code == 204


def _dropped_draft(_hearth: Running, slug: str, person: Person, canary: str) -> None:
    draft = person.share(slug, f"Title {canary}", f"{PHONE} {canary}")
    assert draft["status"] == "draft"
    assert person.api.delete(f"/stories/{draft['id']}").status_code == 204


def _closed_place(hearth: Running, slug: str, person: Person, canary: str) -> None:
    other = joined(hearth, slug)
    story = other.share(slug, "Somebody’s", QUIET)["id"]
    person.share(slug, f"Title {canary}", f"{QUIET} {canary}")
    person.reply(story, f"I hear you. {canary}")
    person.share(slug, f"Draft {canary}", f"{PHONE} {canary}")
    person.api.post("/flags", json={"subject": f"story:{story}", "reason": "other", "note": f"Look. {canary}"})
    assert person.api.delete("/me", headers={"X-Passphrase": PASSPHRASE}).status_code == 202
    depart(hearth)


def _redacted(hearth: Running, slug: str, person: Person, canary: str) -> None:
    """Of redacted words a sealed original stays with the case until retention takes it."""
    moderator = hearth.person(invitation(hearth, slug=slug))
    moderator.join(slug)
    body = f"{QUIET} {canary} Does anyone know where I can buy some oxy tonight?"
    held = person.share(slug, "Held", body)
    start = body.index(canary)
    redaction = [{"field": "body", "start": start, "end": start + len(canary)}]
    case = moderator.case_about(f"story:{held['id']}")
    assert moderator.decide(case["id"], "redact", redactions=redaction).status_code == 200


PLANTS = (
    _deleted_story, _edited_and_deleted_story, _deleted_reply, _reply_under_a_deleted_story, _dropped_draft, _closed_place,
    _redacted,
)  # fmt: skip


@pytest.mark.measures("D-2")
def test_no_file_holds_what_was_deleted(hearth: Running) -> None:
    slug = opened(hearth)
    stays = _canary()
    joined(hearth, slug).share(slug, "Stays", f"{QUIET} {stays}")
    canaries = {plant.__name__: _canary() for plant in PLANTS}
    for plant in PLANTS:
        plant(hearth, slug, joined(hearth, slug), canaries[plant.__name__])
    files = raw_files(hearth)
    assert stays.encode() in files
    left = in_files(files, [stays, *canaries.values()])
    assert stays in left
    assert {name for name, canary in canaries.items() if canary in left} == set()


def _canary() -> str:
    return f"canary{secrets.token_hex(12)}"
