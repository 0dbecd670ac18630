"""When the worst value of an alarm was measured."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Of alarms from before, nobody knows.
    op.add_column("alarms", sa.Column("worst_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("alarms", "worst_at")
