"""Rules of a ward, and why a rule was changed; work that people wait for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

_SCOPE = ["patient_id", "hospital_id", "ward", "condition"]


def upgrade() -> None:
    op.add_column("alarm_rules", sa.Column("hospital_id", sa.Uuid(), nullable=True))
    op.add_column("alarm_rules", sa.Column("ward", sa.String(), nullable=True))
    op.add_column(
        "alarm_rules",
        sa.Column("withdrawn", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column(
        "alarm_rules", sa.Column("reason", sa.String(), server_default="", nullable=False)
    )
    # Null keeps what the wider scope says, as in the other columns.
    op.alter_column("alarm_rules", "enabled", nullable=True, server_default=None)
    op.add_column("alarm_rules", sa.Column("severe_delay_seconds", sa.Double(), nullable=True))
    op.add_column(
        "alarm_rules", sa.Column("severe_clear_delay_seconds", sa.Double(), nullable=True)
    )
    op.add_column("alarm_rules", sa.Column("repeat_seconds", sa.Double(), nullable=True))
    op.create_check_constraint(op.f("ck_alarm_rules_repeat"), "alarm_rules", "repeat_seconds > 0")
    op.create_check_constraint(
        op.f("ck_alarm_rules_severe_delays"),
        "alarm_rules",
        "severe_delay_seconds >= 0 AND severe_clear_delay_seconds >= 0",
    )
    op.create_foreign_key(
        op.f("fk_alarm_rules_hospital_id"),
        "alarm_rules",
        "hospitals",
        ["hospital_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(op.f("ix_alarm_rules_hospital_id"), "alarm_rules", ["hospital_id"])
    op.create_check_constraint(
        op.f("ck_alarm_rules_scope"),
        "alarm_rules",
        "(patient_id IS NULL OR ward IS NULL)"
        " AND (hospital_id IS NULL OR ward IS NOT NULL) AND ward <> ''",
    )
    op.drop_index("uq_alarm_rules_patient_id_condition_version", table_name="alarm_rules")
    op.drop_index("uq_alarm_rules_current", table_name="alarm_rules")
    _unique(_SCOPE)
    op.create_index(
        "ix_encounters_ward", "encounters", ["ward"], postgresql_where=sa.text("period_end IS NULL")
    )
    _create_jobs()


def _unique(scope: list[str]) -> None:
    op.create_index(
        "uq_alarm_rules_current",
        "alarm_rules",
        scope,
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "uq_alarm_rules_version",
        "alarm_rules",
        [*scope, "version"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def _create_jobs() -> None:
    op.create_table(
        "background_jobs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="queued", nullable=False),
        sa.Column("parameters", JSONB(), server_default="{}", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("result", JSONB(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')",
            name=op.f("ck_background_jobs_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('queued', 'running')) = (finished_at IS NULL)",
            name=op.f("ck_background_jobs_finished"),
        ),
        sa.CheckConstraint(
            "done >= 0 AND total >= 0 AND done <= total", name=op.f("ck_background_jobs_progress")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_background_jobs_owner_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_jobs")),
    )
    op.create_index(
        "ix_background_jobs_owner_id_created_at_id",
        "background_jobs",
        ["owner_id", "created_at", "id"],
    )
    op.create_index("ix_background_jobs_finished_at", "background_jobs", ["finished_at"])


def downgrade() -> None:
    op.drop_table("background_jobs")
    op.drop_index("ix_encounters_ward", table_name="encounters")
    op.drop_index("uq_alarm_rules_version", table_name="alarm_rules")
    op.drop_index("uq_alarm_rules_current", table_name="alarm_rules")
    # What only a ward had has no place in the older schema.
    op.execute("DELETE FROM alarm_rules WHERE ward IS NOT NULL OR withdrawn")
    op.create_index(
        "uq_alarm_rules_current",
        "alarm_rules",
        ["patient_id", "condition"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "uq_alarm_rules_patient_id_condition_version",
        "alarm_rules",
        ["patient_id", "condition", "version"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.drop_constraint(op.f("ck_alarm_rules_scope"), "alarm_rules")
    op.drop_constraint(op.f("ck_alarm_rules_severe_delays"), "alarm_rules")
    op.execute("UPDATE alarm_rules SET enabled = true WHERE enabled IS NULL")
    op.alter_column("alarm_rules", "enabled", nullable=False, server_default=sa.text("true"))
    op.drop_constraint(op.f("ck_alarm_rules_repeat"), "alarm_rules")
    for column in (
        "repeat_seconds",
        "severe_clear_delay_seconds",
        "severe_delay_seconds",
        "reason",
        "withdrawn",
        "ward",
        "hospital_id",
    ):
        op.drop_column("alarm_rules", column)
