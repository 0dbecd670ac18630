"""The migrated schema and the models say the same."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from sqlalchemy import Table, UniqueConstraint

from storage.engine import connect
from storage.migrate import config
from storage.models import Base

STAY = frozenset({"consent_texts", "healthcare_providers", "hospitals"})
"""Tables of which no program deletes a row."""


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(config(database_url))


def sought(table: Table) -> Iterator[str]:
    """Columns by which a row is found whatever else is in it."""
    for index in table.indexes:
        first, where = next(iter(index.columns), None), index.dialect_options["postgresql"]["where"]
        # An index of all rows that name one holds them as well.
        if first is not None and str(where) in {"None", f"{first.name} IS NOT NULL"}:
            yield first.name
    for key in (table.primary_key, *table.constraints):
        if isinstance(key, UniqueConstraint) or key is table.primary_key:
            yield next(iter(key.columns)).name


@pytest.mark.parametrize("name", sorted(Base.metadata.tables))
def test_what_follows_a_row_that_is_deleted_is_found_by_an_index(name: str) -> None:
    """Else each row that goes has the whole of this table read.

    Who acted is looked for when a person is erased, which reads every table anyway.
    """
    table = Base.metadata.tables[name]
    followed = {
        column.name
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name not in STAY
        and (key.ondelete == "CASCADE" or key.column.table.name != "users")
    }
    assert followed <= set(sought(table))


async def test_readings_lie_in_a_hypertable_under_one_index(database_url: str) -> None:
    async with await connect(database_url, application_name="tests") as db:
        assert isinstance(db, psycopg.AsyncConnection)
        cursor = await db.execute("SELECT hypertable_name FROM timescaledb_information.hypertables")
        assert ("vitals",) in await cursor.fetchall()
        cursor = await db.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'vitals'")
        [(definition,)] = await cursor.fetchall()
        assert definition.endswith('(series_id, "time")')
        assert "UNIQUE" in definition
