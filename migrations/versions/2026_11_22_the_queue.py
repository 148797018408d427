"""The queue of cases: how heavy each is to read, whose eyes are on it, and an order that does not grow slow."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "19"
down_revision: str | None = "18"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("is_heavy", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cases", sa.Column("opened_number", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE cases SET is_heavy = true WHERE tier = 'urgent'")
    op.create_index("ix_cases_queue", "cases", ["status", "tier", "opened_at", "id"])
    op.create_index("ix_cases_queue_by_weight", "cases", ["status", "is_heavy", "tier", "opened_at", "id"])
    op.create_index("ix_cases_queue_of_group", "cases", ["group_id", "status", "tier", "opened_at", "id"])
    op.create_index(
        "ix_cases_queue_of_group_by_weight", "cases", ["group_id", "status", "is_heavy", "tier", "opened_at", "id"]
    )
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("by_membership_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_handovers_group_id_groups")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_handovers_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_handovers_decision_id_decisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_handovers_decision_id")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_handovers_case_id_number")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("handovers")
    op.drop_index("ix_cases_queue_of_group_by_weight", "cases")
    op.drop_index("ix_cases_queue_of_group", "cases")
    op.drop_index("ix_cases_queue_by_weight", "cases")
    op.drop_index("ix_cases_queue", "cases")
    op.drop_column("cases", "opened_number")
    op.drop_column("cases", "is_heavy")
