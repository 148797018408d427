"""The rules lab: how far each rule came, what rules on trial find, what people say of hits."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "16"
down_revision: str | None = "15"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.String(length=32)
DIGEST = sa.String(length=64)


def _values(*values: str) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, length=20, create_constraint=False)


def _state() -> sa.Enum:
    return _values("draft", "shadow", "live", "retired")


def upgrade() -> None:
    op.add_column("rule_choices", sa.Column("state", _state(), nullable=True))
    op.create_table(
        "rule_trials",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_rule_trials_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "rule", "version", "day", name=op.f("pk_rule_trials")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rule_marks",
        sa.Column("id", DIGEST, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("made", DIGEST, nullable=False),
        sa.Column("said", _values("right", "wrong", "strict"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_rule_marks_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_marks")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_rule_marks_made"), "rule_marks", ["made"])
    op.create_table(
        "rule_events",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", _values("changed", "fell-back", "asked", "seen"), nullable=False),
        sa.Column("state", _state(), nullable=False),
        sa.Column("by_membership_id", ID, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_rule_events_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "rule", "number", name=op.f("pk_rule_events")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("rule_events")
    op.drop_index(op.f("ix_rule_marks_made"), table_name="rule_marks")
    op.drop_table("rule_marks")
    op.drop_table("rule_trials")
    op.drop_column("rule_choices", "state")
