"""The drill of M-11: what is handed out about one name is all that the tables hold of it, and is written down; nothing of it
leads further."""

import json
import re
from typing import Any

import pytest

from app.lawful.disclosing import could_be_in_it
from app.log.models import LogEntry
from tests.api.village import DANGER, joined, moderator, opened
from tests.conftest import Running
from tests.house.tree import ROOT
from tests.members.databases import dump
from tests.people import Person

CANARY = "a lighthouse keeper called nobody"
DOCUMENT = ROOT / "docs" / "disclosing.md"


@pytest.fixture
def known(hearth: Running) -> tuple[Person, str, str]:
    """Somebody with a life in one group, and another name in a second one."""
    slug, other = opened(hearth), opened(hearth)
    person, friend, desk = joined(hearth, slug), joined(hearth, slug), moderator(hearth)
    person.join(other)
    person.share(other, "Elsewhere", "Nothing of this is asked for.")
    story = person.share(slug, "Tonight", f"It was quiet. I dreamt of {CANARY}.")["id"]
    answer = friend.reply(story, "I was there too.")["id"]
    reply = person.reply(story, "Thank you. It helps.")["id"]
    person.api.put(f"/replies/{answer}/support/hope")
    friend.api.put(f"/stories/{story}/support/hope")
    friend.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"})
    person.api.post("/flags", json={"subject": f"reply:{answer}", "reason": "unkind"})
    marks = [{"field": "body", "start": 14, "end": 21}]
    decided = desk.decide(desk.case_about(f"story:{story}")["id"], "redact", redactions=marks)
    assert decided.status_code == 200, decided.text
    person.share(slug, "Later", DANGER)
    assert reply
    return person, slug, other


@pytest.mark.measures("M-11")
def test_all_that_is_kept_of_a_name_and_nothing_further(hearth: Running, known: tuple[Person, str, str]) -> None:
    person, slug, other = known
    name = person.personas[slug]
    done = hearth.command("disclose", "--pseudonym", name.upper(), "--group", slug)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["about"] == {"name": name, "group": slug}
    _has_every_row(hearth, told)
    _has_what_was_blacked_out(told)
    _leads_nowhere(hearth, told, person, other)
    assert told["can"].keys() <= _documented()
    others = told["others_did"]
    assert ([row["reason"] for row in others["flags"]], [row["kind"] for row in others["supports"]]) == (
        ["other"],
        ["hope"],
    )
    assert not [
        key for rows in others.values() for row in rows for key in row if "membership" in key or key == "flagger"
    ]
    _is_logged(hearth, told)


def _has_every_row(hearth: Running, told: dict[str, Any]) -> None:
    """Whatever row of any table names this membership, or holds its words, is there."""
    mine = {
        told["can"]["memberships"][0]["id"],
        *(row["id"] for row in told["can"]["stories"] + told["can"]["replies"]),
    }
    name, group = told["about"]["name"], told["can"]["memberships"][0]["group_id"]
    sought = 0
    for table, rows in dump(hearth.database).items():
        for row in rows:
            cells = [str(cell) for cell in row.values()]
            # Another group may have handed out the same name to somebody else.
            is_named = name in cells and row.get("group_id", group) == group
            is_theirs = any(str(m) in mine and key != "story_id" for key, m in row.items()) or is_named
            if not (is_theirs or any(CANARY in cell for cell in cells)) or _is_anothers(row, mine):
                continue
            sought += 1
            assert _is_in(row, told["can"].get(table, [])), (table, row)
    assert sought >= 12, "the search found what it should"


def _is_anothers(row: dict[str, Any], mine: set[str]) -> bool:
    """A gesture or a flag of somebody else for these words, which is theirs."""
    return any(key in row and row[key] not in mine for key in ("membership_id", "flagger"))


def _is_in(row: dict[str, Any], found: list[dict[str, Any]]) -> bool:
    keys = [
        key
        for key in ("id", "chain", "number", "story_id", "reply_id", "subject_id", "kind", "membership_id")
        if key in row
    ]
    return any(all(str(one.get(key)) == str(row[key]) for key in keys) for one in found)


def _has_what_was_blacked_out(told: dict[str, Any]) -> None:
    assert [case for case in told["can"]["cases"] if CANARY in str(case["sealed_original"])]
    assert {"publish", "hold", "urgent"} & {row["outcome"] for row in told["can"]["decisions"] if row["outcome"]}
    assert told["can"]["findings"]


def _leads_nowhere(hearth: Running, told: dict[str, Any], person: Person, other: str) -> None:
    said = json.dumps(told)
    assert person.sign_in_name not in said
    assert person.personas[other] not in said
    assert "Nothing of this is asked for" not in said
    assert "I was there too" not in said, "others' words are others'"
    stolen = dump(hearth.database)
    elsewhere = {str(row[key]) for table in ("accounts", "sessions", "recovery_codes", "private_rows")
                 for row in stolen[table] for key in row if key in ("id", "id_hash", "account_id", "tag", "name_mac")}  # fmt: skip
    assert len(elsewhere) > 4
    assert not [one for one in elsewhere if one in said]
    assert len(told["cannot"]) >= 5


def _documented() -> set[str]:
    rows = re.findall(r"^\| ([a-z_, ]+) \|", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    return {name.strip() for row in rows for name in row.split(",")} - {"table"}


def _is_logged(hearth: Running, told: dict[str, Any]) -> None:
    with hearth.database.reading() as db:
        group_id = told["can"]["memberships"][0]["group_id"]
        acts = [e for e in db.query(LogEntry).filter(LogEntry.chain == group_id) if e.act == "persona.disclosed"]
    assert [entry.subject for entry in acts] == [f"membership:{told['can']['memberships'][0]['id']}"]


def test_what_can_be_handed_out_is_written_down() -> None:
    assert set(could_be_in_it()) == _documented()


def test_an_unknown_name_is_said_to_be_unknown(on_sqlite: Running) -> None:
    slug = opened(on_sqlite)
    for words in (("--pseudonym", "Nobody", "--group", slug), ("--pseudonym", "Nobody", "--group", "nowhere")):
        done = on_sqlite.command("disclose", *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Nobody" in done.stderr or "no group" in done.stderr
