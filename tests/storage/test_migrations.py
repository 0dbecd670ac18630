"""The migrated schema and the models say the same."""

import psycopg
from alembic import command

from storage.engine import connect
from storage.migrate import config


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(config(database_url))


async def test_readings_lie_in_a_hypertable_under_one_index(database_url: str) -> None:
    async with await connect(database_url, application_name="tests") as db:
        assert isinstance(db, psycopg.AsyncConnection)
        cursor = await db.execute("SELECT hypertable_name FROM timescaledb_information.hypertables")
        assert ("vitals",) in await cursor.fetchall()
        cursor = await db.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'vitals'")
        [(definition,)] = await cursor.fetchall()
        assert definition.endswith('(series_id, "time")')
        assert "UNIQUE" in definition
