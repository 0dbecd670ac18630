"""A committed batch of readings as packed arrays, the way it waits for the engine.

Layout: 8 bytes of magic, the count as little-endian uint64, then the columns one after the other.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"JEGBATC1"
_COLUMNS = (
    ("series", np.dtype("<i4")),
    ("time_ms", np.dtype("<i8")),
    ("received_ms", np.dtype("<i8")),
    ("value", np.dtype("<f8")),
    ("quality", np.dtype("<f4")),
    ("historical", np.dtype("?")),
)
_HEADER = 16
ROW_BYTES = sum(dtype.itemsize for _, dtype in _COLUMNS)


class InvalidBatchError(ValueError):
    """The packed batch is damaged or of another version."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Readings as parallel arrays of one length n.

    Attributes:
        series: int32 (n,), `series.id`.
        time_ms: int64 (n,), measured at, milliseconds since 1970.
        received_ms: int64 (n,), received at, milliseconds since 1970.
        value: float64 (n,), in the metric's canonical unit.
        quality: float32 (n,), 0 to 1.
        historical: bool (n,), backlog: stored, but no news.

    """

    series: NDArray[np.int32]
    time_ms: NDArray[np.int64]
    received_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.float32]
    historical: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.series)


def pack(batch: Batch) -> bytes:
    """Pack a batch into bytes, 33 a reading and 16 in all."""
    columns = [
        np.ascontiguousarray(getattr(batch, name), dtype).tobytes() for name, dtype in _COLUMNS
    ]
    return b"".join((MAGIC, len(batch).to_bytes(8, "little"), *columns))


def unpack(payload: bytes) -> Batch:
    """Unpack what `pack` made; the arrays are read-only views of `payload`.

    Raises `InvalidBatchError` when magic or length do not fit.
    """
    count = int.from_bytes(payload[8:_HEADER], "little")
    if payload[:8] != MAGIC or len(payload) != _HEADER + count * ROW_BYTES:
        raise InvalidBatchError
    columns: dict[str, NDArray[Any]] = {}
    offset = _HEADER
    for name, dtype in _COLUMNS:
        columns[name] = np.frombuffer(payload, dtype, count, offset)
        offset += count * dtype.itemsize
    return Batch(**columns)
