"""How much moderators read in a day, buddies, reading in pairs, and what they write down for themselves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "18"
down_revision: str | None = "17"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "carers",
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("heavy_day", sa.Date(), nullable=True),
        sa.Column("heavy_count", sa.Integer(), nullable=False),
        sa.Column("goes_on", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("away_day", sa.Date(), nullable=True),
        sa.Column("practised", sa.Integer(), nullable=False),
        sa.Column("practised_month", sa.Date(), nullable=True),
        _of_group("carers"),
        _of_membership("carers"),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_carers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "buddies",
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("buddy_membership_id", sa.String(length=32), nullable=False),
        sa.Column("sealed_drawer", sa.LargeBinary(), nullable=True),
        _of_group("buddies"),
        _of_membership("buddies"),
        _of_membership("buddies", "buddy_membership_id"),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_buddies")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_buddies_buddy_membership_id"), "buddies", ["buddy_membership_id"])
    op.create_table(
        "pairs",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("has_come", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_pairs_case_id_cases"), ondelete="CASCADE"),
        _of_group("pairs"),
        _of_membership("pairs"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_pairs")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "debriefs",
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tag", "id", name=op.f("pk_debriefs")),
        sqlite_with_rowid=False,
    )


def _of_group(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f(f"fk_{table}_group_id_groups"))


def _of_membership(table: str, column: str = "membership_id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_memberships")
    return sa.ForeignKeyConstraint([column], ["memberships.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("debriefs", "pairs", "buddies", "carers"):
        op.drop_table(table)
