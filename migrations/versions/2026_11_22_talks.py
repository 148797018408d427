"""Talks between a member and moderators; and names that somebody had, so that nobody gets them again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "21"
down_revision: str | None = "20"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("story", "reply", "question", "persona")


def upgrade() -> None:
    op.create_table(
        "talks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="subject", native_enum=False, length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=True),
        sa.Column("may_rename", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_talks_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_talks_membership_id_memberships"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_talks_membership_id"), "talks", ["membership_id"])
    op.create_table(
        "letters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("talk_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_membership_id", sa.String(length=32), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_letters_group_id_groups")),
        sa.ForeignKeyConstraint(["talk_id"], ["talks.id"], name=op.f("fk_letters_talk_id_talks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_letters_decision_id_decisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_letters_decision_id")),
        sa.UniqueConstraint("talk_id", "number", name=op.f("uq_letters_talk_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "former_names",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("skeleton", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_former_names_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "skeleton", name=op.f("pk_former_names")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("former_names")
    op.drop_table("letters")
    op.drop_table("talks")
