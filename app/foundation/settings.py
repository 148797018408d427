"""Every setting of Hearth, each an environment variable `HEARTH_…`; `.env` is read too."""

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

KIB = 1024


class Settings(BaseSettings):
    """What an operator can set. Names stand in CONTRACT.md; the README lists them from here."""

    model_config = SettingsConfigDict(env_prefix="HEARTH_", env_file=".env", extra="ignore")

    database_url: str = Field("sqlite:///var/data/hearth.db", description="Where Hearth keeps what is said.")
    migration_url: str = Field("", description="The database as its owner, for migrations. Empty: database_url.")
    listen_url: str = Field(
        "", description="The PostgreSQL itself, where database_url leads to a pgbouncer. Empty: there is none."
    )
    replica_url: str = Field(
        "",
        description="A streaming replica of the same PostgreSQL, for pages that are only read. Empty: there is none.",
    )
    secrets_dir: Path = Field(
        Path("var/secrets"), description="The pepper and the keys. Outside the data and its backups."
    )
    secret_key: str = Field("", description="Signs tickets. Empty: made on the first start and kept in secrets_dir.")
    backup_recipient: str = Field(
        "",
        description="An age public key whose secret is elsewhere: backups open with it alone. Empty: a key made here.",
    )
    journal_file: str = Field(
        "", description="Where deletions are noted outside the database. Empty: journal/deletions beside secrets_dir."
    )
    base_url: str = Field("http://127.0.0.1:8000", description="The address members see, without a slash at its end.")
    workers: int = Field(1, ge=1, description="Serving processes. SQLite allows one.")

    site_name: str = Field("Hearth", description="The name on every page.")
    language: str = Field("en", description="The language of Hearth's own sentences.")
    country: str = Field("", description="Two letters: whose helplines come first. Empty: the international ones.")
    staffed: str = Field("", description="When a moderator is here, as a sentence. Empty: nothing is promised.")
    duty_zone: str = Field("UTC", description="The time zone of the duty calendar, like Europe/London.")
    exit_url: str = Field("https://www.bbc.co.uk/weather", description="The neutral page that “Leave now” ends on.")

    rate_limits: bool = Field(
        True, description="off: no limits, slowing, duplicates or page budgets. For load tests only."
    )
    signup_challenge: bool = Field(True, description="off: sign-up needs no waiting ticket. For load tests only.")
    desk_guards: bool = Field(
        True, description="off: no second factor, practice queue or budget at the desk. For tests and load tools only."
    )
    clock: bool = Field(
        True,
        description="off: a serving process leaves it to others, or to `hearth tick`, to do what is due each minute.",
    )
    night_hour: int = Field(3, ge=0, le=23, description="The hour (UTC) in which the work of the night is done.")
    seed: bool = Field(True, description="off: no starter groups in an empty database.")
    trial: bool = Field(
        True, description="off: until /set-up is done, people come in by invitation alone. On: anybody may try it out."
    )

    hosts: str = Field(
        "", description="More names this Hearth answers to, with commas between (an onion address). `*`: any."
    )
    trusted_proxies: str = Field(
        "", description="Addresses or networks of proxies whose X-Forwarded-For is believed, with commas between."
    )
    head_seconds: float = Field(10, gt=0, description="How long a client may take to send a request's head (O-1).")
    body_seconds: float = Field(30, gt=0, description="… and its body.")
    answer_seconds: float = Field(30, gt=0, description="… and to read on when an answer is longer than its buffers.")
    idle_seconds: int = Field(15, ge=1, description="How long a connection stays open between two requests.")
    most_connections: int = Field(2000, ge=1, description="Open connections of one process; then the idlest give way.")
    most_requests: int = Field(64, ge=1, description="Requests in work in one process; beyond, the answer is 503.")

    signup_wait_seconds: int = Field(60, ge=0, description="How old a sign-up ticket must be (R-5, R-6).")
    ticket_hours: int = Field(2, ge=1, description="How long a ticket may be used.")
    shared_idle_minutes: int = Field(
        15, ge=1, description="A session on a shared device ends after so long unused (I-9)."
    )
    shared_hours: int = Field(12, ge=1, description="… and at the latest after so long.")
    own_idle_hours: int = Field(12, ge=1, description="A session on one's own device ends after so long unused (I-9).")
    own_days: int = Field(30, ge=1, le=35, description="… and at the latest after so long.")
    heavy_budget: int = Field(
        6, ge=1, description="Heavy cases a moderator is offered in a day; then light ones only, and a question."
    )
    refresher_months: int = Field(6, ge=1, description="After so many months moderators practise once more.")
    powers_hours: int = Field(
        4, ge=1, le=12, description="A staff role sleeps again so long after it was confirmed with a second factor."
    )
    claim_minutes: int = Field(10, ge=1, description="How long a moderator holds a case alone.")
    appeal_days: int = Field(
        28, ge=1, le=30, description="How long somebody can ask that another person looks again at a decision."
    )
    appeal_answer_days: int = Field(7, ge=1, description="Within how many days that is promised to be answered.")
    agree_days: int = Field(3, ge=1, description="How long an act waits for a second person before it lapses.")
    sealed_hours: int = Field(
        2, ge=1, le=12, description="How long sealed material stays open once two people agreed to open it."
    )
    promise_minutes: int = Field(
        120, ge=1, le=30 * 24 * 60, description="How long a case may wait before it climbs one tier in the queue."
    )
    invitation_days: int = Field(14, ge=1, description="How long an invitation can be used.")
    events_check_seconds: int = Field(
        20, ge=1, le=25, description="How often an open stream of news looks whether its session still stands."
    )
    events_most: int = Field(
        1500, ge=0, description="Open streams of news in one process; beyond that the answer is 503."
    )
    events_each: int = Field(6, ge=1, description="Open streams of news of one person in one process.")
    contact: str = Field(
        "", description="How to write to whoever runs this place, for its terms: an address. Empty: none is told."
    )
    smallest_count: int = Field(
        10, ge=2, description="Public numbers are rounded down to multiples of it; fewer is not told (SR-26)."
    )
    typical_wait: str = Field("", description="How long held words usually wait, in words. Empty: nothing is promised.")

    page_cache_mib: int = Field(32, ge=0, description="Memory for stories that were drawn before, in each process.")

    argon2_memory_kib: int = Field(64 * KIB, ge=8, description="Argon2id's memory (SECURITY.md part 3: 64 MiB).")
    argon2_rounds: int = Field(3, ge=1, description="Argon2id's passes.")
    argon2_at_once: int = Field(4, ge=1, description="How many passphrases are stretched at the same time.")
    argon2_queue: int = Field(32, ge=0, description="How many wait; beyond that the answer is 503.")

    @field_validator("duty_zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            return ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError("No such time zone. Name one like Europe/London.") from unknown

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def news_url(self) -> str:
        """The PostgreSQL on which processes tell each other what is new; empty on SQLite, where there is one process."""
        return "" if self.is_sqlite else self.listen_url or self.database_url

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
