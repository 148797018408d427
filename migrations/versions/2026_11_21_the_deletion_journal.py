"""The journal of deletions: hashes, so that what was deleted stays deleted after a restore."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2"
down_revision: str | None = "1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_deletions")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("deletions")
