"""From NOTIFY to the event streams: one listening connection per process, rows loaded once.

What is announced is only noted. Alarms are loaded as soon as they are noted, and patients twice a
second, in a number of queries that does not grow with them, and offered to those who may see them
at that moment. The two never wait for each other: a full board must not hold an alarm up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Final
from uuid import UUID

from fastapi.sse import format_sse_event
from pydantic import BaseModel

from api.alarms.schemas import shape
from api.commands.waiters import Waiters
from api.events.subscribers import NOTIFICATION_EVENT, Subscriber
from api.metrics import READY, STREAMS
from api.ward.service import board_rows
from storage.engine import UNAVAILABLE, Database
from storage.models import Alarm
from storage.queries import alarm_groups, alarms, care, patients
from storage.queries.commands import REPLIES_CHANNEL
from storage.queries.notifications import listen
from telemetry.logs import logger
from telemetry.notices import NOTIFICATIONS_CHANNEL

VITALS: Final = "jeg_vitals"
EVERYBODY: Final = "*"
FLUSH_SECONDS = 0.5
ALARM_REST_SECONDS = 0.02
"""Between two loads of alarms, so that a burst of them is a few loads and not one for each."""
EVERYBODY_SECONDS = 5.0
MAX_ROWS = 200
"""Patients, and alarms, loaded per flush; the rest waits for the next one, oldest first."""
MAX_WATCHED = 10_000
MAX_STREAMS = 1_000
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0)


class Hub:
    """Fans changes out to the open event streams of this process."""

    def __init__(self, database: Database, waiters: Waiters) -> None:
        """Use `database` for loading, and its URL for listening; tell `waiters` of replies."""
        self._database = database
        self._waiters = waiters
        self._subscribers: set[Subscriber] = set()
        # Dictionaries as ordered sets: what was noted first is loaded first.
        self._patients: dict[UUID, None] = {}
        self._alarms: dict[UUID, None] = {}
        self._alarm_noted = asyncio.Event()
        self._everybody = False
        self._everybody_at = float("-inf")
        self._tasks: list[asyncio.Task[None]] = []
        self.connected = False

    def start(self) -> None:
        """Begin to listen; the database need not be there yet."""
        self._tasks = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._flushing_boards()),
            asyncio.create_task(self._flushing_alarms()),
        ]

    async def stop(self) -> None:
        """End all streams and stop listening."""
        self.close_streams()
        # Let go of the tasks, too: they hold what they were cancelled in, a half-made connection.
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._disconnected()

    def close_streams(self) -> None:
        """Let every open stream end; their readers come back to whoever serves then."""
        for subscriber in self._subscribers:
            subscriber.close()

    @property
    def full(self) -> bool:
        """Whether this process has as many streams as it will serve."""
        return len(self._subscribers) >= MAX_STREAMS

    @contextmanager
    def subscribed(self, user_id: UUID) -> Iterator[Subscriber]:
        """Take part as this user until the block ends."""
        subscriber = Subscriber(user_id)
        self._subscribers.add(subscriber)
        STREAMS.set(len(self._subscribers))
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)
            STREAMS.set(len(self._subscribers))

    async def _listen(self) -> None:
        attempt = 0
        while True:
            try:
                await self._listen_once()
            except UNAVAILABLE as error:
                lost, attempt = self.connected, 0 if self.connected else attempt + 1
                self._disconnected()
                if lost or attempt == 1:
                    logger().warning("listening_lost", error=type(error).__name__)
            await asyncio.sleep(BACKOFF_SECONDS[min(attempt, len(BACKOFF_SECONDS) - 1)])

    async def _listen_once(self) -> None:
        notifications = listen(
            self._database.url,
            (VITALS, alarms.ALARMS_CHANNEL, REPLIES_CHANNEL, NOTIFICATIONS_CHANNEL),
            application_name="jeg-api-events",
            connected=self._connected,
        )
        async with aclosing(notifications) as open_notifications:
            async for one in open_notifications:
                self.note(one.channel, one.payload)

    def _connected(self) -> None:
        self.connected = True
        READY.set(1)
        logger().info("listening")
        # Whatever was announced while nobody listened is lost.
        self._waiters.wake_all()
        for subscriber in self._subscribers:
            subscriber.resync()

    def _disconnected(self) -> None:
        self.connected = False
        READY.set(0)

    def note(self, channel: str, payload: str) -> None:
        """Remember what one notification is about; a payload that means nothing is ignored."""
        if channel == REPLIES_CHANNEL:
            self._waiters.heard(payload)
            return
        if not self._subscribers:
            return
        if channel == VITALS and payload == EVERYBODY:
            self._everybody = True
            return
        if channel == NOTIFICATIONS_CHANNEL:
            self._tell(payload)
            return
        noted = self._patients if channel == VITALS else self._alarms
        for word in payload.split(","):
            try:
                noted[UUID(word)] = None
            except ValueError:
                logger().warning("notification_ignored", channel=channel)
        if self._alarms:
            self._alarm_noted.set()

    def _tell(self, user_id: str) -> None:
        """Say to a user that there is something new; what it is they ask for."""
        for subscriber in self._subscribers:
            if str(subscriber.user_id) == user_id:
                subscriber.offer("notification", subscriber.user_id, NOTIFICATION_EVENT)

    async def _flushing_boards(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await _kept_up(self.flush_boards)

    async def _flushing_alarms(self) -> None:
        while True:
            await self._alarm_noted.wait()
            self._alarm_noted.clear()
            if not await _kept_up(self.flush_alarms):
                await asyncio.sleep(FLUSH_SECONDS)
            await asyncio.sleep(ALARM_REST_SECONDS)
            if self._alarms:
                self._alarm_noted.set()

    async def flush(self) -> None:
        """Load everything that was noted, at most `MAX_ROWS` of each."""
        await self.flush_alarms()
        await self.flush_boards()

    async def flush_boards(self) -> None:
        """Load the patients that were noted, and offer them to those who may see them."""
        viewers = {subscriber.user_id for subscriber in self._subscribers}
        if not viewers:
            self._patients.clear()
            return
        await self._note_everybody(viewers)
        if self._patients:
            await self._flush_board(viewers)

    async def flush_alarms(self) -> None:
        """Load the alarms that were noted, and offer them to those who may see them."""
        viewers = {subscriber.user_id for subscriber in self._subscribers}
        if not viewers:
            self._alarms.clear()
        elif self._alarms:
            await self._flush_alarms(viewers)

    async def _note_everybody(self, viewers: set[UUID]) -> None:
        now = asyncio.get_running_loop().time()
        if not self._everybody or now < self._everybody_at + EVERYBODY_SECONDS:
            return
        self._everybody, self._everybody_at = False, now
        async with self._database.read() as session:
            watched = await care.watched_patients(session, viewers, limit=MAX_WATCHED)
        self._patients.update(dict.fromkeys(watched))

    async def _flush_alarms(self, viewers: set[UUID]) -> None:
        with _taken(self._alarms) as ids:
            async with self._database.read() as session:
                # Of those that were ever called: a pending alarm is nobody's business yet.
                rows = await alarms.page(session, Alarm.id.in_(ids), limit=MAX_ROWS)
                patients_of = {row.patient_id for row in rows if row.patient_id is not None}
                seen = await care.audience(session, viewers, patients_of)
                others = [row.id for row in rows if row.patient_id is None]
                seen |= await alarm_groups.audience(session, viewers, others)
        self._patients.update(dict.fromkeys(patients_of))
        for row in rows:
            seen_by = seen[row.patient_id or row.id]
            self._offer("alarm", row.id, shape(row), seen_by, row.patient_id)

    async def _flush_board(self, viewers: set[UUID]) -> None:
        with _taken(self._patients) as ids:
            async with self._database.read() as session:
                seen = await care.audience(session, viewers, ids)
                wanted = [patient_id for patient_id in ids if seen[patient_id]]
                rows = await board_rows(session, await patients.by_ids(session, wanted))
        for row in rows:
            self._offer("board", row.patient.id, row, seen[row.patient.id], row.patient.id)

    def _offer(
        self,
        event: str,
        subject: UUID,
        data: BaseModel,
        seen_by: set[UUID],
        patient_id: UUID | None,
    ) -> None:
        encoded = format_sse_event(event=event, data_str=data.model_dump_json())
        for subscriber in self._subscribers:
            if subscriber.user_id in seen_by:
                subscriber.offer(event, subject, encoded, patient_id)


async def _kept_up(flush: Callable[[], Awaitable[None]]) -> bool:
    """Flush; whether it worked. What could not be loaded is noted still."""
    try:
        await flush()
    except UNAVAILABLE as error:
        logger().warning("events_delayed", error=type(error).__name__)
    except Exception as error:  # noqa: BLE001 - one bad row must not end all streams
        logger().error("events_failed", error=type(error).__name__)
    else:
        return True
    return False


@contextmanager
def _taken(noted: dict[UUID, None]) -> Iterator[list[UUID]]:
    """Take the oldest out before they are loaded, so that a change meanwhile is noted again.

    They are put back when loading them fails.
    """
    ids = list(noted)[:MAX_ROWS]
    for one in ids:
        del noted[one]
    try:
        yield ids
    except BaseException:
        noted.update(dict.fromkeys(ids))
        raise
