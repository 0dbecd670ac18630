"""Why an alarm has its priority: the severe limit, and the worst value while it was open."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("alarms", sa.Column("worst_value", sa.Float()))
    op.add_column("alarms", sa.Column("severe_limit", sa.Float()))
    op.execute(
        "UPDATE alarms SET worst_value = value,"
        " severe_limit = (evidence -> 'rule' ->> 'severe_limit')::float"
    )


def downgrade() -> None:
    op.drop_column("alarms", "severe_limit")
    op.drop_column("alarms", "worst_value")
