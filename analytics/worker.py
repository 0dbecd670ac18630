"""The analytics worker: takes committed batches, runs the engine, stores what it found.

One worker is at work at a time, the one that holds an advisory lock; others stand by. Everything
the engine remembers is stored in the transaction that takes the batches out, so a worker that
dies, or loses the database, starts from there and raises the same alarms.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from analytics import meters
from analytics.amends import amended
from analytics.book import Book
from analytics.engine import Engine, EngineSettings
from analytics.equipment import Equipment
from analytics.historian import Historian
from analytics.marks import Marks
from analytics.outcome import Outcome
from analytics.proof import Run
from analytics.publisher import Elsewhere, Publisher
from analytics.settings import Settings
from analytics.silence import SilenceSettings
from analytics.store import Store, Taken
from storage.engine import connect
from storage.queries import engine as sql
from storage.queries import notifications
from storage.queries.alarm_rules import RULES_CHANNEL
from storage.queries.alarms import ALARMS_CHANNEL
from storage.queries.outbox import VITALS_CHANNEL
from telemetry.clock import now_ms
from telemetry.logs import logger

log = logger()

_FIRST_PAUSE_SECONDS: Final = 0.25
_LONGEST_PAUSE_SECONDS: Final = 5.0
_STANDBY_SECONDS: Final = 2.0
_LISTEN_PAUSE_SECONDS: Final = 1.0


class Worker:
    """One worker process. `run` returns soon after `stop` is set."""

    def __init__(self, settings: Settings) -> None:
        """Know the settings; nothing is connected yet."""
        self._settings = settings
        self._publisher = Publisher(settings)
        self._wake = asyncio.Event()
        self._elsewhere = Elsewhere()
        self._pid = 0
        self._rules_changed = False
        self._pause = _FIRST_PAUSE_SECONDS

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, whatever becomes of database and broker meanwhile."""
        publishing = asyncio.create_task(self._publisher.run()) if self._publisher.wanted else None
        stopping = asyncio.create_task(self._wake_at(stop))
        try:
            while not stop.is_set():
                try:
                    await self._term(stop)
                except (psycopg.Error, OSError) as error:
                    log.warning("database_away", error=type(error).__name__)
                finally:
                    meters.READY.set(0)
                await self._sleep(stop)
        finally:
            for task in filter(None, (publishing, stopping)):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _sleep(self, stop: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), self._pause)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _term(self, stop: asyncio.Event) -> None:
        """Work for as long as the connection lives, with a book filled from the database."""
        url = self._settings.database_url.get_secret_value()
        async with await connect(url, application_name="jeg-analytics") as connection:
            self._pid = connection.info.backend_pid
            if not await Store(connection, Book()).lead():
                log.info("standing_by")
                self._pause = _STANDBY_SECONDS
                return
            async with self._listening(url):
                term = Term(connection, self._settings)
                await term.open()
                self._pause = _FIRST_PAUSE_SECONDS
                meters.READY.set(1)
                log.info("working", channels=len(term.engine.book))
                async with self._keeping_history(url, term):
                    while not stop.is_set():
                        await self._turn(term)

    @contextlib.asynccontextmanager
    async def _keeping_history(self, url: str, term: "Term") -> AsyncIterator[None]:
        """Compute hourly scores meanwhile, over a connection of its own.

        Alarms that it raises are heard of like anybody else's.
        """
        settle_ms = round(self._settings.score_settle_seconds * 1000)
        historian = Historian(
            url,
            term.engine.book,
            term.marks,
            settle_ms=settle_ms,
            reopen_ms=round(self._settings.reopen_seconds * 1000),
        )
        task = asyncio.create_task(historian.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _turn(self, term: "Term") -> None:
        """Everything that is waiting, then what the clock says; then wait for more."""
        self._wake.clear()
        if self._rules_changed:
            self._rules_changed = False
            await term.refresh_rules()
        changed, drained = await term.step()
        if drained:
            changed += await term.amend()
            changed += await term.tick_if_due()
        changed += await term.equipment_if_due()
        changed += self._elsewhere.take()
        if changed and self._publisher.wanted:
            self._publisher.offer(await term.published(changed))
        if drained:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._settings.tick_seconds)

    @contextlib.asynccontextmanager
    async def _listening(self, url: str) -> AsyncIterator[None]:
        """Be woken by commits. While that fails, the clock is what looks for them."""

        async def listen() -> None:
            while True:
                with contextlib.suppress(psycopg.Error, OSError):
                    async for heard in notifications.listen(
                        url,
                        [VITALS_CHANNEL, RULES_CHANNEL, ALARMS_CHANNEL],
                        application_name="jeg-analytics-listen",
                        connected=self._wake.set,
                    ):
                        self._rules_changed |= heard.channel == RULES_CHANNEL
                        if heard.channel == ALARMS_CHANNEL and heard.pid != self._pid:
                            self._elsewhere.note(heard.payload)
                        self._wake.set()
                log.warning("not_listening")
                await asyncio.sleep(_LISTEN_PAUSE_SECONDS)

        task = asyncio.create_task(listen())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


