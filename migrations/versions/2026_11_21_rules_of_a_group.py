"""Rules that a group makes or chooses for itself."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "11"
down_revision: str | None = "10"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _severity() -> sa.Enum:
    return sa.Enum("note", "revise", "hold", "urgent", name="severity", native_enum=False, length=20)


def upgrade() -> None:
    op.add_column("groups", sa.Column("rules_version", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "own_rules",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_in_force", sa.Boolean(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("severity", _severity(), nullable=False),
        sa.Column("guideline", sa.String(length=60), nullable=False),
        sa.Column("public_name", sa.String(length=80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("examples_hit", sa.JSON(), nullable=False),
        sa.Column("examples_pass", sa.JSON(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_own_rules_decision_id_decisions")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_own_rules_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "id", "version", name=op.f("pk_own_rules")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_own_rules_decision_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rule_choices",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("severity", _severity(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_rule_choices_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "rule", name=op.f("pk_rule_choices")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("rule_choices")
    op.drop_table("own_rules")
    op.drop_column("groups", "rules_version")
