"""From facts of devices to technical alarms, one transaction a turn.

Ingest leaves facts in the transaction that stores what they came from; a turn takes them, looks at
what is due by the clock, writes the alarms and removes the facts. A turn that fails leaves all as
it was.
"""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from analytics.equipment_turn import Turn
from analytics.outcome import Change
from analytics.technical import Happening, TechnicalSettings
from analytics.tracking import Kind as Happened
from storage.queries import technical as sql
from telemetry.device_facts import Fact

Connection = psycopg.AsyncConnection[Any]

MOST: Final = 1_000
"""Facts, and devices that are due, in one turn."""
_NOTED: Final = {Happened.LASTED: Fact.SILENT, Happened.ENDED: Fact.HEARD}


async def note_silence(connection: Connection, changes: Iterable[Change]) -> None:
    """Leave what the engine found of silent devices as facts, in its own transaction."""
    noted = [
        (one.device_id, _NOTED[one.event.kind], max(one.event.started_ms, 0))
        if one.event.kind is Happened.LASTED
        else (one.device_id, _NOTED[one.event.kind], one.event.at_ms)
        for one in changes
        if one.rule is None and one.event.kind in _NOTED
    ]
    if noted:
        await connection.execute(sql.NOTE_SILENCE, [list(c) for c in zip(*noted, strict=True)])


class Equipment:
    """Technical alarms of devices and of groups of them, over one connection."""

    def __init__(self, connection: Connection, settings: TechnicalSettings) -> None:
        """Use `connection`, in autocommit mode."""
        self._connection = connection
        self._settings = settings

    async def turn(self, now_ms: int) -> tuple[list[UUID], bool]:
        """Take waiting facts and what is due: (alarms that changed, whether none is left)."""
        cursor = self._connection.cursor(row_factory=dict_row)
        await cursor.execute(sql.TAKE_FACTS, (MOST,))
        facts = await cursor.fetchall()
        await cursor.execute(sql.DUE, (now_ms, MOST))
        devices = {row["device_id"] for row in await cursor.fetchall()}
        devices |= {row["device_id"] for row in facts}
        if not devices:
            return [], True
        async with self._connection.transaction():
            turn = Turn(self._connection, self._settings, now_ms)
            await turn.open(devices)
            for row in facts:
                turn.register.take(_happening(row), now_ms)
            await turn.work()
            await cursor.execute(sql.DELETE_FACTS, ([row["id"] for row in facts],))
        return list(turn.bulletins.changed), len(facts) < MOST


def _happening(row: dict[str, Any]) -> Happening:
    return Happening(row["device_id"], Fact(row["kind"]), row["at_ms"], row["code"], row["amount"])
