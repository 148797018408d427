"""Replies that came out a moment ago wait here until they are filed for search, many at a time."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "22"
down_revision: str | None = "21"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "search_waiting",
        sa.Column("reply_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("activity", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_search_waiting_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name=op.f("fk_search_waiting_reply_id_replies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_search_waiting")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    # What waited would never be filed: its groups are filed anew at the next start.
    op.execute("UPDATE search_groups SET is_behind = (1 = 1) WHERE group_id IN (SELECT group_id FROM search_waiting)")
    op.drop_table("search_waiting")
