"""Readings, rollups and dead letters."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("readings", sa.Integer(), server_default="1", nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.SmallInteger(), nullable=True),
        sa.Column("replayable", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_index(
        "ix_dead_letters_device_id_received_at",
        "dead_letters",
        ["device_id", "received_at"],
        unique=False,
    )
    op.create_index(
        "ix_dead_letters_reason_received_at",
        "dead_letters",
        ["reason", "received_at"],
        unique=False,
    )
    op.create_index("ix_dead_letters_received_at", "dead_letters", ["received_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "vitals",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("quality", sa.REAL(), nullable=False),
        sa.PrimaryKeyConstraint("series_id", "time", name=op.f("pk_vitals")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("metric", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["iot_devices.device_id"],
            name=op.f("fk_series_device_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["users.id"],
            name=op.f("fk_series_patient_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_index("ix_series_device_id", "series", ["device_id"], unique=False)
    op.create_index(
        "uq_series_patient_id_metric_device_id",
        "series",
        ["patient_id", "metric", "device_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "latest",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("quality", sa.REAL(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_latest_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_latest")),
    )
    op.create_table(
        "rollup_day",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("min", sa.Double(), nullable=False),
        sa.Column("max", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_rollup_day_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "bucket", name=op.f("pk_rollup_day")),
    )
    op.create_table(
        "rollup_dirty",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "marked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_rollup_dirty_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "bucket", name=op.f("pk_rollup_dirty")),
    )
    op.create_index("ix_rollup_dirty_marked_at", "rollup_dirty", ["marked_at"], unique=False)
    op.create_table(
        "rollup_hour",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("min", sa.Double(), nullable=False),
        sa.Column("max", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_rollup_hour_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "bucket", name=op.f("pk_rollup_hour")),
    )
    op.create_table(
        "rollup_minute",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("min", sa.Double(), nullable=False),
        sa.Column("max", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_rollup_minute_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "bucket", name=op.f("pk_rollup_minute")),
    )
    op.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    # A day at 1,000 devices and 1 Hz is some 4 GB of readings and index: it stays in memory.
    op.execute(
        "SELECT create_hypertable('vitals', 'time', chunk_time_interval => interval '1 day',"
        " create_default_indexes => false)"
    )
    # Readings keep the time of the device; what is known of its clock is put beside it here. A
    # reading from before the first model of the clock is corrected by that first one.
    op.execute(
        """
        CREATE VIEW vitals_corrected AS
        SELECT v.series_id, v.time, v.value, v.quality,
               v.time + interval '1 ms' * (c.offset_ms + c.drift_ppm * 1e-3 * greatest(-86400,
                   least(86400, extract(epoch FROM v.time - c.valid_from))))
                   AS corrected_time,
               c.uncertainty_ms
        FROM vitals v
        JOIN series s ON s.id = v.series_id
        LEFT JOIN LATERAL (
            SELECT * FROM device_clocks
            WHERE device_id = s.device_id AND state = 'good'
            ORDER BY valid_from > v.time,
                     CASE WHEN valid_from <= v.time THEN valid_from END DESC, valid_from
            LIMIT 1
        ) c ON true
        """
    )
    op.execute("ALTER TABLE latest SET (fillfactor = 50)")
    op.execute("ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.execute("DROP VIEW vitals_corrected")
    op.drop_table("rollup_minute")
    op.drop_table("rollup_hour")
    op.drop_index("ix_rollup_dirty_marked_at", table_name="rollup_dirty")
    op.drop_table("rollup_dirty")
    op.drop_table("rollup_day")
    op.drop_table("latest")
    op.drop_index(
        "uq_series_patient_id_metric_device_id",
        table_name="series",
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index("ix_series_device_id", table_name="series")
    op.drop_table("series")
    op.drop_table("vitals")
    op.drop_table("outbox")
    op.drop_index("ix_dead_letters_received_at", table_name="dead_letters")
    op.drop_index("ix_dead_letters_reason_received_at", table_name="dead_letters")
    op.drop_index("ix_dead_letters_device_id_received_at", table_name="dead_letters")
    op.drop_table("dead_letters")
