"""An alarm as a row of the database, both ways."""

import datetime as dt
from typing import Any

from psycopg.rows import DictRow

from analytics.alarms import Alarm, State
from analytics.rules import Category, Priority
from telemetry.clock import from_ms, to_ms


def alarm_of(row: DictRow) -> Alarm:
    """The alarm of a row."""
    return Alarm(
        state=State(row["state"]),
        priority=Priority(row["priority"]),
        started_ms=to_ms(row["started_at"]),
        category=Category(row["category"]),
        activated_ms=_ms(row["activated_at"]),
        acknowledged_ms=_ms(row["acknowledged_at"]),
        acknowledged_by=row["acknowledged_by_id"],
        cleared_ms=_ms(row["cleared_at"]),
        closed_ms=_ms(row["closed_at"]),
        latching=row["latching"],
        assignee=row["assignee_id"],
        snoozed_until_ms=_ms(row["snoozed_until"]),
        snoozed_by=row["snoozed_by_id"],
        attention_ms=_ms(row["attention_at"]),
        reopened=row["reopened"],
        retrospective=row["retrospective"],
    )


def columns(alarm: Alarm) -> dict[str, Any]:
    """Columns of the life of an alarm."""
    return {
        "state": alarm.state,
        "priority": alarm.priority,
        "category": alarm.category,
        "started_at": from_ms(alarm.started_ms),
        "activated_at": _time(alarm.activated_ms),
        "acknowledged_at": _time(alarm.acknowledged_ms),
        "acknowledged_by_id": alarm.acknowledged_by,
        "cleared_at": _time(alarm.cleared_ms),
        "closed_at": _time(alarm.closed_ms),
        "latching": alarm.latching,
        "assignee_id": alarm.assignee,
        "snoozed_until": _time(alarm.snoozed_until_ms),
        "snoozed_by_id": alarm.snoozed_by,
        "attention_at": _time(alarm.attention_ms),
        "reopened": alarm.reopened,
    }


def _time(instant_ms: int | None) -> dt.datetime | None:
    return None if instant_ms is None else from_ms(instant_ms)


def _ms(instant: dt.datetime | None) -> int | None:
    return None if instant is None else to_ms(instant)
