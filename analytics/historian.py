"""Computes the hourly scores: what the engine's transactions marked, once the hour is over.

An hour that is marked again, by readings that came late, is computed again, and so is every later
one that is made from it: history is what the readings say, whenever they came. Everything is read
from the database, so a restart changes nothing. It has a connection and a pace of its own: alarms
of the engine never wait for it, and its failures are its own.
"""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg

from analytics import meters
from analytics.alarms import REOPEN_MS
from analytics.book import Book
from analytics.hour_alarms import Followed, follow
from analytics.hour_proof import Stay
from analytics.hour_store import HourStore
from analytics.hours import Plan, Tracks, plan
from analytics.ledger import Ledger
from analytics.marks import Marks
from analytics.rules import DETERIORATION
from analytics.scores import hourly, replay
from analytics.scores.hourly import Row
from analytics.weights import deterioration
from storage.engine import connect
from telemetry.clock import now_ms
from telemetry.logs import logger

log = logger()

PATIENTS_AT_ONCE: Final = 32
_LOOK_SECONDS: Final = 5.0
_RETRY_SECONDS: Final = 5.0
_EXPIRE_SECONDS: Final = 300.0


class Historian:
    """Works beside the engine of one worker, for as long as that leads."""

    def __init__(
        self,
        url: str,
        book: Book,
        marks: Marks,
        *,
        settle_ms: int,
        reopen_ms: int = REOPEN_MS,
    ) -> None:
        """Know the engine's book, for its rules."""
        self._reopen_ms = reopen_ms
        self._url = url
        self._book = book
        self._marks = marks
        self._settle_ms = settle_ms
        self._tracks = Tracks()
        self._expired_at = time.monotonic()

    async def run(self) -> None:
        """Compute what is due, for ever; a database that is away is waited for."""
        while True:
            try:
                async with await connect(self._url, application_name="jeg-analytics-scores") as db:
                    await self._term(db)
            except (psycopg.Error, OSError) as error:
                log.warning("scores_wait_for_database", error=type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _term(self, db: psycopg.AsyncConnection[Any]) -> None:
        store = HourStore(db)
        self._tracks.load(await store.tracks())
        while True:
            worked = await self._turn(store)
            if not worked:
                await self._expire_if_due(store)
                await asyncio.sleep(min(_LOOK_SECONDS, max(self._settle_ms / 1000, 0.1)))

    async def _turn(self, store: HourStore) -> bool:
        """Compute the hours of some patients, or where that fails of each by itself."""
        try:
            return await self._compute(store, PATIENTS_AT_ONCE)
        except psycopg.OperationalError:
            raise
        except Exception:
            log.exception("scores_failed")
        try:
            return await self._compute(store, 1)
        except psycopg.OperationalError:
            raise
        except Exception:
            # Readings are stored and alarms judged; only these hours have no score yet.
            patient_id = await store.put_off(now_ms() - self._settle_ms)
            log.exception("scores_put_off", patient=str(patient_id))
            meters.SCORE_FAILURES.inc()
            return True

    async def _compute(self, store: HourStore, patients: int) -> bool:
        # Before the look: what is scored from here on is marked again.
        self._marks.forget()
        now = now_ms()
        settled_ms = now - self._settle_ms
        with meters.SCORES_SECONDS.time():
            async with store.connection.transaction():
                marked = await store.due(settled_ms, patients)
                if not marked:
                    return False
                known = await store.known(marked)
                plans = [plan(one, sorted(hours), known[one]) for one, hours in marked.items()]
                computed = await self._score(store, plans)
                await store.keep(plans, computed.cells, computed.rows, computed.states)
                await store.unmark(marked, plans, settled_ms)
                found = follow(
                    computed.stays,
                    computed.deterioration(),
                    self._tracks,
                    lambda one: self._book.rules.rule(one, DETERIORATION),
                    now,
                )
                await self._raise(store, found)
        self._remember(found.tracks)
        meters.SCORED_HOURS.inc(len(computed.cells))
        return True

    async def _score(self, store: HourStore, plans: list[Plan]) -> "_Computed":
        cells = [(one.patient_id, hour) for one in plans for hour in one.hours]
        prescribed = await store.prescribed(cells)
        hours = await store.readings(cells, prescribed.scale)
        values, measured = hours.newest(), hours.measured()
        stretches, at = [], 0
        for one in plans:
            count = len(one.hours)
            rows = range(at, at + count)
            stretches.append(replay.Stretch(one.first, rows, one.known.hour, one.known.state))
            at += count
        replayed = replay.replay(values, measured, stretches)
        wanted = prescribed.applies.copy()
        starts = [one.since for one in plans for _ in one.hours]
        for i, ((_, hour), since) in enumerate(zip(cells, starts, strict=True)):
            wanted[i] &= hour >= since
        found = [row for row in hourly.rows(hours, prescribed.stale_after) if wanted[row.index]]
        found += replay.score_rows(deterioration(), replayed, wanted)
        states = {
            i: replayed.states[i].tobytes()
            for i in range(len(cells))
            if measured[i] and prescribed.there[i] and cells[i][1] >= starts[i]
        }
        stays = [
            Stay(one, values[stretch.rows], measured[stretch.rows])
            for one, stretch in zip(plans, stretches, strict=True)
        ]
        return _Computed(stays, cells, found, states)

    async def _expire_if_due(self, store: HourStore) -> None:
        """Close the condition where no score has come for so long that nothing is known."""
        if time.monotonic() - self._expired_at < _EXPIRE_SECONDS:
            return
        self._expired_at = time.monotonic()
        found = Followed()
        for patient_id in list(self._tracks.open):
            rule = self._book.rules.rule(patient_id, DETERIORATION)
            found.tracks[patient_id], seen = self._tracks.expire(patient_id, now_ms(), rule)
            found.changes += seen
        async with store.connection.transaction():
            await self._raise(store, found)
        self._remember(found.tracks)

    async def _raise(self, store: HourStore, found: Followed) -> None:
        before = self._tracks.open
        tracks = {k: v for k, v in found.tracks.items() if v is not None or k in before}
        await store.keep_tracks(tracks)
        ledger = Ledger(store.connection, self._book, self._reopen_ms)
        await ledger.apply(found.changes)
        await ledger.find_hours(found.findings)

    def _remember(self, tracks: dict[UUID, Any]) -> None:
        for patient_id, record in tracks.items():
            if record is None:
                self._tracks.open.pop(patient_id, None)
            else:
                self._tracks.open[patient_id] = record


@dataclass(frozen=True, slots=True, eq=False)
class _Computed:
    """What was computed: of `cells` (patient, hour), and the state after those with readings."""

    stays: list[Stay]
    cells: list[tuple[UUID, int]]
    rows: list[Row]
    states: dict[int, bytes]

    def deterioration(self) -> dict[UUID, dict[int, Row]]:
        """The scores of each patient by hour, ascending."""
        found: dict[UUID, dict[int, Row]] = defaultdict(dict)
        mine = [row for row in self.rows if row.kind == DETERIORATION]
        for row in sorted(mine, key=lambda one: self.cells[one.index][1]):
            patient_id, hour = self.cells[row.index]
            found[patient_id][hour] = row
        return found
