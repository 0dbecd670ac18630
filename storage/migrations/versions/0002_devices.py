"""Devices, keys and ledgers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE, JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "iot_devices",
        sa.Column(
            "device_id",
            sa.Uuid(),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
        ),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("device_type", sa.String(), nullable=False),
        sa.Column("manufacturer", sa.String(), server_default="", nullable=False),
        sa.Column("model", sa.String(), server_default="", nullable=False),
        sa.Column("firmware_version", sa.String(), server_default="", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("registered_by_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), server_default="ACTIVE", nullable=False),
        sa.Column("is_verified", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_online", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("status_boot", sa.BigInteger(), nullable=True),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("battery_level", sa.Double(), nullable=True),
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
            "status IN ('ACTIVE', 'INACTIVE', 'MAINTENANCE', 'REVOKED')",
            name=op.f("ck_iot_devices_status"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_iot_devices_owner_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"],
            ["users.id"],
            name=op.f("fk_iot_devices_registered_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_iot_devices")),
        sa.UniqueConstraint("device_id", name=op.f("uq_iot_devices_device_id")),
    )
    op.create_index(
        "ix_iot_devices_created_at_device_id",
        "iot_devices",
        ["created_at", "device_id"],
        unique=False,
    )
    op.create_index(
        "ix_iot_devices_owner_id_created_at",
        "iot_devices",
        ["owner_id", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_iot_devices_registered_by_id"),
        "iot_devices",
        ["registered_by_id"],
        unique=False,
    )
    op.create_table(
        "device_keys",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_device_keys_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_device_keys_digest")),
    )
    op.create_index(op.f("ix_device_keys_device_id"), "device_keys", ["device_id"], unique=False)
    op.create_index(
        "ix_device_keys_expiring",
        "device_keys",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("revoked_at IS NULL AND expires_at IS NOT NULL"),
    )
    op.create_table(
        "device_ledgers",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("seen", INT8MULTIRANGE(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("max_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("stored", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duplicate", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("quarantined", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rejected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("redelivered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("readings_stored", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("readings_duplicate", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("readings_rejected", JSONB(), server_default="{}", nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_device_ledgers_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_id", "boot", name=op.f("pk_device_ledgers")),
    )
    op.create_table(
        "device_errors",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("boot", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_device_errors_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_errors")),
    )
    op.create_index(
        "ix_device_errors_device_id_received_at", "device_errors", ["device_id", "received_at"]
    )
    op.create_table(
        "device_clocks",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("drift_ppm", sa.REAL(), nullable=False),
        sa.Column("uncertainty_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('good', 'ahead', 'back')", name=op.f("ck_device_clocks_state")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_device_clocks_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_id", "boot", "valid_from", name=op.f("pk_device_clocks")),
    )
    _create_downlink()
    # Rewritten in place at every commit: room for HOT updates keeps their indexes still.
    op.execute("ALTER TABLE device_ledgers SET (fillfactor = 50)")
    op.execute(
        """
        CREATE FUNCTION jeg_size(ranges int8multirange) RETURNS bigint
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
        $$ SELECT coalesce(sum(upper(r) - lower(r)), 0)::bigint FROM unnest(ranges) r $$
        """
    )


def _create_downlink() -> None:
    op.create_table(
        "device_commands",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("arguments", JSONB(), server_default="{}", nullable=False),
        sa.Column("status", sa.String(), server_default="pending", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'sent', 'succeeded', 'failed', 'timed_out')",
            name=op.f("ck_device_commands_status"),
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_device_commands_device_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"],
            ["users.id"],
            name=op.f("fk_device_commands_requested_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_commands")),
    )
    op.create_index(
        "ix_device_commands_device_id_created_at",
        "device_commands",
        ["device_id", "created_at", "id"],
    )
    op.create_index("ix_device_commands_created_at", "device_commands", ["created_at"])
    op.create_index(
        op.f("ix_device_commands_requested_by_id"), "device_commands", ["requested_by_id"]
    )
    op.create_index(
        "ix_device_commands_waiting",
        "device_commands",
        ["expires_at"],
        postgresql_where=sa.text("status IN ('pending', 'sent')"),
    )
    versions = sa.Sequence("device_config_versions")
    op.execute(sa.schema.CreateSequence(versions))
    op.create_table(
        "device_configs",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=versions.next_value(), nullable=False),
        sa.Column("settings", JSONB(), nullable=False),
        sa.Column("updated_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("acknowledged_version", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_device_configs_device_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"],
            ["users.id"],
            name=op.f("fk_device_configs_updated_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_configs")),
    )
    op.create_index(op.f("ix_device_configs_updated_by_id"), "device_configs", ["updated_by_id"])


def downgrade() -> None:
    op.drop_table("device_configs")
    op.execute("DROP SEQUENCE device_config_versions")
    op.drop_table("device_commands")
    op.execute("DROP FUNCTION jeg_size")
    op.drop_table("device_clocks")
    op.drop_table("device_errors")
    op.drop_table("device_ledgers")
    op.drop_index("ix_device_keys_expiring", table_name="device_keys")
    op.drop_index(op.f("ix_device_keys_device_id"), table_name="device_keys")
    op.drop_table("device_keys")
    op.drop_index(op.f("ix_iot_devices_registered_by_id"), table_name="iot_devices")
    op.drop_index("ix_iot_devices_owner_id_created_at", table_name="iot_devices")
    op.drop_index("ix_iot_devices_created_at_device_id", table_name="iot_devices")
    op.drop_table("iot_devices")
