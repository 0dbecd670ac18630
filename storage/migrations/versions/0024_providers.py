"""Finding providers and hospitals, when they can be booked, and hospitals' own systems."""

import json
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"

_PROVIDERS: Final = "healthcare_providers"
_CHECKS: Final = {
    "fee": "consultation_fee >= 0",
    "slot_minutes": "slot_minutes BETWEEN 5 AND 480",
    "buffer_minutes": "buffer_minutes BETWEEN 0 AND 240",
    "lead_minutes": "lead_minutes BETWEEN 0 AND 43200",
    "booking_days": "booking_days BETWEEN 1 AND 366",
    "cancellation_hours": "cancellation_hours BETWEEN 0 AND 720",
    "language": "language IN ('en', 'fr')",
    "licence_state": "licence_state IN ('unchecked', 'valid')",
    "ratings": "rating_count >= 0 AND rating_sum BETWEEN rating_count AND 5 * rating_count",
}
_PERMISSION: Final = "providers.manage"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _permission()
    _columns()
    _search()
    _availability()
    _exceptions()
    _systems()
    _syncs()


def downgrade() -> None:
    tables = (
        "hospital_syncs",
        "hospital_systems",
        "availability_exceptions",
        "provider_availability",
    )
    for table in tables:
        op.drop_table(table)
    op.drop_index("uq_provider_hospitals_primary", "provider_hospitals")
    for name in ("trigrams", "search", "fee", "name"):
        op.drop_index(f"ix_{_PROVIDERS}_{name}", _PROVIDERS)
    for name in ("trigrams", "search"):
        op.drop_index(f"ix_hospitals_{name}", "hospitals")
    op.execute("DROP FUNCTION provider_words(varchar, varchar, varchar, varchar, text)")
    op.execute("DROP FUNCTION hospital_words(varchar, varchar, text, text)")
    for name in _CHECKS:
        op.drop_constraint(op.f(f"ck_{_PROVIDERS}_{name}"), _PROVIDERS)
    for column in _provider_columns():
        op.drop_column(_PROVIDERS, column.name)
    op.drop_column("hospitals", "time_zone")
    op.execute(
        sa.text("UPDATE roles SET permissions = permissions - CAST(:name AS text)").bindparams(
            name=_PERMISSION
        )
    )


def _permission() -> None:
    op.execute(
        sa.text(
            "UPDATE roles SET permissions = (SELECT jsonb_agg(DISTINCT p) FROM"
            " jsonb_array_elements(permissions || CAST(:more AS jsonb)) AS p) WHERE name = 'admin'"
        ).bindparams(more=json.dumps([_PERMISSION]))
    )


def _text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def _number(name: str, default: int) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), server_default=str(default), nullable=False)


def _time(name: str, *, now: bool = False) -> sa.Column[Any]:
    default = sa.text("now()") if now else None
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=default, nullable=default is None
    )


def _key() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _provider_columns() -> list[sa.Column[Any]]:
    return [
        _text("time_zone", "UTC"),
        _text("language", "en"),
        _number("slot_minutes", 30),
        _number("buffer_minutes", 0),
        _number("lead_minutes", 60),
        _number("booking_days", 90),
        _number("cancellation_hours", 24),
        sa.Column("requires_prepayment", sa.Boolean(), server_default="false", nullable=False),
        _text("licence_state", "unchecked"),
        _time("licence_checked_at"),
        _text("licence_checked_by"),
        _number("rating_sum", 0),
        _number("rating_count", 0),
    ]


