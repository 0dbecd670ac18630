"""Rows as dictionaries, for those who work over a connection of their own."""

from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

Connection = psycopg.AsyncConnection[Any]


async def one_row(connection: Connection, statement: str, values: Any) -> DictRow | None:  # noqa: ANN401
    """The row that a statement finds, if any."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchone()


async def all_rows(connection: Connection, statement: str, values: Any) -> list[DictRow]:  # noqa: ANN401
    """Every row that a statement finds; it bounds them."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchall()
