"""Early-warning scores: prescriptions, and their course hour by hour."""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0010"
down_revision = "0009"


_TABLES = ("score_dirty", "score_states", "observation_sets", "score_history", "early_warnings")


def upgrade() -> None:
    _create_early_warnings()
    op.create_table(
        "score_history",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minimum", sa.Double(), nullable=False),
        sa.Column("maximum", sa.Double(), nullable=False),
        sa.Column("worst", sa.Double(), nullable=False),
        sa.Column("parts", JSONB(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        _now("computed_at"),
        sa.CheckConstraint(
            "kind IN ('news2', 'qsofa', 'shock_index', 'deterioration')",
            name=op.f("ck_score_history_kind"),
        ),
        sa.CheckConstraint("minimum <= maximum", name=op.f("ck_score_history_bounds")),
        _patient("score_history"),
        sa.PrimaryKeyConstraint("patient_id", "kind", "hour", name=op.f("pk_score_history")),
    )
    op.create_table(
        "observation_sets",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("metrics", ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid()),
        _now("recorded_at"),
        _patient("observation_sets"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_observation_sets_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_sets")),
    )
    op.create_index(
        "ix_observation_sets_patient_id_measured_at_id",
        "observation_sets",
        ["patient_id", "measured_at", "id"],
    )
    op.create_index(
        op.f("ix_observation_sets_recorded_by_id"), "observation_sets", ["recorded_by_id"]
    )
    op.create_table(
        "score_states",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        _patient("score_states"),
        sa.PrimaryKeyConstraint("patient_id", "day", name=op.f("pk_score_states")),
    )
    op.create_table(
        "score_dirty",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        _now("marked_at"),
        sa.PrimaryKeyConstraint("patient_id", "hour", name=op.f("pk_score_dirty")),
    )


def _create_early_warnings() -> None:
    op.create_table(
        "early_warnings",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("target_low", sa.SmallInteger(), nullable=False),
        sa.Column("target_high", sa.SmallInteger(), nullable=False),
        sa.Column("pregnant", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        _now("created_at"),
        sa.Column("created_by_id", sa.Uuid()),
        sa.Column("superseded_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("scale IN (1, 2)", name=op.f("ck_early_warnings_scale")),
        sa.CheckConstraint(
            "target_low BETWEEN 50 AND 100 AND target_low < target_high",
            name=op.f("ck_early_warnings_target"),
        ),
        sa.CheckConstraint(
            "scale = 1 OR (target_low = 88 AND target_high = 92)",
            name=op.f("ck_early_warnings_scale_2"),
        ),
        sa.CheckConstraint(
            "target_high <= 100 AND version > 0", name=op.f("ck_early_warnings_bounds")
        ),
        _patient("early_warnings"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_early_warnings_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_warnings")),
    )
    op.create_index(
        "uq_early_warnings_patient_id_version",
        "early_warnings",
        ["patient_id", "version"],
        unique=True,
    )
    op.create_index(
        "uq_early_warnings_current",
        "early_warnings",
        ["patient_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(op.f("ix_early_warnings_created_by_id"), "early_warnings", ["created_by_id"])


def _now(name: str) -> sa.Column[dt.datetime]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _patient(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["patient_id"], ["users.id"], name=op.f(f"fk_{table}_patient_id"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
