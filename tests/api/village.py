"""Groups of a test's own, staff without waiting for a command, and what the tables hold."""

import secrets
from typing import Any

import httpx
from sqlalchemy import func, select, table

from app.foundation.db import Base
from app.foundation.ids import new_id
from app.groups import actions as groups
from app.groups import ruling
from app.groups.forms import GroupTexts, NewGroup
from app.groups.queries import items, named_by_slug
from app.groups.rule_forms import RulesForm
from app.members import invitations
from app.members.member import DESK
from app.members.models import Membership, Role
from app.notifications.models import Notice, NoticeKind
from app.tables import TABLES
from tests.conftest import Running
from tests.people import NO_TLS, Person

QUIET = "It was a quiet evening, and I am glad of it."
PHONE = "It was a long night. Ring me on 07700 900123 after six."
ASKS = "Does anyone know where I can buy some oxy tonight?"
DANGER = "I am going to kill myself tonight. I have everything ready."
ITEMS = [
    {"id": "kindness", "title": "Be kind", "text": "Answer as you would like to be answered."},
    {"id": "keep-it-here", "title": "What is said here stays here", "text": "Leave out who and where."},
]
TEXTS: dict[str, Any] = {
    "name": "Evening table", "purpose": "A place to talk in the evening.", "prompt": "How was today?", "items": ITEMS
}  # fmt: skip


def opened(hearth: Running, visibility: str = "members", **more: str) -> str:
    """A new group that nobody has joined; gives its slug."""
    slug = f"table-{secrets.token_hex(6)}"
    with hearth.database.writing() as db:
        form = NewGroup.model_validate({**TEXTS, "slug": slug, "kind": "recovery", "visibility": visibility, **more})
        groups.open_group(db, Membership(id=new_id()), form)
        db.commit()
    return slug


def new_guidelines(hearth: Running, slug: str) -> None:
    """Change what a group asks of its members, so that they must agree anew."""
    with hearth.database.writing() as db:
        group = named_by_slug(db, slug)
        assert group is not None
        written = [{"id": i.id, "title": i.title, "text": f"{i.text} Always."} for i in items(db, group)]
        groups.change_texts(db, Membership(id=new_id()), group, GroupTexts.model_validate({**TEXTS, "items": written}))
        db.commit()


DIETS: dict[str, Any] = {
    "public_name": "No diets", "why": "Numbers on a scale hurt some of us.", "severity": "hold", "guideline": "kindness",
    "message": "You could say how the day was instead.", "words": ["diet*", "calorie count"],
    "examples_hit": ["I am on a diet again", "My calorie count is under a thousand"],
    "examples_pass": ["I ate lunch today", "The audience was kind"],
}  # fmt: skip


def ruled(hearth: Running, slug: str, **chosen: Any) -> None:
    """Let a group have a rule of its own, or other choices."""
    with hearth.database.writing() as db:
        group = named_by_slug(db, slug)
        assert group is not None
        form = {"version": group.rules_version, **(chosen or {"own": [DIETS]})}
        ruling.change(db, None, group, RulesForm.model_validate(form))
        db.commit()


def invitation(hearth: Running, role: Role = Role.MODERATOR, slug: str = "") -> str:
    """A one-time code for a role in a group, or at the desk."""
    with hearth.database.writing() as db:
        group = named_by_slug(db, slug) if slug else None
        code = invitations.invite(db, role, group.id if group else DESK, 14)
        db.commit()
    return code


def moderator(hearth: Running) -> Person:
    person = hearth.person(invitation(hearth))
    person.join("desk")
    return person


def joined(hearth: Running, slug: str, **more: Any) -> Person:
    person = hearth.person()
    person.join(slug, **more)
    return person


def signed_out(hearth: Running) -> httpx.Client:
    return httpx.Client(base_url=f"{hearth.url}/api/v1", timeout=30, verify=NO_TLS)


FILING = {"search_places", "search_waiting"}


def row_counts(hearth: Running) -> dict[str, int]:
    """How many rows each table has. Alerts are left out: whoever moderates is told of danger each minute, whatever else
    happens. So are the two tables that new words go through until they are filed."""
    assert TABLES
    database = hearth.database
    with database.reading() as db:
        counted = {
            t: db.scalar(select(func.count()).select_from(table(t))) or 0
            for t in Base.metadata.tables
            if t not in FILING
        }
        # In one question: between two, others may be told.
        counted["notices"] = db.scalar(select(func.count()).where(Notice.kind != NoticeKind.ALERT)) or 0
    database.engine.dispose()
    assert counted["groups"]
    return counted


def problem(answer: httpx.Response, status: int, *fields: str) -> dict[str, Any]:
    """The problem that was answered, checked for its shape (RFC 9457) and for exactly these fields."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["type"]
    assert said["title"]
    assert said["status"] == status
    assert is_sentence(said["detail"]), said
    assert sorted(e["field"] for e in said.get("errors", [])) == sorted(fields), said
    assert all(is_sentence(e["message"]) for e in said.get("errors", [])), said
    return said


def is_sentence(words: str) -> bool:
    """Some words that begin and end like a sentence, without anything a machine would say."""
    jargon = ("valid", "error", "null", "string", "exception", "None", "{", "user", "content")
    return words[:1].isupper() and words[-1:] in ".?…”" and " " in words and not any(j in words for j in jargon)


def walked(api: httpx.Client, path: str, limit: int, **more: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        answer = api.get(path, params={"limit": limit, **({"after": after} if after else {}), **more})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert set(page) == {"items", "next"}
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        assert len(page["items"]) == limit
        after = page["next"]
