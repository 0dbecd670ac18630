"""Reads rules from the database: all that are in force, or one scope's with their versions."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from analytics.overrides import Effective, Override, RuleBook, Scope, effective
from analytics.rules import BUILTIN
from storage.engine import ReadSession, WriteSession
from storage.queries import alarm_rules as sql
from storage.queries.alarm_rules import VersionRow, Where

Current = Mapping[tuple[Where, str], VersionRow]
"""The current versions of some scopes."""


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


async def scopes_of(session: ReadSession | WriteSession, where: Where) -> list[Where]:
    """Scopes that hold where `where` does, the widest first."""
    if where.patient_id is None:
        return [Where()] if where.ward is None else [Where(), where]
    ward = await sql.ward_of(session, where.patient_id)
    return [Where(), *(() if ward is None else (ward,)), where]


def override_of(row: VersionRow) -> Override:
    """The change that a stored version makes."""
    where = row.where
    scope = Scope(where.patient_id, where.hospital_id, where.ward)
    return Override(row.condition, row.version, scope, **row.values)


def resolve(condition: str, scopes: Sequence[Where], current: Current) -> Effective:
    """The rule that holds in the last of these scopes; with none of them, the built-in one."""
    rows = [current.get((where, condition)) for where in scopes]
    return effective(
        BUILTIN[condition],
        (override_of(row) for row in rows if row is not None and not row.withdrawn),
    )
