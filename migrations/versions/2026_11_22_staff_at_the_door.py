"""What wakes a role of staff, and changes of roles that wait for a second administrator."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "15"
down_revision: str | None = "14"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "staff_factors",
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_staff_factors_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_staff_factors_group_id_groups")),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_staff_factors")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "role_proposals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("membership_id", sa.String(length=32), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("by_membership_id", sa.String(length=32), nullable=False),
        sa.Column("expires_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_role_proposals_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_role_proposals_membership_id_memberships"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_membership_id"], ["memberships.id"], name=op.f("fk_role_proposals_by_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_proposals")),
        sqlite_with_rowid=False,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("role_proposals")
    op.drop_table("staff_factors")
