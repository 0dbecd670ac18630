"""Medicines: the catalogue, who takes what, plans, intakes, side effects and history."""

import json
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0027"
down_revision = "0026"

_GRANTS: Final = {
    "patient": ["medications.use"],
    "clinician": ["medications.use"],
    "admin": ["medications.use", "medications.manage"],
}
_TABLES: Final = (
    "medication_events",
    "side_effect_reports",
    "medication_intakes",
    "medication_plans",
    "user_medications",
    "medications",
    "medication_categories",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _catalogue()
    _user_medications()
    _plans()
    _intakes()
    _reports()
    # A file of the catalogue is nobody's.
    op.alter_column("imports", "patient_id", nullable=True)
    statement = sa.text(
        "UPDATE roles SET permissions = (SELECT jsonb_agg(DISTINCT p) FROM jsonb_array_elements("
        " permissions || CAST(:more AS jsonb)) AS p) WHERE name = :role"
    )
    for role, names in _GRANTS.items():
        op.execute(statement.bindparams(more=json.dumps(names), role=role))


def downgrade() -> None:
    for role, names in _GRANTS.items():
        statement = sa.text(
            "UPDATE roles SET permissions = permissions - CAST(:names AS text[]) WHERE name = :role"
        )
        op.execute(statement.bindparams(names=names, role=role))
    op.execute("DELETE FROM imports WHERE patient_id IS NULL")
    op.alter_column("imports", "patient_id", nullable=False)
    for table in _TABLES:
        op.drop_table(table)


def _id() -> sa.Column[Any]:
    new = sa.text("gen_random_uuid()")
    return sa.Column("id", sa.Uuid(), server_default=new, nullable=False)


def _time(name: str, *, now: bool = False, nullable: bool = False) -> sa.Column[Any]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def _strings(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), server_default="", nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def _flag(name: str, *, default: bool) -> sa.Column[Any]:
    text = "true" if default else "false"
    return sa.Column(name, sa.Boolean(), server_default=text, nullable=False)


def _key(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _one_of(table: str, column: str, allowed: Sequence[str]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in allowed)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _catalogue() -> None:
    op.create_table(
        "medication_categories",
        _id(),
        sa.Column("name", sa.String(), nullable=False),
        *_texts("description"),
        _time("created_at", now=True),
        _primary("medication_categories"),
        sa.UniqueConstraint("name", name=op.f("uq_medication_categories_name")),
    )
    op.create_table(
        "medications",
        _id(),
        sa.Column("catalogue_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        *_strings("generic_name", "brand_name"),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        *_strings("form", "strength", "manufacturer"),
        *_texts("description", "side_effects", "contraindications", "interactions"),
        sa.Column("drug_classes", ARRAY(sa.Text()), server_default="{}", nullable=False),
        *_texts("storage_instructions"),
        _flag("requires_prescription", default=False),
        _flag("is_active", default=True),
        sa.Column(
            "search_text",
            sa.Text(),
            sa.Computed("lower(name || ' ' || generic_name || ' ' || brand_name)", persisted=True),
            nullable=False,
        ),
        _time("created_at", now=True),
        _time("updated_at", now=True),
        _key("medications", "category_id", "medication_categories"),
        _primary("medications"),
        sa.UniqueConstraint("catalogue_key", name=op.f("uq_medications_catalogue_key")),
    )
    op.create_index("ix_medications_name_id", "medications", ["name", "id"])
    op.create_index(
        "ix_medications_category_id_name_id", "medications", ["category_id", "name", "id"]
    )
    op.create_index(
        "ix_medications_search_text",
        "medications",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )


def _user_medications() -> None:
    table = "user_medications"
    op.create_table(
        table,
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("medication_id", sa.Uuid(), nullable=False),
        sa.Column("prescribed_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("dosage", sa.String(), nullable=False),
        *_strings("frequency"),
        sa.Column("schedule", JSONB(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), server_default="active", nullable=False),
        *_texts("instructions", "side_effects_experienced"),
        _flag("reminders", default=True),
        sa.Column("acknowledged_warnings", JSONB(), server_default="[]", nullable=False),
        *_texts("acknowledgement_reason"),
        _time("created_at", now=True),
        _time("updated_at", now=True),
        _one_of(table, "status", ("active", "paused", "completed", "stopped")),
        sa.CheckConstraint(
            "end_date IS NULL OR end_date >= start_date", name=op.f(f"ck_{table}_dates")
        ),
        _key(table, "user_id", "users", "CASCADE"),
        _key(table, "medication_id", "medications"),
        _key(table, "prescribed_by_id", "healthcare_providers"),
        _key(table, "entered_by_id", "users", "SET NULL"),
        _primary(table),
    )
    op.create_index(f"ix_{table}_user_id_created_at_id", table, ["user_id", "created_at", "id"])
    op.create_index(f"ix_{table}_updated_at_id", table, ["updated_at", "id"])
    op.create_index(
        f"ix_{table}_ending",
        table,
        ["end_date"],
        postgresql_where=sa.text("status = 'active' AND end_date IS NOT NULL"),
    )
    for column in ("medication_id", "prescribed_by_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _plans() -> None:
    table = "medication_plans"
    op.create_table(
        table,
        _id(),
        sa.Column("user_medication_id", sa.Uuid(), nullable=False),
        sa.Column("schedule", JSONB(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        _time("valid_from"),
        _time("valid_until", nullable=True),
        _time("next_at", nullable=True),
        _time("looked_at", nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f(f"ck_{table}_period")
        ),
        _key(table, "user_medication_id", "user_medications", "CASCADE"),
        _primary(table),
    )
    op.create_index(
        "uq_medication_plans_open",
        table,
        ["user_medication_id"],
        unique=True,
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_index(
        "ix_medication_plans_user_medication_id", table, ["user_medication_id", "valid_from"]
    )
    op.create_index(
        "ix_medication_plans_next_at",
        table,
        ["next_at"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )


def _intakes() -> None:
    table = "medication_intakes"
    op.create_table(
        table,
        _id(),
        sa.Column("user_medication_id", sa.Uuid(), nullable=False),
        _time("due_at", nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        _time("at"),
        *_strings("note"),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        _time("created_at", now=True),
        _one_of(table, "status", ("taken", "skipped")),
        _key(table, "user_medication_id", "user_medications", "CASCADE"),
        _key(table, "recorded_by_id", "users", "SET NULL"),
        _primary(table),
    )
    op.create_index(
        "uq_medication_intakes_user_medication_id_due_at",
        table,
        ["user_medication_id", "due_at"],
        unique=True,
    )
    op.create_index(
        "ix_medication_intakes_user_medication_id_at_id", table, ["user_medication_id", "at", "id"]
    )


def _reports() -> None:
    table = "side_effect_reports"
    op.create_table(
        table,
        _id(),
        sa.Column("user_medication_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        _time("noticed_at"),
        sa.Column("reported_by_id", sa.Uuid(), nullable=True),
        _time("created_at", now=True),
        _one_of(table, "severity", ("mild", "moderate", "severe")),
        _key(table, "user_medication_id", "user_medications", "CASCADE"),
        _key(table, "reported_by_id", "users", "SET NULL"),
        _primary(table),
    )
    op.create_index(
        "ix_side_effect_reports_user_medication_id_noticed_at_id",
        table,
        ["user_medication_id", "noticed_at", "id"],
    )
    table = "medication_events"
    op.create_table(
        table,
        _id(),
        sa.Column("user_medication_id", sa.Uuid(), nullable=False),
        _time("at", now=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        *_strings("from_status", "to_status"),
        *_texts("reason"),
        sa.Column("changes", JSONB(), server_default="{}", nullable=False),
        _key(table, "user_medication_id", "user_medications", "CASCADE"),
        _key(table, "actor_id", "users", "SET NULL"),
        _primary(table),
    )
    op.create_index(
        "ix_medication_events_user_medication_id_at_id", table, ["user_medication_id", "at", "id"]
    )
