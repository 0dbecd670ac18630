"""Binary COPY of numpy columns: the row format is filled in bulk, never row by row.

Format: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

POSTGRES_EPOCH_MS = 946_684_800_000
"""2000-01-01T00:00:00Z, from which timestamptz counts microseconds."""

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"

Columns = list[tuple[str, NDArray[Any]]]


def timestamptz(instant_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Milliseconds since 1970 as PostgreSQL's microseconds since 2000."""
    return (instant_ms - POSTGRES_EPOCH_MS) * 1000


def encode(columns: Columns) -> bytes:
    """Encode columns, each (big-endian dtype such as ">i4", array of length n), as one COPY."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for i, (dtype, _) in enumerate(columns):
        fields += [(f"length{i}", ">i4"), (f"value{i}", dtype)]
    rows = np.empty(len(columns[0][1]), dtype=fields)
    rows["fields"] = len(columns)
    for i, (dtype, values) in enumerate(columns):
        rows[f"length{i}"] = np.dtype(dtype).itemsize
        rows[f"value{i}"] = values
    return b"".join((_SIGNATURE, rows.tobytes(), _TRAILER))
