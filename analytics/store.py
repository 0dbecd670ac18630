"""The worker's way to the database: channels, rules, batches; outcomes in one transaction."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from analytics import meters
from analytics.alarms import REOPEN_MS
from analytics.amends import Series
from analytics.book import NEWS2_CHANNEL, Book, Channel
from analytics.equipment import note_silence
from analytics.ledger import Ledger
from analytics.marks import Marks
from analytics.memory import RECORD_VERSION, Records, load_record
from analytics.outcome import Outcome, Readings
from analytics.overrides import RuleBook
from analytics.proof import Run
from analytics.rule_store import load_rules
from analytics.rules import MINIMUM_QUALITY, NEWS2
from analytics.scores.news2 import ADULT_FROM_YEARS, SCALE_2
from storage.arrays import uuids
from storage.queries import engine as sql
from storage.queries import outbox, scores
from telemetry.errors import Reason
from telemetry.logs import logger
from telemetry.metrics import METRICS_BY_ID
from telemetry.outbox import Batch, InvalidBatchError, unpack

log = logger()

Connection = psycopg.AsyncConnection[Any]

_HOUR_MS: Final = 3_600_000
_DEPTH_SHOWN: Final = 10_000
_MOST_AMENDMENTS: Final = 200


class Taken:
    """Batches taken from the outbox, oldest first.

    Attributes:
        ids: Outbox rows.
        batches: What they hold, those that can be read.
        damaged: Ids of rows that cannot be read.
        committed_ms: When the oldest of them was committed.

    """

    def __init__(self, rows: list[tuple[int, bytes, int]]) -> None:
        """Unpack the rows."""
        self._rows = rows
        self.ids = [row_id for row_id, _, _ in rows]
        self.batches: list[Batch] = []
        self.damaged: list[int] = []
        self.committed_ms = min((committed for _, _, committed in rows), default=0)
        for row_id, payload, _ in rows:
            try:
                self.batches.append(unpack(payload))
            except InvalidBatchError:
                self.damaged.append(row_id)

    def one_by_one(self) -> Iterator["Taken"]:
        """Each batch by itself."""
        return (Taken([row]) for row in self._rows)

    def column(self, name: str) -> NDArray[Any]:
        """One column of all batches."""
        columns = [getattr(batch, name) for batch in self.batches]
        return np.concatenate(columns) if columns else np.empty(0)

    def hours(self) -> tuple[list[int], list[int]]:
        """Series and hours (since 1970) that have new readings, without repetition."""
        if not self.batches:
            return [], []
        pairs = np.stack(
            (self.column("series").astype(np.int64), self.column("time_ms") // _HOUR_MS)
        )
        series, hours = np.unique(pairs, axis=1)
        return series.tolist(), hours.tolist()


class Store:
    """One connection to the database, and the book that is filled through it."""

    def __init__(
        self,
        connection: Connection,
        book: Book,
        marks: Marks | None = None,
        reopen_ms: int = REOPEN_MS,
    ) -> None:
        """Use `connection`, in autocommit mode, for everything."""
        self._connection = connection
        self._reopen_ms = reopen_ms
        self._book = book
        self._marks = marks or Marks()

    async def lead(self) -> bool:
        """Become the one worker at work, for as long as the connection lives."""
        cursor = await self._connection.execute(sql.LEAD, (sql.LEADER_LOCK,))
        row = await cursor.fetchone()
        return bool(row and row[0])

    async def open_remembered(self) -> None:
        """Open the channels of every patient of whom something is remembered."""
        cursor = await self._connection.execute(sql.PATIENTS_REMEMBERED)
        await self.open_patients([row[0] for row in await cursor.fetchall()])

    async def open_patients(self, patient_ids: list[UUID]) -> None:
        """Open every channel of these patients that is not open yet."""
        cursor = await self._connection.execute(
            sql.SCORES, (ADULT_FROM_YEARS, NEWS2_CHANNEL, patient_ids)
        )
        for patient_id, minor, version, payload in await cursor.fetchall():
            if minor:
                self._book.minors.add(patient_id)
            record = None if payload is None else load_record(version, payload)
            self._book.add(Channel(patient_id, NEWS2_CHANNEL, NEWS2), record)
        cursor = await self._connection.execute(sql.CHANNELS, (patient_ids,))
        for patient_id, number, metric, device_id, *rest in await cursor.fetchall():
            zone, version, payload = rest
            if metric in METRICS_BY_ID:
                channel = Channel(patient_id, number, METRICS_BY_ID[metric].code, device_id)
                record = None if payload is None else load_record(version, payload)
                self._book.add(channel, record, zone)
        meters.CHANNELS.set(len(self._book))

    async def rules(self) -> RuleBook:
        """Every rule in force."""
        return await load_rules(self._connection)

    async def refresh_prescriptions(self) -> bool:
        """Take up how patients are scored, and who is pregnant; whether the latter is new."""
        cursor = await self._connection.execute(scores.PRESCRIPTIONS)
        rows = await cursor.fetchall()
        pregnant = {patient_id for patient_id, _, is_pregnant, _ in rows if is_pregnant}
        changed = pregnant != self._book.pregnant
        self._book.pregnant = pregnant
        self._book.scale_2 = {patient_id for patient_id, scale, *_ in rows if scale == SCALE_2}
        self._book.stale_after = {patient_id: own for patient_id, *_, own in rows if own}
        return changed

    async def take(self, most: int) -> Taken:
        """Look at the oldest batches; they stay until an outcome is saved with them."""
        cursor = await self._connection.execute(outbox.TAKE, (most,))
        return Taken(await cursor.fetchall())

    async def depth(self) -> int:
        """Batches waiting, as far as that is worth counting."""
        cursor = await self._connection.execute(outbox.DEPTH, (_DEPTH_SHOWN,))
        row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def readings(self, taken: Taken) -> Readings:
        """Readings with the slots of their series; channels are opened as they appear."""
        series = taken.column("series").astype(np.int64)
        slots = self._book.slots_of_series(series)
        strangers = np.unique(series[slots < 0]).tolist()
        if strangers:
            cursor = await self._connection.execute(sql.PATIENTS_OF_SERIES, (strangers,))
            await self.open_patients([row[0] for row in await cursor.fetchall()])
            slots = self._book.slots_of_series(series)
        readings = Readings(
            slots=slots,
            time_ms=taken.column("time_ms").astype(np.int64),
            received_ms=taken.column("received_ms").astype(np.int64),
            value=taken.column("value").astype(np.float64),
            quality=taken.column("quality").astype(np.float32),
            historical=taken.column("historical").astype(np.bool_),
        )
        # A series that was removed after the commit has no slot and nobody to tell.
        return readings.take(slots >= 0)

    async def amendments(self) -> tuple[list[UUID], dict[int, Series]]:
        """Corrections to see to, and by slot what is stored now of the series they are of."""
        cursor = await self._connection.execute(sql.AMENDMENTS, (_MOST_AMENDMENTS,))
        rows = await cursor.fetchall()
        numbers = np.unique(np.array([series for _, series in rows], np.int64))
        slots = self._book.slots_of_series(numbers)
        stored: dict[int, Series] = {int(slot): ([], []) for slot in slots if slot >= 0}
        if stored:
            slot_of = dict(zip(numbers.tolist(), slots.tolist(), strict=True))
            known = [number for number, slot in slot_of.items() if slot >= 0]
            cursor = await self._connection.execute(sql.AMENDED, (known, MINIMUM_QUALITY))
            for series, time_ms, value in await cursor.fetchall():
                times, values = stored[slot_of[series]]
                times.append(time_ms)
                values.append(value)
        return [one for one, _ in rows], stored

    async def settle(self, amendments: list[UUID], outcome: Outcome) -> list[UUID]:
        """Store what came of corrections; alarms that changed."""
        async with self._connection.transaction():
            changed = await self.save(outcome)
            await self._connection.execute(sql.SETTLED, (amendments,))
        return changed

    async def save(
        self, outcome: Outcome | None, taken: Taken | None = None, run: Run | None = None
    ) -> list[UUID]:
        """Store an outcome and take its batches out, in one transaction; alarms that changed.

        Without an outcome the batches are moved to the dead letters: readings are stored and
        shown, but nothing has judged them. What is about patients who have been removed meanwhile
        is left out.
        """
        try:
            return await self._save(outcome, taken, run)
        except psycopg.errors.ForeignKeyViolation:
            log.warning("patient_removed_meanwhile")
        return await self._save(outcome, taken, run, careful=True)

    async def _save(
        self,
        outcome: Outcome | None,
        taken: Taken | None,
        run: Run | None,
        *,
        careful: bool = False,
    ) -> list[UUID]:
        """Save; `careful` keeps the patients from being removed meanwhile, which costs a write."""
        calm = outcome is None or not (outcome.changes or outcome.findings)
        async with AsyncExitStack() as held:
            if calm and not careful:
                # Nothing is asked on the way: beginning, writes and commit go out together.
                await held.enter_async_context(self._connection.pipeline())
            await held.enter_async_context(self._connection.transaction())
            ledger = Ledger(self._connection, self._book, self._reopen_ms, run)
            if outcome is not None:
                channels = [self._book.channels[slot] for slot in outcome.slots().tolist()]
                records = outcome.records()
                if careful:
                    kept = await self._keep(outcome)
                    outcome = outcome.of(kept)
                    records = records[[one.patient_id in kept for one in channels]]
                    channels = [one for one in channels if one.patient_id in kept]
                await ledger.apply(outcome.changes)
                await note_silence(self._connection, outcome.changes)
                await ledger.find(outcome.findings)
            async with self._connection.pipeline():
                if outcome is not None:
                    await self._remember(channels, records)
                if taken is not None:
                    await self._take_out(taken, buried=outcome is None)
                    marked = await self._marks.mark(self._connection, *taken.hours())
        if taken is not None:
            self._marks.confirm(marked)
        return list(ledger.changed)

    async def _take_out(self, taken: Taken, *, buried: bool) -> None:
        series, hours = taken.hours()
        await self._connection.execute(outbox.MARK_ROLLUPS, (series, hours, series))
        for row_id in taken.ids if buried else taken.damaged:
            await self._connection.execute(outbox.BURY, (Reason.ENGINE_FAILED, row_id))
        await self._connection.execute(outbox.DELETE, (taken.ids,))

    async def _keep(self, outcome: Outcome) -> set[UUID]:
        """Patients of an outcome who are still there, and stay for this transaction."""
        patients = {self._book.channels[slot].patient_id for slot in outcome.slots().tolist()}
        cursor = await self._connection.execute(sql.KEEP_PATIENTS, (list(patients),))
        return {row[0] for row in await cursor.fetchall()}

    async def _remember(self, channels: list[Channel], records: Records) -> None:
        if channels:
            patients = uuids([channel.patient_id for channel in channels])
            numbers = np.array([channel.number for channel in channels], np.int32)
            payloads = records.view(f"V{records.itemsize}")
            await self._connection.execute(
                sql.REMEMBER, (RECORD_VERSION, patients, numbers, payloads)
            )
