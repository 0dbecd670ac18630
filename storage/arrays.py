"""numpy arrays as PostgreSQL array parameters, encoded in bulk instead of element by element.

Format: array_send in src/backend/utils/adt/arrayfuncs.c (dimensions, null flag, element type,
length and lower bound, then each element behind its length).
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_TYPES = {
    np.dtype(np.int16): (21, ">i2"),
    np.dtype(np.int32): (23, ">i4"),
    np.dtype(np.int64): (20, ">i8"),
    np.dtype(np.float32): (700, ">f4"),
    np.dtype(np.float64): (701, ">f8"),
    np.dtype("V16"): (2950, "V16"),
}
_BYTEA = 17
"""What bytes of any other fixed length become."""


class ArrayDumper(Dumper):
    """Dumps a one-dimensional array without nulls; the statement names the type: `%b::int[]`."""

    format = Format.BINARY

    def dump(self, obj: NDArray[Any]) -> Buffer:
        """Encode `obj`; raises `KeyError` for an element type that has no counterpart."""
        plain = obj.dtype.kind == "V" and obj.dtype not in _TYPES
        oid, dtype = (_BYTEA, obj.dtype) if plain else _TYPES[obj.dtype]
        elements = np.empty(len(obj), [("length", ">i4"), ("value", dtype)])
        elements["length"] = elements.dtype["value"].itemsize
        elements["value"] = obj
        header = np.array([1, 0, oid, len(obj), 1], ">i4")
        return header.tobytes() + elements.tobytes()


def uuids(values: Sequence[UUID]) -> NDArray[np.void]:
    """UUIDs (n,) as an array of 16 bytes each."""
    return np.frombuffer(b"".join([value.bytes for value in values]), "V16")


psycopg.adapters.register_dumper(np.ndarray, ArrayDumper)
