"""Alarms, their rules and their steps; what the engine remembers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "alarm_rules",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("limit_value", sa.Double(), nullable=True),
        sa.Column("severe_limit", sa.Double(), nullable=True),
        sa.Column("priority", sa.String(), nullable=True),
        sa.Column("delay_seconds", sa.Double(), nullable=True),
        sa.Column("clear_delay_seconds", sa.Double(), nullable=True),
        sa.Column("hysteresis", sa.Double(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "priority IN ('high', 'medium', 'low')", name=op.f("ck_alarm_rules_priority")
        ),
        sa.CheckConstraint(
            "delay_seconds >= 0 AND clear_delay_seconds >= 0", name=op.f("ck_alarm_rules_delays")
        ),
        sa.CheckConstraint("hysteresis > 0", name=op.f("ck_alarm_rules_hysteresis")),
        sa.CheckConstraint("version > 0", name=op.f("ck_alarm_rules_version")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_alarm_rules_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["users.id"], name=op.f("fk_alarm_rules_patient_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_rules")),
    )
    op.create_index(
        op.f("ix_alarm_rules_created_by_id"), "alarm_rules", ["created_by_id"], unique=False
    )
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
    op.create_table(
        "engine_states",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["users.id"],
            name=op.f("fk_engine_states_patient_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("patient_id", "channel", name=op.f("pk_engine_states")),
    )
    op.create_table(
        "alarms",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("retrospective", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("limit_value", sa.Double(), nullable=True),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Uuid(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", JSONB(), server_default="{}", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_alarms_closed")
        ),
        sa.CheckConstraint(
            "NOT retrospective OR state = 'closed'", name=op.f("ck_alarms_retrospective")
        ),
        sa.CheckConstraint(
            "category IN ('physiological', 'technical')", name=op.f("ck_alarms_category")
        ),
        sa.CheckConstraint(
            "priority IN ('high', 'medium', 'low')", name=op.f("ck_alarms_priority")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'active_unacknowledged', 'active_acknowledged', 'latched',"
            " 'closed')",
            name=op.f("ck_alarms_state"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["users.id"], name=op.f("fk_alarms_acknowledged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_alarms_device_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["users.id"], name=op.f("fk_alarms_patient_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index(
        op.f("ix_alarms_acknowledged_by_id"), "alarms", ["acknowledged_by_id"], unique=False
    )
    op.create_index(op.f("ix_alarms_device_id"), "alarms", ["device_id"], unique=False)
    op.create_index(
        "ix_alarms_patient_id_started_at", "alarms", ["patient_id", "started_at"], unique=False
    )
    op.create_index("ix_alarms_started_at_id", "alarms", ["started_at", "id"], unique=False)
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["patient_id", "condition"],
        unique=True,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "alarm_transitions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_alarm_transitions_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["alarm_id"],
            ["alarms.id"],
            name=op.f("fk_alarm_transitions_alarm_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_transitions")),
    )
    op.create_index(
        op.f("ix_alarm_transitions_actor_id"), "alarm_transitions", ["actor_id"], unique=False
    )
    op.create_index(
        "ix_alarm_transitions_alarm_id_id", "alarm_transitions", ["alarm_id", "id"], unique=False
    )
    # Rewritten with every batch: room on the page keeps those updates off the index.
    op.execute("ALTER TABLE engine_states SET (fillfactor = 50)")
    op.execute("ALTER TABLE engine_states ALTER COLUMN payload SET STORAGE PLAIN")


def downgrade() -> None:
    op.drop_index("ix_alarm_transitions_alarm_id_id", table_name="alarm_transitions")
    op.drop_index(op.f("ix_alarm_transitions_actor_id"), table_name="alarm_transitions")
    op.drop_table("alarm_transitions")
    op.drop_index(
        "uq_alarms_open", table_name="alarms", postgresql_where=sa.text("state <> 'closed'")
    )
    op.drop_index("ix_alarms_started_at_id", table_name="alarms")
    op.drop_index("ix_alarms_patient_id_started_at", table_name="alarms")
    op.drop_index(op.f("ix_alarms_device_id"), table_name="alarms")
    op.drop_index(op.f("ix_alarms_acknowledged_by_id"), table_name="alarms")
    op.drop_table("alarms")
    op.drop_table("engine_states")
    op.drop_index(
        "uq_alarm_rules_patient_id_condition_version",
        table_name="alarm_rules",
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(
        "uq_alarm_rules_current",
        table_name="alarm_rules",
        postgresql_where=sa.text("superseded_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(op.f("ix_alarm_rules_created_by_id"), table_name="alarm_rules")
    op.drop_table("alarm_rules")
