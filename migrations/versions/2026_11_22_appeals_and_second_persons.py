"""Appeals, second persons, sealed copies, notices from outside."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "13"
down_revision: str | None = "12"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _key(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=20)


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("kind", _key("words", "limit", name="appealed"), nullable=False),
        sa.Column("about_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("story_id", sa.String(length=32), nullable=True),
        sa.Column("reply_id", sa.String(length=32), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("status", _key("open", "upheld", "overturned", "withdrawn", name="appealstatus"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("answer_id", sa.String(length=32), nullable=True),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["decisions.id"], name=op.f("fk_appeals_about_id_decisions")),
        sa.ForeignKeyConstraint(["answer_id"], ["decisions.id"], name=op.f("fk_appeals_answer_id_decisions")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id_decisions")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_appeals_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_appeals_membership_id_memberships"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("about_id", "kind", name=op.f("uq_appeals_about_id_kind")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_appeals_answer_id")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeals_decision_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_appeals_membership_id"), "appeals", ["membership_id"])
    op.create_index(op.f("ix_appeals_status_due_day"), "appeals", ["status", "due_day"])
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("act", _key("remove", "close-group", name="act"), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_membership_id", sa.String(length=32), nullable=False),
        sa.Column("second_membership_id", sa.String(length=32), nullable=True),
        sa.Column("sealed_form", sa.LargeBinary(), nullable=False),
        sa.Column("status", _key("open", "agreed", "declined", "void", name="proposalstatus"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("expires_day", sa.Date(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_proposals_decision_id_decisions")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_proposals_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_proposals_decision_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_proposals_status_day"), "proposals", ["status", "day"])
    while_open = sa.text("status = 'open'")
    op.create_index(
        "uq_proposals_open_subject", "proposals", ["subject_id"], unique=True, sqlite_where=while_open,
        postgresql_where=while_open,
    )  # fmt: skip
    op.create_table(
        "snapshots",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_snapshots_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_snapshots_group_id_groups")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_snapshots")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "openings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("reason", _key("appeal", "danger", "notice", "law", name="openingreason"), nullable=False),
        sa.Column("by_membership_id", sa.String(length=32), nullable=False),
        sa.Column("second_membership_id", sa.String(length=32), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_openings_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_openings_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
        sa.UniqueConstraint("case_id", name=op.f("uq_openings_case_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outside_notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "reason", _key("private", "threat", "child", "selling", "hate", "other", name="illegal"), nullable=False
        ),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("outcome", _key("not-found", "not-wrong", "done", name="outcome"), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answered_day", sa.Date(), nullable=True),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_outside_notices_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_notices")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_outside_notices_decision_id")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_outside_notices_reference_hash")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_outside_notices_answered_day_day"), "outside_notices", ["answered_day", "day"])
    op.create_index(op.f("ix_outside_notices_case_id"), "outside_notices", ["case_id"])


def downgrade() -> None:
    for name in ("outside_notices", "openings", "snapshots", "proposals", "appeals"):
        op.drop_table(name)
