"""Whether readers saw other words of a story before: it is said for longer than those are kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "9"
down_revision: str | None = "8"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("stories", sa.Column("was_changed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE stories SET was_changed = true WHERE EXISTS (SELECT 1 FROM story_versions shown"
        " JOIN story_versions earlier ON earlier.story_id = shown.story_id AND earlier.number < shown.number"
        " JOIN decisions ON decisions.id = earlier.decision_id AND decisions.fate = 'published'"
        " WHERE shown.story_id = stories.id AND shown.is_shown)"
    )


def downgrade() -> None:
    op.drop_column("stories", "was_changed")
