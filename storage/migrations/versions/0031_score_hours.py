"""Hours that are tried again, how long an input of NEWS2 counts, corrections that are settled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "score_dirty", sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.add_column("score_dirty", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.add_column("early_warnings", sa.Column("stale_after", JSONB()))
    op.add_column(
        "reading_amendments",
        sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_reading_amendments_unsettled",
        "reading_amendments",
        ["amended_at"],
        postgresql_where=sa.text("NOT settled"),
    )


def downgrade() -> None:
    op.drop_index("ix_reading_amendments_unsettled", "reading_amendments")
    op.drop_column("reading_amendments", "settled")
    op.drop_column("early_warnings", "stale_after")
    op.drop_column("score_dirty", "due_at")
    op.drop_column("score_dirty", "failures")
