"""The task queue's own schema, and the rollups' work in hand."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"

_OBJECTS = """
    SELECT format('DROP TABLE IF EXISTS %I CASCADE', tablename) FROM pg_tables
    WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\\_%'
    UNION ALL
    SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%'
    UNION ALL
    SELECT format('DROP TYPE IF EXISTS %I CASCADE', typname)
    FROM pg_type LEFT JOIN pg_class ON pg_class.oid = typrelid
    WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate\\_%'
        AND (typtype = 'e' OR pg_class.relkind = 'c')
"""


def upgrade() -> None:
    op.create_table(
        "rollup_work",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_rollup_work_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "bucket", name=op.f("pk_rollup_work")),
    )
    # The library ships its schema of today. A later version of it brings migration files of its
    # own: raising the pinned version takes a migration here that applies those to old databases.
    connection = op.get_bind().connection.driver_connection
    if connection is not None:
        connection.execute(SchemaManager.get_schema())


def downgrade() -> None:
    for (statement,) in op.get_bind().execute(sa.text(_OBJECTS)).all():
        op.execute(statement)
    op.drop_table("rollup_work")
