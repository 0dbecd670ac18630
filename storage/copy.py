"""Binary COPY of numpy columns: the row format is filled in bulk, never row by row.

Format: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

POSTGRES_EPOCH_MS = 946_684_800_000
"""2000-01-01T00:00:00Z, from which timestamptz counts microseconds."""

_HEADER_BYTES = 19

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"

Columns = list[tuple[str, NDArray[Any]]]


def timestamptz(instant_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Milliseconds since 1970 as PostgreSQL's microseconds since 2000."""
    return (instant_ms - POSTGRES_EPOCH_MS) * 1000


def milliseconds(time: NDArray[np.int64]) -> NDArray[np.int64]:
    """PostgreSQL's microseconds since 2000 as milliseconds since 1970."""
    return time // 1000 + POSTGRES_EPOCH_MS


def _layout(dtypes: Sequence[str]) -> "np.dtype[np.void]":
    """One row: the number of its fields, then each behind its length."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for i, dtype in enumerate(dtypes):
        fields += [(f"length{i}", ">i4"), (f"value{i}", dtype)]
    return np.dtype(fields)


def decode(payload: bytes, dtypes: Sequence[str]) -> list[NDArray[Any]]:
    """Read the columns (each of a big-endian dtype such as ">i4") of a COPY without nulls."""
    layout = _layout(dtypes)
    count = (len(payload) - _HEADER_BYTES - len(_TRAILER)) // layout.itemsize
    rows = np.frombuffer(payload, layout, max(count, 0), _HEADER_BYTES)
    return [rows[f"value{i}"] for i in range(len(dtypes))]


def encode(columns: Columns) -> bytearray:
    """Encode columns, each (big-endian dtype such as ">i4", array of length n), as one COPY."""
    row = np.zeros(1, _layout([dtype for dtype, _ in columns]))
    row["fields"] = len(columns)
    for i, (dtype, _) in enumerate(columns):
        row[f"length{i}"] = np.dtype(dtype).itemsize
    n = len(columns[0][1])
    payload = bytearray().join((_SIGNATURE, row.tobytes() * n, _TRAILER))
    rows = np.frombuffer(payload, row.dtype, n, _HEADER_BYTES)
    for i, (_, values) in enumerate(columns):
        rows[f"value{i}"] = values
    return payload