class Term:
    """The time from one connection to its loss: one book, filled from the database."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], settings: Settings) -> None:
        """Work through `connection`."""
        self._connection = connection
        self._settings = settings
        self.engine = Engine(
            Book(),
            EngineSettings(
                late_after_ms=round(settings.late_after_seconds * 1000),
                silence=SilenceSettings(round(settings.silence_seconds * 1000)),
            ),
        )
        self.marks = Marks()
        self._store = Store(
            connection, self.engine.book, self.marks, round(settings.reopen_seconds * 1000)
        )
        self._equipment = Equipment(connection, settings.technical())
        self._rules_at = self._ticked_at = self._equipped_at = self._amended_at = float("-inf")
        self._watched_since_ms = now_ms()

    async def open(self) -> None:
        """Take up everything that is remembered."""
        await self.refresh_rules()
        await self._store.open_remembered()

    async def step(self) -> tuple[list[UUID], bool]:
        """Run the engine over waiting batches: (alarms that changed, whether none is left)."""
        if time.monotonic() - self._rules_at >= self._settings.rules_refresh_seconds:
            await self.refresh_rules()
        most = self._settings.engine_batches
        taken = await self._store.take(most)
        if not taken.ids:
            return [], True
        changed = await self._digest(taken)
        return changed, len(taken.ids) < most

    async def amend(self) -> list[UUID]:
        """See to what rested on readings that were corrected or deleted; alarms that changed."""
        if time.monotonic() - self._amended_at < self._settings.tick_seconds:
            return []
        self._amended_at = time.monotonic()
        amendments, stored = await self._store.amendments()
        if not amendments:
            return []
        try:
            outcome = amended(self.engine.book, stored, now_ms())
        except Exception:
            # Alarms that rest on them stand until people or later readings end them.
            log.exception("amendments_failed")
            meters.TICK_FAILURES.inc()
            outcome = Outcome()
        changed = await self._store.settle(amendments, outcome)
        self._accept(outcome)
        return changed

    async def tick_if_due(self) -> list[UUID]:
        """Let the engine look at the clock, at most once in `tick_seconds`; alarms that changed."""
        if time.monotonic() - self._ticked_at < self._settings.tick_seconds:
            return []
        self._ticked_at = time.monotonic()
        meters.OUTBOX.set(await self._store.depth())
        try:
            run = Run(None, now_ms())
            outcome = self.engine.tick(run.now_ms, self._watched_since_ms)
        except Exception:
            # Readings are still scored; what only the clock can see is not.
            log.exception("tick_failed")
            meters.TICK_FAILURES.inc()
            return []
        if not outcome:
            return []
        changed = await self._store.save(outcome, run=run)
        self._accept(outcome)
        return changed

    async def equipment_if_due(self) -> list[UUID]:
        """Make technical alarms of what devices told, however long the engine's queue is."""
        if time.monotonic() - self._equipped_at < self._settings.tick_seconds:
            return []
        try:
            changed, drained = await self._equipment.turn(now_ms())
        except psycopg.OperationalError:
            raise
        except Exception:
            # Readings are still scored; what devices say of themselves waits for the next turn.
            log.exception("equipment_failed")
            meters.TICK_FAILURES.inc()
            changed, drained = [], True
        if drained:
            self._equipped_at = time.monotonic()
        return changed

    async def published(self, alarm_ids: list[UUID]) -> list[dict[str, Any]]:
        """Alarms as they are told to subscribers."""
        async with self._connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(sql.PUBLISHED, (alarm_ids,))
            return await cursor.fetchall()

    async def refresh_rules(self) -> None:
        """Put the rules that are stored in force, and the wards that patients are on."""
        self._rules_at = time.monotonic()
        rules = await self._store.rules()
        others = await self._store.refresh_prescriptions()
        if others or rules != self.engine.book.rules:
            self.engine.book.use_rules(rules)
            log.info("rules_in_force", overrides=len(rules.overrides))

    async def _digest(self, taken: Taken) -> list[UUID]:
        """Score batches; when that fails, each by itself, so that one cannot block the others."""
        try:
            return await self._score(taken)
        except psycopg.OperationalError:
            raise
        except Exception:
            log.exception("engine_failed", batches=taken.ids)
        changed: list[UUID] = []
        for alone in taken.one_by_one():
            try:
                changed += await self._score(alone)
            except psycopg.OperationalError:
                raise
            except Exception:
                log.exception("batch_buried", batch=alone.ids[0])
                meters.BURIED.inc()
                await self._store.save(None, alone)
        return changed

    async def _score(self, taken: Taken) -> list[UUID]:
        with meters.RUN_SECONDS.time():
            readings = await self._store.readings(taken)
            run = Run(readings, now_ms())
            outcome = self.engine.run(readings, run.now_ms)
            changed = await self._store.save(outcome, taken, run)
        self._accept(outcome)
        if taken.damaged:
            log.error("batches_damaged", batches=taken.damaged)
            meters.BURIED.inc(len(taken.damaged))
        if changed and outcome.changes:
            meters.DELAY_SECONDS.observe((now_ms() - taken.committed_ms) / 1000)
        return changed

    def _accept(self, outcome: Outcome) -> None:
        self.engine.accept(outcome)
        meters.SCORED.inc(outcome.scored)
        for detector in outcome.failures:
            log.error("detector_failed", detector=detector)
            meters.DETECTOR_FAILURES.labels(detector).inc()
