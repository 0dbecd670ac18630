"""Hours that cannot be computed are tried again later; how long an input of NEWS2 counts."""

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


def downgrade() -> None:
    op.drop_column("early_warnings", "stale_after")
    op.drop_column("score_dirty", "due_at")
    op.drop_column("score_dirty", "failures")
