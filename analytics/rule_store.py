"""Reads the rules in force from the database."""

from typing import Any

import psycopg
from psycopg.rows import dict_row

from analytics.overrides import Override, RuleBook, Scope
from storage.queries import engine as sql


async def load_rules(connection: psycopg.AsyncConnection[Any]) -> RuleBook:
    """Every rule in force, and the ward of everybody on a ward that has one."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql.RULES)
        overrides = {}
        for row in await cursor.fetchall():
            scope = Scope(row.pop("patient_id"), row.pop("hospital_id"), row.pop("ward"))
            overrides[scope, row["condition"]] = Override(scope=scope, **row)
        await cursor.execute(sql.WARDS)
        wards = {
            row["patient_id"]: Scope(None, row["hospital_id"], row["ward"])
            for row in await cursor.fetchall()
        }
    return RuleBook(overrides, wards)
