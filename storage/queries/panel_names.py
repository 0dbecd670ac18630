"""What rows are called in the panel: their own words, and what the rows that they name are."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from storage.engine import ReadSession
from storage.panel.sheets import Sheet, Shown
from storage.panel.tables import SHEETS
from storage.queries.panel_search import HOPS
from telemetry.metrics import METRICS_BY_ID

Names = Mapping[tuple[str, Any], str]
"""By table and key."""


async def of(
    session: ReadSession,
    columns: Sequence[Shown],
    rows: Sequence[Mapping[Any, Any]],
    hops: int = HOPS,
) -> Names:
    """What the rows that these name are called; one query for each table, however many rows."""
    wanted: dict[str, set[Any]] = {}
    for shown in columns:
        if shown.links_to in SHEETS and shown.links_to is not None:
            values = {row[shown.name] for row in rows} - {None}
            wanted.setdefault(shown.links_to, set()).update(values)
    found: dict[tuple[str, Any], str] = {}
    for table, keys in wanted.items():
        target = SHEETS[table]
        if not target.title or not keys or not hops or len(target.primary) != 1:
            continue
        key = target.primary[0]
        named = [target.table.columns[name] for name in target.title]
        statement = select(key.label("_key"), *named).where(key.in_(keys))
        lines = (await session.execute(statement)).mappings().all()
        further = await of(session, target.titled, lines, hops - 1)
        found.update({(table, line["_key"]): called(target, line, further) for line in lines})
    return {key: name for key, name in found.items() if name}


def called(sheet: Sheet, row: Mapping[Any, Any], names: Names) -> str:
    """What a row is called: its words, and what the rows that it names are called."""
    words = []
    for one in sheet.titled:
        value = row[one.name]
        if one.links_to is not None:
            words.append(names.get((one.links_to, value), ""))
        elif isinstance(value, dt.datetime):
            words.append(f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M}")
        elif one.name == "metric" and value in METRICS_BY_ID:
            words.append(METRICS_BY_ID[value].code.replace("_", " "))
        else:
            words.append("" if value is None else str(value))
    return " ".join(filter(None, words))
