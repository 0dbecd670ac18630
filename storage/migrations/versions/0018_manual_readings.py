"""Readings by hand with notes and corrections; imported files; series of an import's sources.

A series of an import has no device but the name of its source, so that what two sources say of one
second is two readings and no conflict. The column's default makes no row be rewritten.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_UNIQUE = "uq_series_patient_id_metric_device_id"


def upgrade() -> None:
    op.add_column("series", sa.Column("source", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_series_source"), "series", "source = '' OR device_id IS NULL"
    )
    # Two names at once: no moment without a unique index.
    op.create_index(
        f"{_UNIQUE}_source",
        "series",
        ["patient_id", "metric", "device_id", "source"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(_UNIQUE, table_name="series")
    _entries()
    _imports()


def _entries() -> None:
    op.create_table(
        "manual_entries",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid()),
        sa.Column("notes", sa.String(), server_default="", nullable=False),
        _now("created_at"),
        _now("updated_at"),
        _series("manual_entries"),
        _user("manual_entries", "recorded_by_id"),
        sa.PrimaryKeyConstraint("series_id", "time", name=op.f("pk_manual_entries")),
    )
    op.create_index("ix_manual_entries_recorded_by_id", "manual_entries", ["recorded_by_id"])
    op.create_table(
        "reading_amendments",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("notes", sa.String()),
        sa.Column("recorded_by_id", sa.Uuid()),
        sa.Column("amended_by_id", sa.Uuid()),
        _now("amended_at"),
        sa.CheckConstraint(
            "kind IN ('corrected', 'deleted')", name=op.f("ck_reading_amendments_kind")
        ),
        _series("reading_amendments"),
        _user("reading_amendments", "recorded_by_id"),
        _user("reading_amendments", "amended_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_amendments")),
    )
    op.create_index(
        "ix_reading_amendments_series_id_time", "reading_amendments", ["series_id", "time"]
    )
    op.create_index("ix_reading_amendments_amended_by_id", "reading_amendments", ["amended_by_id"])


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        _now("created_at"),
        sa.ForeignKeyConstraint(
            ["id"], ["background_jobs.id"], name=op.f("fk_imports_id"), ondelete="CASCADE"
        ),
        _user("imports", "patient_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(
        "ix_imports_patient_id_created_at_id", "imports", ["patient_id", "created_at", "id"]
    )
    op.create_table(
        "import_parts",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('file', 'report')", name=op.f("ck_import_parts_kind")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_import_parts_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "kind", "number", name=op.f("pk_import_parts")),
    )
    # What is compressed already is not tried again.
    op.execute("ALTER TABLE import_parts ALTER COLUMN content SET STORAGE EXTERNAL")


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _series(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_series_id")
    return sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=name, ondelete="CASCADE")


def _user(table: str, column: str, *, ondelete: str = "SET NULL") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], ["users.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    for table in ("import_parts", "imports", "reading_amendments", "manual_entries"):
        op.drop_table(table)
    op.execute("DELETE FROM vitals USING series s WHERE series_id = s.id AND s.source <> ''")
    op.execute("DELETE FROM series WHERE source <> ''")
    op.create_index(
        _UNIQUE,
        "series",
        ["patient_id", "metric", "device_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(f"{_UNIQUE}_source", table_name="series")
    op.drop_column("series", "source")
