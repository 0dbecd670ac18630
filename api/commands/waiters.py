"""Requests that wait for the answer to a command, woken by what the database announces."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID


class Waiters:
    """Who waits for which command in this process."""

    def __init__(self) -> None:
        """Begin without any."""
        self._waiting: dict[UUID, set[asyncio.Event]] = {}
        self.closing = False

    @contextmanager
    def waiting(self, command_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set when the command may have been answered, until the block ends."""
        event = asyncio.Event()
        self._waiting.setdefault(command_id, set()).add(event)
        try:
            yield event
        finally:
            self._waiting[command_id].discard(event)
            if not self._waiting[command_id]:
                del self._waiting[command_id]

    def heard(self, payload: str) -> None:
        """Wake those whom a notification is about; `*` is about all."""
        if payload == "*":
            self.wake_all()
            return
        for word in payload.split(","):
            try:
                command_id = UUID(word)
            except ValueError:
                continue
            for event in self._waiting.get(command_id, ()):
                event.set()

    def close(self) -> None:
        """Let every request that waits answer with what is known now."""
        self.closing = True
        self.wake_all()

    def wake_all(self) -> None:
        """Let everyone look again: something may have been missed."""
        for events in self._waiting.values():
            for event in events:
                event.set()
