"""The first tables: docs/decisions/0001-the-tables.md says what each column tells a thief."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "1"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


APPEND_ONLY = ("decisions", "findings", "log_entries")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name_mac", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("cost", sa.String(length=40), nullable=False),
        sa.Column("verifier", sa.String(length=64), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("keyring", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("opened_month", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name_mac", name=op.f("uq_accounts_name_mac")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("previous_id", sa.String(length=32), nullable=True),
        sa.Column(
            "fate",
            sa.Enum("published", "held", "returned", "removed", name="fate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum("publish", "revise", "hold", "urgent", name="outcome", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column(
            "action",
            sa.Enum("publish", "redact", "return", "remove", "keep", name="action", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("by_membership_id", sa.String(length=32), nullable=True),
        sa.Column("guideline", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.CheckConstraint("(outcome IS NULL) <> (action IS NULL)", name=op.f("ck_decisions_one_judge")),
        sa.ForeignKeyConstraint(["previous_id"], ["decisions.id"], name=op.f("fk_decisions_previous_id_decisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_decisions_group_id"), "decisions", ["group_id"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("key_mac", sa.String(length=64), nullable=False),
        sa.Column("request_mac", sa.String(length=64), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_mac", name=op.f("pk_idempotency")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "private_rows",
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tag", "id", name=op.f("pk_private_rows")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tickets",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_tickets")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "findings",
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("markup", "confidentiality", "guideline", "crisis", name="kind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum("note", "revise", "hold", "urgent", name="severity", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("field", sa.Enum("title", "body", name="field", native_enum=False, length=20), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("guideline", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_findings_decision_id_decisions")),
        sa.PrimaryKeyConstraint("decision_id", "position", name=op.f("pk_findings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "groups",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "recovery",
                "twelve-step",
                "secular",
                "medication-friendly",
                "families",
                "ordinary-life",
                "desk",
                name="kind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("open", "members", "invited", name="visibility", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("guidelines_version", sa.Integer(), nullable=False),
        sa.Column("activity", sa.Integer(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_groups_decision_id_decisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_groups_decision_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_groups_slug")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_mac", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_mac", name=op.f("pk_recovery_codes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_recovery_codes_account_id"), "recovery_codes", ["account_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_times", sa.LargeBinary(), nullable=False),
        sa.Column("purge_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.Enum("story", "reply", name="subject", native_enum=False, length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column(
            "tier",
            sa.Enum("urgent", "report", "concern", "held", name="tier", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("open", "decided", "withdrawn", name="casestatus", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.String(length=32), nullable=True),
        sa.Column("sealed_original", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_cases_decision_id_decisions")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_cases_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_cases_group_id"), "cases", ["group_id"], unique=False)
    op.create_index(
        "uq_cases_open_subject",
        "cases",
        ["subject_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "guideline_items",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_guideline_items_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_guideline_items_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "version", "id", name=op.f("pk_guideline_items")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_guideline_items_decision_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "guidelines",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_guidelines_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "version", name=op.f("pk_guidelines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum("member", "facilitator", "moderator", "administrator", name="role", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("expires_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_invitations_group_id_groups")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_entries",
        sa.Column("chain", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("by_membership_id", sa.String(length=32), nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_log_entries_group_id_groups")),
        sa.PrimaryKeyConstraint("chain", "number", name=op.f("pk_log_entries")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("persona", sa.String(length=60), nullable=False),
        sa.Column("skeleton", sa.String(length=120), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("claim_hash", sa.String(length=64), nullable=False),
        sa.Column("nullifier", sa.String(length=64), nullable=False),
        sa.Column("joined_month", sa.Date(), nullable=False),
        sa.Column("guidelines_version", sa.Integer(), nullable=False),
        sa.Column("is_left", sa.Boolean(), nullable=False),
        sa.Column("last_notice", sa.Integer(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_memberships_decision_id_decisions")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_memberships_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_memberships_decision_id")),
        sa.UniqueConstraint("group_id", "nullifier", name=op.f("uq_memberships_group_id_nullifier")),
        sa.UniqueConstraint("group_id", "skeleton", name=op.f("uq_memberships_group_id_skeleton")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "flags",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("flagger", sa.String(length=64), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "confidentiality",
                "unkind",
                "advice",
                "danger",
                "selling",
                "other",
                name="flagreason",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_flags_case_id_cases")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_flags_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sa.UniqueConstraint("subject_id", "flagger", name=op.f("uq_flags_subject_id_flagger")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_flags_case_id"), "flags", ["case_id"], unique=False)
    op.create_table(
        "limits",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("is_site_wide", sa.Boolean(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_limits_decision_id_decisions")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_limits_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_limits_membership_id_memberships"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limits")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_limits_membership_id"), "limits", ["membership_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("reply", "decision", "flag-outcome", "limit", name="noticekind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("story_id", sa.String(length=32), nullable=True),
        sa.Column("reply_id", sa.String(length=32), nullable=True),
        sa.Column("decision_id", sa.String(length=32), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_notices_decision_id_decisions")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_notices_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_notices_membership_id_memberships"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("membership_id", "number", name=op.f("uq_notices_membership_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stories",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("created_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activity", sa.Integer(), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("reply_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_stories_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_stories_membership_id_memberships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_stories_group_id_activity"), "stories", ["group_id", "activity"], unique=False)
    op.create_index(op.f("ix_stories_membership_id"), "stories", ["membership_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("explains_id", sa.String(length=32), nullable=True),
        sa.Column("flag_id", sa.String(length=32), nullable=True),
        sa.Column("is_for_author", sa.Boolean(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_notes_decision_id_decisions")),
        sa.ForeignKeyConstraint(["explains_id"], ["decisions.id"], name=op.f("fk_notes_explains_id_decisions")),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_notes_flag_id_flags"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_notes_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_notes_decision_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_notes_explains_id"), "notes", ["explains_id"], unique=False)
    op.create_index(op.f("ix_notes_flag_id"), "notes", ["flag_id"], unique=False)
    op.create_table(
        "replies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("created_hour", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_replies_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_replies_membership_id_memberships")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_replies_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_replies_membership_id"), "replies", ["membership_id"], unique=False)
    op.create_index(op.f("ix_replies_story_id_number"), "replies", ["story_id", "number"], unique=False)
    op.create_table(
        "story_versions",
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content_notes", sa.String(length=120), nullable=False),
        sa.Column(
            "answer_me_with",
            sa.Enum("listening", "experience", "ideas", name="answermewith", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_story_versions_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_story_versions_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "number", name=op.f("pk_story_versions")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_story_versions_decision_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "supports",
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "with-you",
                "relate",
                "thank-you",
                "proud-of-you",
                "hope",
                name="supportkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_supports_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_supports_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_supports_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "kind", "membership_id", name=op.f("pk_supports")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_supports_story_id"), "supports", ["story_id"], unique=False)
    op.create_table(
        "reply_versions",
        sa.Column("reply_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_reply_versions_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name=op.f("fk_reply_versions_reply_id_replies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reply_id", "number", name=op.f("pk_reply_versions")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_reply_versions_decision_id")),
        sqlite_with_rowid=False,
    )
    for name in ("story", "reply"):
        op.create_index(
            f"uq_{name}_versions_shown",
            f"{name}_versions",
            [f"{name}_id"],
            unique=True,
            sqlite_where=sa.text("is_shown"),
            postgresql_where=sa.text("is_shown"),
        )
    for table in APPEND_ONLY:
        _refuse_change(table)


def _refuse_change(table: str) -> None:
    """What was decided and done stays: the database itself refuses to change or delete it (SECURITY.md, M-4)."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def downgrade() -> None:
    op.drop_table("reply_versions")
    op.drop_index(op.f("ix_supports_story_id"), table_name="supports")
    op.drop_table("supports")
    op.drop_table("story_versions")
    op.drop_index(op.f("ix_replies_story_id_number"), table_name="replies")
    op.drop_index(op.f("ix_replies_membership_id"), table_name="replies")
    op.drop_table("replies")
    op.drop_index(op.f("ix_notes_flag_id"), table_name="notes")
    op.drop_index(op.f("ix_notes_explains_id"), table_name="notes")
    op.drop_table("notes")
    op.drop_index(op.f("ix_stories_membership_id"), table_name="stories")
    op.drop_index(op.f("ix_stories_group_id_activity"), table_name="stories")
    op.drop_table("stories")
    op.drop_table("notices")
    op.drop_index(op.f("ix_limits_membership_id"), table_name="limits")
    op.drop_table("limits")
    op.drop_index(op.f("ix_flags_case_id"), table_name="flags")
    op.drop_table("flags")
    op.drop_table("memberships")
    op.drop_table("log_entries")
    op.drop_table("invitations")
    op.drop_table("guidelines")
    op.drop_table("guideline_items")
    op.drop_index(
        "uq_cases_open_subject",
        table_name="cases",
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_index(op.f("ix_cases_group_id"), table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_recovery_codes_account_id"), table_name="recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_table("groups")
    op.drop_table("findings")
    op.drop_table("tickets")
    op.drop_table("private_rows")
    op.drop_table("idempotency")
    op.drop_index(op.f("ix_decisions_group_id"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("accounts")
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_append_only()")
