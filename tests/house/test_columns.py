"""What the tables may hold: nothing that names a person, nothing that tells a moment, nothing that is not written down."""

import re

import pytest
from sqlalchemy import Column, Date, DateTime, Integer

from app.tables import TABLES
from tests.house.tree import ROOT

DECISION = ROOT / "docs" / "decisions" / "0001-the-tables.md"
ROW = re.compile(r"^\| ([a-z_]+\.[^|]+?) \|", re.MULTILINE)

NAMES_A_PERSON = {
    "ip", "ips", "address", "email", "mail", "phone", "mobile", "agent", "ua", "device", "browser", "fingerprint", "cookie",
    "birth", "birthday", "born", "age", "gender", "sex", "surname", "firstname", "lastname", "realname", "country", "city",
    "location", "latitude", "longitude", "timezone", "referrer", "referer", "host", "avatar", "photo", "signature", "bio",
    "user", "username", "owner", "author", "person", "people", "online", "presence", "typing", "seen", "visited", "views", "login",
}  # fmt: skip
"""Words that no column's name has in it (SECURITY.md, T5, A-4, A-14, I-13)."""
NAMES_NOBODY = {("notes", "is_for_author")}
"""Only sounds so: whether a note is for the author of the words or was for the desk."""
REAL_OR_FULL = re.compile(r"(^|_)(real|full|first|last|legal|given|family)_name(_|$)")
EXACT_TIMES = {
    ("cases", "claimed_until"),
    ("cases", "opened_at"),
    ("departures", "expires_at"),
    ("guesses", "expires_at"),
    ("idempotency", "expires_at"),
    ("openings", "expires_at"),
    ("replies", "created_hour"),
    ("stories", "created_hour"),
    ("tickets", "expires_at"),
    ("turns", "done_at"),
    ("turns", "expires_at"),
}
"""Columns that could hold a moment: words keep the hour, and what is gone within a day its end."""
BELONGS_TO_AN_ACCOUNT = {"recovery_codes", "sessions"}
LEADS_TO_MORE_THAN_ONE_MEMBERSHIP = {
    "buddies": {"buddy_membership_id", "membership_id"},
    "cases": {"claimed_by", "membership_id"},
    "openings": {"by_membership_id", "second_membership_id"},
    "proposals": {"by_membership_id", "second_membership_id"},
    "role_proposals": {"by_membership_id", "membership_id"},
}
"""Whose words a case is about, and which of the staff has it in hand; two of the staff; who asks for a change of roles, and about
whom. Of different people, always: nobody decides about themselves."""

OF_NO_GROUP = {
    "accounts", "recovery_codes", "sessions", "private_rows", "tickets", "idempotency", "guesses", "turns",  # of the site
    "site_settings", "assessments",  # of the site
    "debriefs",  # found by what is in the keyrings of two moderators
    "outside_notices",  # to no group, or to that of the words it names: by the case alone
    "groups", "deletions", "log_anchors",  # the groups themselves; hashes of ids that are gone; the ends of all chains
    "findings",  # go wherever their decision goes: found by its id alone
}  # fmt: skip
"""Tables whose rows belong to no group, or to one by another row only."""

COLUMNS = [(name, column) for name, table in TABLES.items() for column in table.columns]


def test_there_are_tables_to_look_at() -> None:
    assert len(TABLES) >= 20
    assert len(COLUMNS) > 100
    assert {"accounts", "memberships", "sessions", "stories", "log_entries"} <= set(TABLES)


def test_no_column_is_named_after_what_tells_who_somebody_is() -> None:
    found = {(t, c.name) for t, c in COLUMNS if set(c.name.split("_")) & NAMES_A_PERSON or REAL_OR_FULL.search(c.name)}
    assert found == NAMES_NOBODY


@pytest.mark.parametrize("name", ["last_seen", "ip", "email_hash", "user_agent", "real_name", "home_city"])
def test_the_search_for_them_would_find_them(name: str) -> None:
    assert set(name.split("_")) & NAMES_A_PERSON or REAL_OR_FULL.search(name)


def test_moments_stand_only_where_they_were_allowed() -> None:
    found = {(t, c.name) for t, c in COLUMNS if isinstance(c.type, DateTime) or _is_utc(c)}
    assert found == EXACT_TIMES
    assert {c.name for t, c in COLUMNS if c.name.endswith("_at")} == {"done_at", "expires_at", "opened_at"}


def _is_utc(column: "Column[object]") -> bool:
    return isinstance(getattr(column.type, "impl", None), DateTime)


@pytest.mark.measures("A-7")
def test_all_other_times_say_in_their_names_how_coarse_they_are() -> None:
    dates = [(t, c.name) for t, c in COLUMNS if isinstance(c.type, Date)]
    assert len(dates) > 5
    assert [d for d in dates if not d[1].endswith(("day", "month"))] == []


def test_an_account_leads_to_its_sessions_and_codes_alone() -> None:
    assert {t for t, c in COLUMNS if c.name == "account_id"} == BELONGS_TO_AN_ACCOUNT
    targets = {t: {key.column.table.name for key in c.foreign_keys} for t, c in COLUMNS if c.foreign_keys}
    assert {t for t, to in targets.items() if "accounts" in to} <= BELONGS_TO_AN_ACCOUNT
    assert not any(c.foreign_keys for c in TABLES["accounts"].columns)


def test_a_row_leads_to_one_membership() -> None:
    found: dict[str, set[str]] = {}
    for table, column in COLUMNS:
        if "membership" in column.name or column.name in ("claimed_by", "flagger"):
            found.setdefault(table, set()).add(column.name)
    assert {t: names for t, names in found.items() if len(names) > 1} == LEADS_TO_MORE_THAN_ONE_MEMBERSHIP


def test_a_row_with_a_membership_carries_its_group() -> None:
    holding = {t for t, c in COLUMNS if c.name == "membership_id"}
    assert len(holding) >= 6
    assert [t for t in holding if "group_id" not in TABLES[t].c] == []


def test_every_row_of_a_group_carries_its_group() -> None:
    """The group is the unit of growth: tables can be split by it (docs/decisions/0010)."""
    without = {t for t, table in TABLES.items() if "group_id" not in table.c}
    assert without == OF_NO_GROUP
    nullable = {t for t, c in COLUMNS if c.name == "group_id" and c.nullable}
    assert nullable <= {"log_entries"}


@pytest.mark.measures("A-8")
def test_keys_are_random_texts_and_nothing_counts_by_itself() -> None:
    for name, table in TABLES.items():
        keys = list(table.primary_key.columns)
        assert keys, name
        assert not isinstance(keys[0].type, Integer), name
        assert table.autoincrement_column is None, name
        assert table.dialect_options["sqlite"]["with_rowid"] is False, name


def test_every_column_is_written_down_with_what_it_tells_a_thief() -> None:
    real = {f"{table}.{column.name}" for table, column in COLUMNS}
    written = _written_down()
    assert sorted(real - written) == []
    assert sorted(written - real) == []


def _written_down() -> set[str]:
    """Columns as the decision names them: "`table.column, column; table.column`"."""
    found = set()
    for cell in ROW.findall(DECISION.read_text("utf-8")):
        for part in cell.split(";"):
            table, _dot, columns = part.strip().partition(".")
            found |= {f"{table}.{column.strip()}" for column in columns.split(",")}
    return found - {"table.column"}
