"""Appointments with their history, files and ratings, the waiting list, and calendar feeds."""

import json
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint

revision = "0025"
down_revision = "0024"

_GRANTS: Final = {
    "patient": ["appointments.book"],
    "clinician": ["appointments.book", "appointments.conduct"],
    "admin": ["appointments.book"],
}
_TABLES: Final = (
    "appointments",
    "appointment_transitions",
    "appointment_files",
    "appointment_ratings",
    "waiting_list_entries",
    "waiting_list_offers",
    "calendar_feeds",
)
_SPAN: Final = (
    "tstzrange(appointment_date, timezone('UTC'::text,"
    " (timezone('UTC'::text, appointment_date) + make_interval(mins => duration_minutes))))"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for role, permissions in _GRANTS.items():
        _grant(role, permissions)
    _appointments()
    _belongings()
    _waiting()
    _offers()
    op.create_table(
        "calendar_feeds",
        _reference("calendar_feeds", "user_id", "users", "CASCADE"),
        sa.Column("id", sa.Uuid(), nullable=False),
        _instant("created_at", now=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("id", name=op.f("uq_calendar_feeds_id")),
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION appointment_rated()")
    for role, permissions in _GRANTS.items():
        statement = sa.text(
            "UPDATE roles SET permissions = permissions - CAST(:gone AS text[]) WHERE name = :role"
        )
        op.execute(statement.bindparams(gone=permissions, role=role))
    op.execute("DROP EXTENSION btree_gist")


def _grant(role: str, permissions: list[str]) -> None:
    """Beside what the role was given on this installation."""
    statement = sa.text(
        "UPDATE roles SET permissions = (SELECT jsonb_agg(DISTINCT p) FROM jsonb_array_elements("
        " permissions || CAST(:more AS jsonb)) AS p) WHERE name = :role"
    )
    op.execute(statement.bindparams(more=json.dumps(permissions), role=role))


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _instant(name: str, *, now: bool = False, nullable: bool = False) -> sa.Column[object]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def _word(name: str, default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _reference(
    table: str, column: str, target: str, ondelete: str | None = None, *, nullable: bool = False
) -> sa.Column[object]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)
    return sa.Column(column, sa.Uuid(), key, nullable=nullable)


def _span() -> tuple[sa.Column[object], sa.Column[object], sa.Column[object]]:
    return (
        _instant("appointment_date"),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("during", TSTZRANGE(), sa.Computed(_SPAN, persisted=True), nullable=False),
    )


def _alone(who: str, where: str, name: str) -> ExcludeConstraint:
    """Nobody twice at one time; decided by the index, whoever comes at once."""
    return ExcludeConstraint(
        (sa.column(who), "="),
        (sa.column("during"), "&&"),
        using="gist",
        where=sa.text(where),
        name=name,
    )


def _appointments() -> None:
    table = "appointments"
    taken = "status NOT IN ('cancelled', 'no_show')"
    op.create_table(
        table,
        _reference(table, "patient_id", "users", "CASCADE"),
        _reference(table, "healthcare_provider_id", "healthcare_providers"),
        _reference(table, "hospital_id", "hospitals", nullable=True),
        *_span(),
        _word("appointment_type", "in_person"),
        _word("status", "scheduled"),
        _word("priority", "normal"),
        *map(_text, ("chief_complaint", "symptoms", "notes", "diagnosis", "treatment_plan")),
        *map(_text, ("prescribed_medications", "follow_up_instructions")),
        sa.Column(
            "next_appointment_recommended", sa.Boolean(), server_default="false", nullable=False
        ),
        sa.Column("consultation_fee", sa.Numeric(10, 2), server_default="0", nullable=False),
        _word("payment_status", "not_required"),
        sa.Column("reminder_sent", sa.Boolean(), server_default="false", nullable=False),
        _instant("reminder_sent_at", nullable=True),
        _instant("day_reminded_at", nullable=True),
        _instant("hour_reminded_at", nullable=True),
        _instant("armed_at", now=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        _reference(table, "created_by_id", "users", "SET NULL", nullable=True),
        _id(),
        _instant("created_at", now=True),
        _instant("updated_at", now=True),
        *(sa.CheckConstraint(rule, op.f(f"ck_{table}_{name}")) for name, rule in _RULES.items()),
        _alone("healthcare_provider_id", taken, "ex_appointments_provider_during"),
        _alone("patient_id", taken, "ex_appointments_patient_during"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(f"ix_{table}_{name}", table, columns)


_RULES: Final = {
    "duration": "duration_minutes BETWEEN 5 AND 480",
    "type": "appointment_type IN ('in_person', 'video')",
    "status": "status IN ('scheduled', 'confirmed', 'checked_in', 'completed', 'cancelled',"
    " 'no_show')",
    "priority": "priority IN ('low', 'normal', 'high', 'urgent')",
    "payment_status": "payment_status IN ('not_required', 'pending', 'paid', 'failed',"
    " 'refund_pending', 'refunded', 'cancelled')",
    "fee": "consultation_fee >= 0",
}
_INDEXES: Final = {
    "patient_id_date_id": ["patient_id", "appointment_date", "id"],
    "provider_id_date_id": ["healthcare_provider_id", "appointment_date", "id"],
    "status_date_id": ["status", "appointment_date", "id"],
    "date_id": ["appointment_date", "id"],
    "updated_at_id": ["updated_at", "id"],
    "hospital_id": ["hospital_id"],
}


def _belongings() -> None:
    table = "appointment_transitions"
    op.create_table(
        table,
        _id(),
        _reference(table, "appointment_id", "appointments", "CASCADE"),
        sa.Column("from_status", sa.String(), nullable=True),
        _word("to_status"),
        _instant("appointment_date"),
        _instant("at", now=True),
        _reference(table, "by_id", "users", "SET NULL", nullable=True),
        _text("reason"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_appointment_id_at", table, ["appointment_id", "at", "id"])
    table = "appointment_files"
    op.create_table(
        table,
        _id(),
        _reference(table, "appointment_id", "appointments", "CASCADE"),
        *map(_word, ("file", "file_name", "file_type")),
        sa.Column("file_size", sa.Integer(), nullable=False),
        _text("description"),
        _reference(table, "uploaded_by_id", "users", "SET NULL", nullable=True),
        _instant("created_at", now=True),
        sa.CheckConstraint("file_size > 0", op.f(f"ck_{table}_size")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(
        f"ix_{table}_appointment_id_created_at", table, ["appointment_id", "created_at"]
    )
    _ratings()


def _ratings() -> None:
    table = "appointment_ratings"
    scales = {"rating": "rating", "punctuality_rating": "punctuality"}
    scales["communication_rating"] = "communication"
    op.create_table(
        table,
        _id(),
        _reference(table, "appointment_id", "appointments", "CASCADE"),
        _reference(table, "healthcare_provider_id", "healthcare_providers", "CASCADE"),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        _text("feedback"),
        sa.Column("would_recommend", sa.Boolean(), nullable=True),
        sa.Column("punctuality_rating", sa.SmallInteger(), nullable=True),
        sa.Column("communication_rating", sa.SmallInteger(), nullable=True),
        _instant("created_at", now=True),
        *(
            sa.CheckConstraint(f"{column} BETWEEN 1 AND 5", op.f(f"ck_{table}_{name}"))
            for column, name in scales.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("appointment_id", name=op.f(f"uq_{table}_appointment_id")),
    )
    op.create_index(
        f"ix_{table}_healthcare_provider_id", table, ["healthcare_provider_id", "created_at"]
    )
    op.execute(
        """
        CREATE FUNCTION appointment_rated() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                UPDATE healthcare_providers
                SET rating_sum = rating_sum - OLD.rating, rating_count = rating_count - 1
                WHERE id = OLD.healthcare_provider_id;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                UPDATE healthcare_providers
                SET rating_sum = rating_sum + NEW.rating, rating_count = rating_count + 1
                WHERE id = NEW.healthcare_provider_id;
            END IF;
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        f"CREATE TRIGGER rated AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION appointment_rated()"
    )


def _waiting() -> None:
    table = "waiting_list_entries"
    waits = sa.text("status = 'waiting'")
    op.create_table(
        table,
        _reference(table, "patient_id", "users", "CASCADE"),
        _reference(
            table, "healthcare_provider_id", "healthcare_providers", "CASCADE", nullable=True
        ),
        _word("specialization", ""),
        _reference(table, "hospital_id", "hospitals", "CASCADE", nullable=True),
        _word("appointment_type", "in_person"),
        _text("chief_complaint"),
        _instant("earliest"),
        _instant("latest"),
        _word("status", "waiting"),
        _id(),
        _instant("created_at", now=True),
        _instant("updated_at", now=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'booked', 'left', 'expired')", op.f(f"ck_{table}_status")
        ),
        sa.CheckConstraint(
            "(healthcare_provider_id IS NULL) = (specialization <> '')", op.f(f"ck_{table}_wanted")
        ),
        sa.CheckConstraint("earliest < latest", op.f(f"ck_{table}_window")),
        sa.CheckConstraint("appointment_type IN ('in_person', 'video')", op.f(f"ck_{table}_type")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_patient_id_created_at", table, ["patient_id", "created_at", "id"])
    op.create_index(
        f"uq_{table}_open",
        table,
        ["patient_id", "healthcare_provider_id", "specialization"],
        unique=True,
        postgresql_where=waits,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        f"ix_{table}_provider",
        table,
        ["healthcare_provider_id", "created_at"],
        postgresql_where=waits,
    )
    op.create_index(
        f"ix_{table}_specialization",
        table,
        ["specialization", "created_at"],
        postgresql_where=sa.text("status = 'waiting' AND healthcare_provider_id IS NULL"),
    )
    op.create_index(f"ix_{table}_latest", table, ["latest"], postgresql_where=waits)


def _offers() -> None:
    table = "waiting_list_offers"
    op.create_table(
        table,
        _id(),
        _reference(table, "entry_id", "waiting_list_entries", "CASCADE"),
        _reference(table, "healthcare_provider_id", "healthcare_providers", "CASCADE"),
        _reference(table, "hospital_id", "hospitals", "CASCADE", nullable=True),
        *_span(),
        _word("state", "open"),
        _instant("created_at", now=True),
        _instant("expires_at"),
        _reference(table, "appointment_id", "appointments", "SET NULL", nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired')", op.f(f"ck_{table}_state")
        ),
        _alone("healthcare_provider_id", "state = 'open'", f"ex_{table}_provider_during"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_entry_id", table, ["entry_id", "created_at"])
    op.create_index(op.f(f"ix_{table}_appointment_id"), table, ["appointment_id"])
    op.create_index(
        f"ix_{table}_expires_at",
        table,
        ["expires_at"],
        postgresql_where=sa.text("state = 'open'"),
    )
