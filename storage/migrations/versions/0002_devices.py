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
    # Rewritten in place at every commit: room for HOT updates keeps their indexes still.
    op.execute("ALTER TABLE device_ledgers SET (fillfactor = 50)")
    op.execute(
        """
        CREATE FUNCTION jeg_size(ranges int8multirange) RETURNS bigint
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
        $$ SELECT coalesce(sum(upper(r) - lower(r)), 0)::bigint FROM unnest(ranges) r $$
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION jeg_size")
    op.drop_table("device_clocks")
    op.drop_table("device_errors")
    op.drop_table("device_ledgers")
    op.drop_index(op.f("ix_device_keys_device_id"), table_name="device_keys")
    op.drop_table("device_keys")
    op.drop_index(op.f("ix_iot_devices_registered_by_id"), table_name="iot_devices")
    op.drop_index("ix_iot_devices_owner_id_created_at", table_name="iot_devices")
    op.drop_index("ix_iot_devices_created_at_device_id", table_name="iot_devices")
    op.drop_table("iot_devices")
