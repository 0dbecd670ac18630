"""Reads the rules in force from the database."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from analytics.overrides import Override, RuleBook, Scope
from storage.queries import alarm_rules as sql


async def load_rules(
    connection: psycopg.AsyncConnection[Any], proposed: Sequence[Scope] = ()
) -> RuleBook:
    """Every rule in force, and the ward of everybody on a ward that has one.

    `proposed` are wards that have none yet, and whose patients are to be known all the same.
    """
    wards = [scope for scope in proposed if scope.ward is not None]
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql.RULES)
        overrides = {}
        for row in await cursor.fetchall():
            scope = Scope(row.pop("patient_id"), row.pop("hospital_id"), row.pop("ward"))
            overrides[scope, row["condition"]] = Override(scope=scope, **row)
        columns = [scope.hospital_id for scope in wards], [scope.ward for scope in wards]
        await cursor.execute(sql.WARDS, columns)
        places = {
            row["patient_id"]: Scope(None, row["hospital_id"], row["ward"])
            for row in await cursor.fetchall()
        }
    return RuleBook(overrides, places)
