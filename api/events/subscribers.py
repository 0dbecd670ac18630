"""What waits for one reader of the event stream: newest states, never a growing queue."""

import asyncio
from uuid import UUID

from fastapi.sse import format_sse_event

from api.metrics import RESYNCS

MAX_PENDING = 1_000
PING = b": ping\n\n"
READY_EVENT = format_sse_event(event="ready", data_str="{}")
RESYNC_EVENT = format_sse_event(event="resync", data_str="{}")
NOTIFICATION_EVENT = format_sse_event(event="notification", data_str="{}")


class Subscriber:
    """One open stream.

    A state that was not sent yet is replaced by its newer one. When more than `MAX_PENDING` wait,
    because the reader is too slow, all are dropped for one `resync`: load the page anew.
    """

    def __init__(self, user_id: UUID) -> None:
        """Begin with nothing to send."""
        self.user_id = user_id
        self._pending: dict[tuple[str, UUID], bytes] = {}
        self._patients: set[UUID] = set()
        self._recorded: set[UUID] = set()
        self._resync = False
        self._closed = False
        self._wake = asyncio.Event()

    def offer(
        self, event: str, subject: UUID, encoded: bytes, patient_id: UUID | None = None
    ) -> None:
        """Have the newest state of a subject sent, encoded as an event, about this patient."""
        if self._resync:
            return
        if patient_id is not None:
            self._patients.add(patient_id)
        self._pending[event, subject] = encoded
        if len(self._pending) > MAX_PENDING:
            self.resync()
        self._wake.set()

    def resync(self) -> None:
        """Forget what waits and have the reader load everything anew."""
        RESYNCS.inc()
        self._pending.clear()
        self._resync = True
        self._wake.set()

    def close(self) -> None:
        """End the stream."""
        self._closed = True
        self._wake.set()

    def unrecorded(self) -> set[UUID]:
        """Patients of what was offered who were not in this stream before: for the audit log."""
        fresh = self._patients - self._recorded
        self._patients.clear()
        self._recorded |= fresh
        return fresh

    async def next(self, timeout_seconds: float) -> bytes | None:
        """Wait for something to send: events, a ping when nothing came, None at the end."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._wake.wait()
        except TimeoutError:
            return PING
        self._wake.clear()
        if self._closed:
            return None
        if self._resync:
            self._resync = False
            return RESYNC_EVENT
        waiting = b"".join(self._pending.values())
        self._pending.clear()
        return waiting