def _columns() -> None:
    op.add_column("hospitals", _text("time_zone", "UTC"))
    for column in _provider_columns():
        op.add_column(_PROVIDERS, column)
    for name, condition in _CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{_PROVIDERS}_{name}"), _PROVIDERS, condition)
    # Of several that are marked, the first stays.
    op.execute(
        "UPDATE provider_hospitals p SET is_primary = false WHERE is_primary AND EXISTS ("
        " SELECT FROM provider_hospitals q WHERE q.provider_id = p.provider_id AND q.is_primary"
        " AND q.hospital_id < p.hospital_id)"
    )
    op.create_index(
        "uq_provider_hospitals_primary",
        "provider_hospitals",
        ["provider_id"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )


def _search() -> None:
    """Full text by words ("simple": names have no language), trigrams where something is misspelt.

    A name weighs more than a speciality (A, B), that more than where and what about (C, D).
    """
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(
        """
        CREATE FUNCTION provider_words(first_name varchar, last_name varchar,
            specialization varchar, hospital_clinic varchar, bio text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN setweight(to_tsvector('simple', first_name || ' ' || last_name), 'A')
            || setweight(to_tsvector('simple', specialization), 'B')
            || setweight(to_tsvector('simple', hospital_clinic), 'C')
            || setweight(to_tsvector('simple', bio), 'D')
        """
    )
    op.execute(
        """
        CREATE FUNCTION hospital_words(name varchar, city varchar, specialties text,
            description text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN setweight(to_tsvector('simple', name), 'A')
            || setweight(to_tsvector('simple', specialties), 'B')
            || setweight(to_tsvector('simple', city), 'C')
            || setweight(to_tsvector('simple', description), 'D')
        """
    )
    words = "provider_words(first_name, last_name, specialization, hospital_clinic, bio)"
    of_hospital = "hospital_words(name, city, specialties, description)"
    for table, text in ((_PROVIDERS, words), ("hospitals", of_hospital)):
        op.create_index(f"ix_{table}_search", table, [sa.text(text)], postgresql_using="gin")
    for table, columns in (
        (_PROVIDERS, ["first_name", "last_name", "specialization"]),
        ("hospitals", ["name", "city"]),
    ):
        op.create_index(
            f"ix_{table}_trigrams",
            table,
            columns,
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops"),
        )
    op.create_index(f"ix_{_PROVIDERS}_name", _PROVIDERS, ["last_name", "first_name", "id"])
    op.create_index(f"ix_{_PROVIDERS}_fee", _PROVIDERS, ["consultation_fee"])


def _availability() -> None:
    table = "provider_availability"
    op.create_table(
        table,
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=True),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("end_time", sa.Time(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        _text("rrule"),
        sa.Column("slot_minutes", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        _key(),
        _time("created_at", now=True),
        _time("updated_at", now=True),
        sa.CheckConstraint(
            "end_time = '00:00' OR end_time > start_time", name=op.f(f"ck_{table}_times")
        ),
        sa.CheckConstraint(
            "last_date IS NULL OR last_date >= date", name=op.f(f"ck_{table}_last_date")
        ),
        sa.CheckConstraint("rrule <> '' OR last_date = date", name=op.f(f"ck_{table}_single")),
        _foreign(table, "provider_id", _PROVIDERS, "CASCADE"),
        _foreign(table, "hospital_id", "hospitals"),
        _foreign(table, "created_by_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_provider_id_date", table, ["provider_id", "date"])
    op.create_index(op.f(f"ix_{table}_hospital_id"), table, ["hospital_id"])


def _foreign(
    table: str, column: str, other: str, on_delete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete
    )


def _exceptions() -> None:
    table = "availability_exceptions"
    op.create_table(
        table,
        _key(),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("availability_id", sa.Uuid(), nullable=True),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=True),
        sa.Column("end_time", sa.Time(), nullable=True),
        _text("reason"),
        _time("created_at", now=True),
        sa.CheckConstraint("last_date >= first_date", name=op.f(f"ck_{table}_dates")),
        sa.CheckConstraint(
            "(start_time IS NULL) = (end_time IS NULL)", name=op.f(f"ck_{table}_hours")
        ),
        sa.CheckConstraint(
            "start_time IS NULL OR (availability_id IS NOT NULL AND first_date = last_date"
            " AND (end_time = '00:00' OR end_time > start_time))",
            name=op.f(f"ck_{table}_changed_hours"),
        ),
        _foreign(table, "provider_id", _PROVIDERS, "CASCADE"),
        _foreign(table, "availability_id", "provider_availability", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_provider_id_last_date", table, ["provider_id", "last_date"])
    op.create_index(f"ix_{table}_availability_id", table, ["availability_id"])


def _systems() -> None:
    table = "hospital_systems"
    op.create_table(
        table,
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        _time("created_at", now=True),
        _time("updated_at", now=True),
        sa.CheckConstraint("kind IN ('webhook', 'fhir')", name=op.f(f"ck_{table}_kind")),
        _foreign(table, "hospital_id", "hospitals", "CASCADE"),
        sa.PrimaryKeyConstraint("hospital_id", name=op.f(f"pk_{table}")),
    )


def _syncs() -> None:
    table = "hospital_syncs"
    op.create_table(
        table,
        _key(),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        _text("state", "pending"),
        sa.Column("payload", JSONB(), nullable=False),
        _number("attempts", 0),
        sa.Column("last_error", sa.String(), nullable=True),
        _time("claimed_until"),
        _time("created_at", now=True),
        _time("confirmed_at"),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("remote_version", sa.String(), nullable=True),
        sa.CheckConstraint(
            "event IN ('linked', 'changed', 'unlinked')", name=op.f(f"ck_{table}_event")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'confirmed', 'failed', 'dead', 'superseded')",
            name=op.f(f"ck_{table}_state"),
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f(f"ck_{table}_confirmed")
        ),
        _foreign(table, "hospital_id", "hospitals", "CASCADE"),
        _foreign(table, "provider_id", _PROVIDERS, "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for columns in (
        ("hospital_id", "created_at", "id"),
        ("provider_id", "hospital_id", "created_at"),
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
