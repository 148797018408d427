"""How far a membership that leaves for good has got."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "8"
down_revision: str | None = "7"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("departures", sa.Column("renewed_to", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("departures", "renewed_to")
