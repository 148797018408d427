"""What a case can change around words: how a story is answered, and words behind a note while they are looked at."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20"
down_revision: str | None = "19"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    answers = sa.Enum("open", "slow", "closed", name="answers", native_enum=False, length=20)
    op.add_column("stories", sa.Column("answers", answers, server_default="open", nullable=False))
    op.add_column("stories", sa.Column("is_quiet", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("stories", sa.Column("is_covered", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("replies", sa.Column("is_covered", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("replies", "is_covered")
    for name in ("is_covered", "is_quiet", "answers"):
        op.drop_column("stories", name)
