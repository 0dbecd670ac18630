"""Finding people by the beginning of a name, whatever its case, as the admin panel does."""

from alembic import op

revision = "0030"
down_revision = "0029"

NAMES = ("last_name", "first_name", "username")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in NAMES:
        # Built under a lock against writes, for seconds; CONCURRENTLY cannot be part of a
        # transaction with the rest.
        op.execute(f"CREATE INDEX ix_users_lower_{name} ON users (lower({name}) text_pattern_ops)")


def downgrade() -> None:
    for name in NAMES:
        op.execute(f"DROP INDEX ix_users_lower_{name}")
