"""Exports, erasures with their proof, and an audit log whose particulars can be erased.

Records that are there are chained anew, since their hashes cover what may have to go: anchors that
were noted before are void. The periods of retention are what the housekeeping last applied.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0029"
down_revision = "0028"

_PARTICULARS: Final = ("reason", "address", "request_id")
_PLAIN: Final = (
    *("at", "actor_id", "actor_roles", "action", "resource", "resource_id", "patients"),
    *("purpose", "outcome", "status"),
)
_BEFORE: Final = (
    *("at", "actor_id", "actor_roles", "action", "resource", "resource_id", "patients"),
    *("purpose", "reason", "address", "request_id", "outcome", "status"),
)
_GENESIS: Final = bytes(32)
_AT_ONCE: Final = 2_000
_ZERO: Final = sa.text("decode(repeat('00', 32), 'hex')")
# What may be changed of the log: particulars are emptied, and its oldest part is let go of.
_ONLY_ERASE: Final = f"""
    CREATE FUNCTION audit_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.seq <= (SELECT start_seq FROM audit_head) THEN
                RETURN OLD;
            END IF;
        ELSIF NEW.salt IS NULL AND NEW.reason = '' AND NEW.address = '' AND NEW.request_id = ''
            AND (NEW.seq, {", ".join(f"NEW.{name}" for name in _PLAIN)}, NEW.sealed, NEW.hash)
                IS NOT DISTINCT FROM
                (OLD.seq, {", ".join(f"OLD.{name}" for name in _PLAIN)}, OLD.sealed, OLD.hash)
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = '42501';
    END
    $$
"""  # noqa: S608 - names of columns


_GUARDS: Final = (
    ("append_only", "TRUNCATE", "STATEMENT", "audit_refuse"),
    ("only_erase", "UPDATE OR DELETE", "ROW", "audit_only_erase"),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _exports()
    _erasures()
    op.create_table(
        "retention_periods",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("days", sa.Float(), nullable=True),
        sa.Column("deleted", sa.BigInteger(), server_default="0", nullable=False),
        _now("applied_at"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_retention_periods")),
    )
    _seal_the_log()


def downgrade() -> None:
    _guard_before()
    _chain(_BEFORE, sealing=False)
    for column in ("salt", "sealed"):
        op.drop_column("audit_log", column)
    for column in ("start_seq", "start_hash"):
        op.drop_column("audit_head", column)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )
    op.execute("ALTER TABLE audit_log ENABLE ALWAYS TRIGGER append_only")
    for table in ("retention_periods", "erasures", "exports"):
        op.drop_table(table)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _exports() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        _now("created_at"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (sha256 IS NULL)", name=op.f("ck_exports_finished")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["users.id"], name=op.f("fk_exports_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"],
            ["users.id"],
            name=op.f("fk_exports_requested_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["background_jobs.id"],
            name=op.f("fk_exports_job_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(
        "ix_exports_person_id_created_at_id", "exports", ["person_id", "created_at", "id"]
    )
    for column in ("expires_at", "requested_by_id", "job_id"):
        op.create_index(f"ix_exports_{column}", "exports", [column])


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("device_ids", ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("series_ids", ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("files", ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("counts", JSONB(), server_default="{}", nullable=False),
        _now("requested_at"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", JSONB(none_as_null=True), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (document IS NULL) AND (finished_at IS NULL) = (sha256 IS"
            " NULL)",
            name=op.f("ck_erasures_finished"),
        ),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["background_jobs.id"],
            name=op.f("fk_erasures_job_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_requested_at_id", "erasures", ["requested_at", "id"])
    op.create_index("uq_erasures_person_id", "erasures", ["person_id"], unique=True)
    op.create_index("ix_erasures_job_id", "erasures", ["job_id"])


def _seal_the_log() -> None:
    op.add_column("audit_log", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.add_column("audit_log", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.add_column(
        "audit_head", sa.Column("start_seq", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "audit_head",
        sa.Column("start_hash", sa.LargeBinary(), server_default=_ZERO, nullable=False),
    )
    op.execute("ALTER TABLE audit_log DISABLE TRIGGER append_only")
    _chain((*_PLAIN, "sealed"), sealing=True)
    op.alter_column("audit_log", "sealed", nullable=False)
    op.execute(_ONLY_ERASE)
    op.execute("DROP TRIGGER append_only ON audit_log")
    for name, events, each, function in _GUARDS:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {events} ON audit_log FOR EACH {each}"
            f" EXECUTE FUNCTION {function}()"
        )
        op.execute(f"ALTER TABLE audit_log ENABLE ALWAYS TRIGGER {name}")
    op.execute("GRANT DELETE ON audit_log TO CURRENT_USER")
    op.execute(f"GRANT UPDATE (salt, {', '.join(_PARTICULARS)}) ON audit_log TO CURRENT_USER")


def _guard_before() -> None:
    for name, *_ in _GUARDS:
        op.execute(f"DROP TRIGGER {name} ON audit_log")
    op.execute("DROP FUNCTION audit_only_erase()")
    op.execute("REVOKE UPDATE, DELETE ON audit_log FROM CURRENT_USER")


def _chain(columns: Sequence[str], *, sealing: bool) -> None:
    """Compute every hash anew, over `columns`."""
    connection, last, seq = op.get_bind(), _GENESIS, 0
    read = sa.text("SELECT * FROM audit_log WHERE seq > :seq ORDER BY seq LIMIT :limit")
    write = sa.text(
        "UPDATE audit_log SET salt = :salt, sealed = :sealed, hash = :hash WHERE seq = :seq"
    )
    op.execute("GRANT UPDATE ON audit_log TO CURRENT_USER")
    while rows := connection.execute(read, {"seq": seq, "limit": _AT_ONCE}).mappings().all():
        for row in rows:
            values = dict(row)
            salt = secrets.token_bytes(16) if sealing else None
            told = [values[name] for name in _PARTICULARS]
            sealed = sha256((salt or b"") + msgspec.json.encode(told)).digest()
            at, *others = [(values | {"sealed": sealed})[name] for name in columns]
            moment = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
            seq = values["seq"]
            last = sha256(last + msgspec.json.encode([seq, moment, *others])).digest()
            connection.execute(write, {"salt": salt, "sealed": sealed, "hash": last, "seq": seq})
    connection.execute(sa.text("UPDATE audit_head SET hash = :hash"), {"hash": last})
    op.execute("REVOKE UPDATE ON audit_log FROM CURRENT_USER")
