"""Which hours have new readings, told once: between the worker and what computes hourly scores."""

from typing import Any, Final

import psycopg

from analytics.scores.hourly import METRICS as HOURLY
from storage.queries import scores as sql
from telemetry.metrics import METRICS

_METRIC_IDS: Final = [METRICS[name].id for name in HOURLY]


class Marks:
    """Marks hours in the transaction that scores their readings, each pair of them only once.

    What is marked is known until `forget`, which whoever computes hours calls before looking for
    marks: readings that are scored after that mark their hour again.
    """

    def __init__(self) -> None:
        """Nothing is marked yet, as far as is known."""
        self._known: set[tuple[int, int]] = set()

    async def mark(
        self, connection: psycopg.AsyncConnection[Any], series: list[int], hours: list[int]
    ) -> set[tuple[int, int]]:
        """Mark hours (since 1970) of series; pairs that are new, for `confirm`."""
        new = set(zip(series, hours, strict=True)) - self._known
        if new:
            columns = zip(*sorted(new), strict=True)
            await connection.execute(sql.MARK, (*(list(one) for one in columns), _METRIC_IDS))
        return new

    def confirm(self, pairs: set[tuple[int, int]]) -> None:
        """The transaction that marked these pairs is committed."""
        self._known |= pairs

    def forget(self) -> None:
        """Let every hour be marked anew by its next readings."""
        self._known.clear()
