"""When readings of an hour were last stored or changed, for those who ask for what is new."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

# Nobody knows when: whoever asks for changes gets them once more.
_KNOWN = """
    INSERT INTO reading_hours (series_id, hour, changed_at)
    SELECT series_id, bucket, now() FROM rollup_hour JOIN series ON series.id = series_id
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "reading_hours",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_reading_hours_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "hour", name=op.f("pk_reading_hours")),
    )
    op.execute(_KNOWN)
    op.create_index(
        "ix_reading_hours_series_id_changed_at", "reading_hours", ["series_id", "changed_at"]
    )


def downgrade() -> None:
    op.drop_table("reading_hours")
