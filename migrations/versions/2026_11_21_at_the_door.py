"""Guesses at a sign-in name, and how fast a group may speak."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "4"
down_revision: str | None = "3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "guesses",
        sa.Column("name_mac", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_mac", name=op.f("pk_guesses")),
        sqlite_with_rowid=False,
    )
    op.add_column("groups", sa.Column("pace", sa.String(length=20), server_default="usual", nullable=False))


def downgrade() -> None:
    op.drop_column("groups", "pace")
    op.drop_table("guesses")
