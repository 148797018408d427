"""A Hearth in this very process, on either database, so that a test can set its clock and ask what is due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Table, select, text

from app.due import DUE
from app.foundation import clock
from app.foundation.home import Home
from app.foundation.settings import Settings
from app.main import build
from app.members.member import DESK
from app.members.models import Role
from app.tables import TABLES
from app.upkeep import actions as upkeep
from tests.members.databases import Row
from tests.people import PASSPHRASE, Person

BEGAN = datetime(2026, 3, 4, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)
SLUG = "evening-harbour"


class Indoors:
    """The house, its people, and its clock."""

    def __init__(self, url: str, folder: Path, **more: Any) -> None:
        chosen = Settings(
            database_url=url, secrets_dir=folder / "secrets", argon2_memory_kib=8, argon2_rounds=1, signup_challenge=False,
            rate_limits=False, desk_guards=False, **more,
        )  # fmt: skip
        self.app = build(chosen)
        self.home: Home = self.app.state.house
        upkeep.prepare(self.home.database, self.home.database.engine, chosen)

    def person(self, invitation: str = "") -> Person:
        client = TestClient(self.app, base_url="http://127.0.0.1:8000/api/v1")
        place = client.post("/accounts", json={"passphrase": PASSPHRASE, "invitation": invitation}).json()
        client.headers["Authorization"] = f"Bearer {place['token']}"
        return Person(client, place["sign_in_name"], place["recovery_codes"])

    def invitation(self, role: Role = Role.MODERATOR) -> str:
        with self.home.database.writing() as db:
            code = upkeep.invite(db, role, DESK, self.home.settings.invitation_days)
            db.commit()
        return code

    def moderator(self) -> Person:
        person = self.person(self.invitation())
        person.join("desk")
        return person

    def tick(self, *names: str, at_night: bool = False) -> dict[str, int]:
        """What was done of all that is due, or of these acts; nothing fails."""
        acts = [one for one in DUE if one.name in names or not names]
        done, failed = clock.tick(self.home, acts, at_night=at_night)
        assert failed == [], failed
        return done

    def rows(self, name: str) -> list[Row]:
        table: Table = TABLES[name]
        with self.home.database.engine.connect() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def sql(self, order: str, **values: Any) -> None:
        with self.home.database.engine.begin() as connection:
            connection.execute(text(order), values)

    def purged(self) -> list[str]:
        """What the log says was purged, in its order."""
        entries = [row for row in self.rows("log_entries") if row["act"] == "purged"]
        assert {row["chain"] for row in entries} <= {"site"}
        assert {row["by_membership_id"] for row in entries} <= {None}
        return [row["reason"] for row in sorted(entries, key=lambda row: row["number"])]
