"""Indexes by which a reader's own gestures and replies under one story are found in one step."""

from collections.abc import Sequence

from alembic import op

revision: str = "7"
down_revision: str | None = "6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(op.f("ix_replies_membership_id_story_id"), "replies", ["membership_id", "story_id"])
    op.drop_index(op.f("ix_replies_membership_id"), table_name="replies")
    op.create_index(op.f("ix_supports_story_id_membership_id"), "supports", ["story_id", "membership_id"])
    op.drop_index(op.f("ix_supports_story_id"), table_name="supports")


def downgrade() -> None:
    op.create_index(op.f("ix_supports_story_id"), "supports", ["story_id"])
    op.drop_index(op.f("ix_supports_story_id_membership_id"), table_name="supports")
    op.create_index(op.f("ix_replies_membership_id"), "replies", ["membership_id"])
    op.drop_index(op.f("ix_replies_membership_id_story_id"), table_name="replies")
