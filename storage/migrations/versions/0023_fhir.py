"""Searches by the time of the last change: people, providers and hospitals."""

from alembic import op

revision = "0023"
down_revision = "0020"

_TABLES = ("users", "healthcare_providers", "hospitals")


def upgrade() -> None:
    for table in _TABLES:
        op.create_index(f"ix_{table}_updated_at_id", table, ["updated_at", "id"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(f"ix_{table}_updated_at_id", table_name=table)
