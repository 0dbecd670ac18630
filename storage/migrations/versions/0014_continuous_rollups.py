"""Rollups as continuous aggregates, compression and retention, where the licence allows them.

On the Apache edition nothing changes: the jobs keep the tables. The relations have the same names,
columns and answers on both (docs/decisions/0005-two-editions.md says how, and why so).
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_UNITS = ("minute", "hour", "day")
_FROM_READINGS = """
    CREATE MATERIALIZED VIEW rollup_{unit}
    WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
    SELECT series_id, time_bucket('1 {unit}', time) AS bucket, count(*)::int AS n,
           avg(value) AS mean, min(value) AS min, max(value) AS max
    FROM vitals GROUP BY 1, 2
    WITH NO DATA
"""
# Hours never come from minutes: of those that were let go of, a late reading would leave one.
_FROM_HOURS = """
    CREATE MATERIALIZED VIEW rollup_day
    WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
    SELECT series_id, time_bucket('1 day', bucket) AS bucket, sum(n)::int AS n,
           sum(mean * n) / sum(n) AS mean, min(min) AS min, max(max) AS max
    FROM rollup_hour GROUP BY 1, 2
    WITH NO DATA
"""
# What the foreign keys of the tables do: rollups go with their series, however old they are.
_FOLLOW_SERIES = """
    CREATE FUNCTION forget_rollups() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM rollup_minute WHERE series_id IN (SELECT id FROM gone);
        DELETE FROM rollup_hour WHERE series_id IN (SELECT id FROM gone);
        DELETE FROM rollup_day WHERE series_id IN (SELECT id FROM gone);
        RETURN NULL;
    END $$
"""
_ON_SERIES = """
    CREATE TRIGGER forget_rollups AFTER DELETE ON series REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_rollups()
"""
_MARK_ALL = """
    INSERT INTO rollup_dirty (series_id, bucket)
    SELECT series_id, bucket FROM rollup_hour ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    if not _community():
        return
    op.execute(_MARK_ALL)
    for unit in _UNITS:
        op.drop_table(f"rollup_{unit}")
    for unit in ("minute", "hour"):
        op.execute(_FROM_READINGS.format(unit=unit))
    op.execute(_FROM_HOURS)
    op.execute(_FOLLOW_SERIES)
    op.execute(_ON_SERIES)
    op.execute(
        "ALTER TABLE vitals SET (timescaledb.compress, timescaledb.compress_segmentby ="
        " 'series_id', timescaledb.compress_orderby = 'time')"
    )
    # Late readings go into compressed chunks too, but cost more there: most come within two weeks.
    op.execute("SELECT add_compression_policy('vitals', interval '14 days')")
    # The jobs keep it equal to JEG_ROLLUP_MINUTE_DAYS, and make one for JEG_VITALS_DAYS.
    op.execute("SELECT add_retention_policy('rollup_minute', interval '90 days')")


def downgrade() -> None:
    if not _continuous():
        return
    op.execute(_MARK_ALL)
    op.execute("DROP TRIGGER forget_rollups ON series")
    op.execute("DROP FUNCTION forget_rollups()")
    for unit in reversed(_UNITS):
        op.execute(f"DROP MATERIALIZED VIEW rollup_{unit}")
    op.execute("SELECT remove_compression_policy('vitals')")
    op.execute("SELECT decompress_chunk(c, true) FROM show_chunks('vitals') AS c")
    op.execute("ALTER TABLE vitals SET (timescaledb.compress = false)")
    for unit in _UNITS:
        _table(f"rollup_{unit}")


def _community() -> bool:
    return _scalar("SELECT current_setting('timescaledb.license', true)") == "timescale"


def _continuous() -> bool:
    found = _scalar("SELECT count(*) FROM timescaledb_information.continuous_aggregates")
    return bool(found)


def _scalar(statement: str) -> object:
    return op.get_bind().execute(sa.text(statement)).scalar()


def _table(name: str) -> None:
    op.create_table(
        name,
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("min", sa.Double(), nullable=False),
        sa.Column("max", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f(f"fk_{name}_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "bucket", name=op.f(f"pk_{name}")),
    )
