"""Groups that are closed: read by those who joined, found by nobody else."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "10"
down_revision: str | None = "9"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("groups", sa.Column("is_closed", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("groups", "is_closed")
