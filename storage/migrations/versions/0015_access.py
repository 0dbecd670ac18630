"""What roles may do, consents with their texts, emergency access, and the audit log."""

import json
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0015"
down_revision = "0014"

_GRANTS: Final = {
    "patient": "account.use devices.use metrics.write patients.view",
    "clinician": "account.use alarms.answer alarms.carry care_team.change devices.use "
    "metrics.write patients.break_glass patients.care patients.record patients.register "
    "patients.view policies.view rules.change rules.try",
    "developer": "account.use alarms.answer devices.use metrics.write patients.care "
    "patients.register patients.view",
    "admin": "account.use alarms.answer alarms.carry care_team.change devices.use jobs.repair "
    "metrics.write notifications.manage panel.use patients.erase patients.register patients.view "
    "patients.view_all policies.change policies.view roles.assign rules.change rules.try",
    "auditor": "account.use audit.read",
}
_TEXTS: Final = {
    "emergency_contact": "When an alarm about my health stays unanswered, the person whom I named "
    "as my emergency contact may be told so by text message. No reading is in the message.",
    "share_with_clinician": "The clinician whom I named may see my health data and my alarms, and "
    "act on them, until I take this consent back.",
    "share_with_hospital": "The clinicians of the hospital that I named may see my health data and "
    "my alarms, and act on them, until I take this consent back.",
    "research": "My health data may be used for research without my name, address or other details "
    "that point to me. What was published before I take this consent back stays published.",
    "ai_assistant": "The assistant may read my health data to answer my questions. What it reads "
    "is sent to the service that the operator of this installation has chosen.",
}
_GENESIS: Final = "\\x" + "00" * 32
_APPEND_ONLY: Final = ("audit_log", "audit_patients")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for role, permissions in _GRANTS.items():
        _grant(role, permissions.split())
    _break_glass()
    _consents()
    _audit()
    _append_only()


def downgrade() -> None:
    for table in ("audit_log", "audit_patients", "audit_pending", "audit_head"):
        op.drop_table(table)
    op.execute("DROP FUNCTION audit_refuse()")
    op.drop_constraint(op.f("fk_consents_scope_version"), "consents")
    op.drop_constraint(op.f("ck_consents_grantee"), "consents")
    for index in ("uq_consents_standing", "ix_consents_grantee_id_patient_id"):
        op.drop_index(index, "consents")
    op.drop_index("ix_consents_patient_id_granted_at_id", "consents")
    op.execute("DELETE FROM consents WHERE grantee_id IS NOT NULL")
    op.drop_column("consents", "grantee_id")
    op.drop_table("consent_texts")
    op.create_index(
        "uq_consents_standing",
        "consents",
        ["patient_id", "scope"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_constraint(op.f("ck_care_relationships_break_glass"), "care_relationships")
    op.drop_index("ix_care_relationships_break_glass", "care_relationships")
    for column in ("ended_by_id", "opened_by_id", "reason"):
        op.drop_column("care_relationships", column)
    op.execute("UPDATE roles SET permissions = '[]'")


def _grant(role: str, permissions: list[str]) -> None:
    """Beside what the role was given on this installation."""
    statement = sa.text(
        "UPDATE roles SET permissions = (SELECT jsonb_agg(DISTINCT p) FROM jsonb_array_elements("
        " permissions || CAST(:more AS jsonb)) AS p) WHERE name = :role"
    )
    op.execute(statement.bindparams(more=json.dumps(permissions), role=role))


def _break_glass() -> None:
    table = "care_relationships"
    op.add_column(table, sa.Column("reason", sa.String(), server_default="", nullable=False))
    for column in ("opened_by_id", "ended_by_id"):
        op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_{column}"), table, "users", [column], ["id"], ondelete="SET NULL"
        )
    op.create_index(
        "ix_care_relationships_break_glass",
        table,
        ["clinician_id", "ends_at"],
        postgresql_where=sa.text("kind = 'break_glass'"),
    )
    op.create_check_constraint(
        op.f("ck_care_relationships_break_glass"),
        table,
        "kind <> 'break_glass' OR (reason <> '' AND ends_at IS NOT NULL)",
    )


def _consents() -> None:
    op.create_table(
        "consent_texts",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("scope", "version", name=op.f("pk_consent_texts")),
    )
    add = sa.text("INSERT INTO consent_texts (scope, version, text) VALUES (:scope, 1, :text)")
    for scope, text in _TEXTS.items():
        op.execute(add.bindparams(scope=scope, text=text))
    op.add_column("consents", sa.Column("grantee_id", sa.Uuid(), nullable=True))
    op.drop_index("uq_consents_standing", "consents")
    standing = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_consents_standing",
        "consents",
        ["patient_id", "scope", "grantee_id"],
        unique=True,
        postgresql_where=standing,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_consents_grantee_id_patient_id",
        "consents",
        ["grantee_id", "patient_id"],
        postgresql_where=standing,
    )
    op.create_index(
        "ix_consents_patient_id_granted_at_id", "consents", ["patient_id", "granted_at", "id"]
    )
    op.create_foreign_key(
        op.f("fk_consents_scope_version"),
        "consents",
        "consent_texts",
        ["scope", "version"],
        ["scope", "version"],
    )
    op.create_check_constraint(
        op.f("ck_consents_grantee"),
        "consents",
        "(grantee_id IS NOT NULL) = (scope LIKE 'share_with_%')",
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def _audit() -> None:
    op.create_table(
        "audit_patients",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("patient_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_audit_patients")),
    )
    op.create_index(
        "ix_audit_patients_patient_ids", "audit_patients", ["patient_ids"], postgresql_using="gin"
    )
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        *map(_text, ("actor_roles", "action", "resource", "resource_id")),
        sa.Column("patients", sa.LargeBinary(), nullable=True),
        *map(_text, ("purpose", "reason", "address", "request_id", "outcome")),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_patients_seq", "audit_log", ["patients", "seq"])
    op.create_index("ix_audit_log_actor_id_seq", "audit_log", ["actor_id", "seq"])
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    op.create_table(
        "audit_pending",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_pending")),
    )
    op.create_table(
        "audit_head",
        sa.Column("singleton", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("singleton", name=op.f("ck_audit_head_singleton")),
        sa.PrimaryKeyConstraint("singleton", name=op.f("pk_audit_head")),
    )
    op.execute(f"INSERT INTO audit_head (seq, hash) VALUES (0, '{_GENESIS}')")  # noqa: S608


def _append_only() -> None:
    """Refuse every change but an addition, even to the tables' owner and to a replica's session."""
    op.execute(
        """
        CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = '42501';
        END
        $$
        """
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")
