"""Technical alarms: facts of devices, what is wrong with them now, the canary and its runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "iot_devices", sa.Column("gateway", sa.String(), server_default="", nullable=False)
    )
    op.create_index(
        "ix_iot_devices_gateway",
        "iot_devices",
        ["gateway"],
        postgresql_where=sa.text("gateway <> ''"),
    )
    op.create_index(
        "ix_iot_devices_model_firmware_version", "iot_devices", ["model", "firmware_version"]
    )
    op.add_column(
        "users", sa.Column("is_synthetic", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_index("ix_users_synthetic", "users", ["id"], postgresql_where=sa.text("is_synthetic"))
    op.create_table(
        "device_facts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), server_default="", nullable=False),
        sa.Column("amount", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_device_facts_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_facts")),
    )
    op.create_index("ix_device_facts_device_id", "device_facts", ["device_id"])
    op.create_table(
        "device_conditions",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.Integer(), server_default="0", nullable=False),
        sa.Column("code", sa.String(), server_default="", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("raised", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("parent_id", sa.Uuid()),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_device_conditions_device_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["alarms.id"],
            name=op.f("fk_device_conditions_parent_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("device_id", "kind", name=op.f("pk_device_conditions")),
    )
    op.create_index(
        "ix_device_conditions_due_at",
        "device_conditions",
        ["due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_device_conditions_kind_since", "device_conditions", ["kind", "since"])
    op.create_index(
        "ix_device_conditions_parent_id",
        "device_conditions",
        ["parent_id"],
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_table(
        "canary_runs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("channels", JSONB(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary_runs")),
    )
    op.create_index("ix_canary_runs_started_at", "canary_runs", ["started_at"])


def downgrade() -> None:
    op.drop_table("canary_runs")
    op.drop_table("device_conditions")
    op.drop_table("device_facts")
    op.drop_index("ix_users_synthetic", table_name="users")
    op.drop_column("users", "is_synthetic")
    op.drop_index("ix_iot_devices_model_firmware_version", table_name="iot_devices")
    op.drop_index("ix_iot_devices_gateway", table_name="iot_devices")
    op.drop_column("iot_devices", "gateway")
