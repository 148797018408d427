"""The set-up of the site, and signed assessments."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "12"
down_revision: str | None = "11"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "site_settings",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_site_settings_decision_id_decisions"),
        sa.PrimaryKeyConstraint("name", name="pk_site_settings"),
        sa.UniqueConstraint("decision_id", name="uq_site_settings_decision_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("office", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_assessments_decision_id_decisions"),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
        sa.UniqueConstraint("decision_id", name="uq_assessments_decision_id"),
        sqlite_with_rowid=False,
    )
    op.add_column("cases", sa.Column("waited_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "waited_hours")
    op.drop_table("assessments")
    op.drop_table("site_settings")
