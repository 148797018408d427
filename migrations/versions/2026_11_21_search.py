"""Search: what is shown, filed under its group. Words that are there already are filed at the next start."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "5"
down_revision: str | None = "4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PREFIXES = 1 << 22
WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_words USING fts5(title, body, tokenize = 'ascii')",
        # Words of a row that goes must leave with it.
        """CREATE TRIGGER search_places_gone AFTER DELETE ON search_places
        BEGIN DELETE FROM search_words WHERE rowid = OLD.place; END""",
    ),
    "postgresql": (
        """CREATE TABLE search_words (
            rowid bigint CONSTRAINT pk_search_words PRIMARY KEY REFERENCES search_places (place) ON DELETE CASCADE,
            group_id varchar(32) NOT NULL,
            title text NOT NULL,
            body text NOT NULL,
            words tsvector NOT NULL
        )""",
        # Without the list of what is pending, which every search would have to walk through.
        "CREATE INDEX ix_search_words_words ON search_words USING gin (words) WITH (fastupdate = off)",
    ),
}
SECURE = "INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1)"
SECURE_SINCE = (3, 42)
"""The SQLite that knows the option. An older one cannot read an index that was written with it."""


def upgrade() -> None:
    op.create_table(
        "search_groups",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("prefix", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("is_behind", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_search_groups_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_search_groups")),
        sa.UniqueConstraint("prefix", name=op.f("uq_search_groups_prefix")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_places",
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("reply_id", sa.String(length=32), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_search_places_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name=op.f("fk_search_places_reply_id_replies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_search_places_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_search_places")),
        sa.UniqueConstraint("place", name=op.f("uq_search_places_place")),
        sa.UniqueConstraint("reply_id", name=op.f("uq_search_places_reply_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_places_story_id"), "search_places", ["story_id"], unique=False)
    dialect = op.get_bind().dialect
    for made in WORDS[dialect.name]:
        op.execute(made)
    if dialect.name == "sqlite" and dialect.dbapi.sqlite_version_info >= SECURE_SINCE:  # type: ignore[union-attr]
        op.execute(SECURE)
    _note_groups_that_are_there()


def _note_groups_that_are_there() -> None:
    groups = op.get_bind().scalars(sa.text("SELECT id FROM groups")).all()
    prefixes = secrets.SystemRandom().sample(range(PREFIXES), len(groups))
    noted = sa.text(
        "INSERT INTO search_groups (group_id, prefix, last_number, is_behind) VALUES (:group_id, :prefix, 0, :is_behind)"
    )
    for group_id, prefix in zip(groups, prefixes, strict=True):
        op.get_bind().execute(noted, {"group_id": group_id, "prefix": prefix, "is_behind": True})


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_places_gone")
    op.drop_table("search_words")
    op.drop_table("search_places")
    op.drop_table("search_groups")
