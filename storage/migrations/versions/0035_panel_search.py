"""Finding what administrators look for: any part of a name or address, and words of the log."""

from alembic import op

revision = "0035"
down_revision = "0034"

_TRIGRAMS = {
    "users": ("first_name", "last_name", "username", "email"),
    "iot_devices": ("name", "manufacturer", "model"),
    "webhook_endpoints": ("url",),
}
_PLAIN = {
    "ix_audit_log_action_seq": ("audit_log", ("action", "seq")),
    "ix_audit_log_resource_seq": ("audit_log", ("resource", "seq")),
    "ix_encounters_ward_period_start": ("encounters", ("ward", "period_start")),
}
_ADDRESS = "ix_audit_log_address"


def upgrade() -> None:
    # Built under a lock against writes, for seconds; CONCURRENTLY cannot be part of a transaction
    # with the rest.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in _TRIGRAMS.items():
        op.create_index(
            f"ix_{table}_trigrams",
            table,
            list(columns),
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops"),
        )
    for name, (table, columns) in _PLAIN.items():
        op.create_index(name, table, list(columns))
    op.create_index(
        _ADDRESS,
        "audit_log",
        ["address"],
        postgresql_ops={"address": "text_pattern_ops"},
    )


def downgrade() -> None:
    for name in (_ADDRESS, *_PLAIN, *(f"ix_{table}_trigrams" for table in _TRIGRAMS)):
        op.drop_index(name)
