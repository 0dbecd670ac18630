"""What is wrong with devices, and where they are, as rows of the database."""

from collections.abc import Sequence
from typing import Any

from analytics.storms import Place
from analytics.technical import Condition, Kind

_MOST_AMOUNT = 2**31 - 1
"""What its column holds."""


def columns_of(conditions: Sequence[Condition]) -> list[list[Any]]:
    """Columns of `PUT_CONDITIONS`; there must be at least one condition."""
    rows = (
        (
            *one.key,
            one.since_ms,
            one.heard_ms,
            min(one.amount, _MOST_AMOUNT),
            one.code,
            one.due_ms,
            one.raised,
            one.parent_id,
        )
        for one in conditions
    )
    return [list(column) for column in zip(*rows, strict=True)]


def condition_of(row: dict[str, Any]) -> Condition:
    """What is wrong with a device, of its row."""
    return Condition(**(row | {"kind": Kind(row["kind"])}))


def place_of(row: dict[str, Any]) -> Place:
    """Where a device is, of its row."""
    return Place(
        device_id=row["device_id"],
        owner_id=row["owner_id"],
        name=row["name"],
        in_use=row["in_use"],
        hospital_id=row["hospital_id"],
        hospital=row["hospital"],
        ward=row["ward"],
        gateway=row["gateway"],
        model=row["model"],
        firmware=row["firmware_version"],
        received_ms=row["received_ms"],
    )
