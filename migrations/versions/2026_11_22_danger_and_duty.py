"""What is known about cases of danger, answers to their authors, and who is on duty when."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "17"
down_revision: str | None = "16"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "crises",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("level", _short("level"), nullable=True),
        sa.Column("is_being_read", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sealed_wishes", sa.LargeBinary(), nullable=True),
        sa.Column("were_opened", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_crises_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_crises_group_id_groups")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_crises")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answers",
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_answers_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_answers_decision_id_decisions")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_answers_group_id_groups")),
        sa.PrimaryKeyConstraint("subject_id", "number", name=op.f("pk_answers")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_answers_decision_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_answers_case_id"), "answers", ["case_id"])
    op.create_table(
        "duties",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("(weekday IS NULL) <> (on_day IS NULL)", name=op.f("ck_duties_weekly_or_once")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_duties_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_duties_membership_id_memberships"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_duties_membership_id"), "duties", ["membership_id"])
    op.add_column("stories", sa.Column("gentle_note", _short("gentlenote"), nullable=True))


def _short(name: str) -> sa.Enum:
    values = {"level": ("past", "concern", "imminent"), "gentlenote": ("looked-after", "slowly")}[name]
    return sa.Enum(*values, name=name, native_enum=False, length=20)


def downgrade() -> None:
    op.drop_column("stories", "gentle_note")
    op.drop_table("duties")
    op.drop_table("answers")
    op.drop_table("crises")
