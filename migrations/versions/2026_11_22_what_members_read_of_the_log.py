"""What members of a group read of each act, and a salt, so that they can check the chain without reading the rest."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "14"
down_revision: str | None = "13"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("log_entries", sa.Column("outline", sa.String(length=101), nullable=True))
    op.add_column("log_entries", sa.Column("salt", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("log_entries", "salt")
    op.drop_column("log_entries", "outline")
