"""The assistant of one process: which one answers, how many at once, and who stands in."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, Literal
from uuid import UUID

from analytics.triage.red_flags import prepare
from api.dr_jeg.errors import BeingAnsweredError
from api.metrics import ASSISTANT_ANSWERS, ASSISTANT_REFUSED
from api.settings import Settings
from gateways.llm.choice import assistant
from gateways.llm.dialogue import (
    Assistant,
    AssistantAwayError,
    AssistantError,
    AssistantRefusedError,
)
from gateways.llm.local import LocalAssistant
from gateways.llm.settings import GeminiSettings
from telemetry.logs import logger

STOP_SECONDS: Final = 5.0


class Desk:
    """Made once by the application, closed with it."""

    def __init__(self, settings: Settings) -> None:
        """Choose who answers; nothing is connected."""
        self.assistant: Assistant = assistant(
            GeminiSettings(
                key=settings.gemini_api_key.get_secret_value(),
                model=settings.gemini_model,
                base_url=settings.gemini_url,
                timeout_seconds=settings.assistant_seconds / 2,
                total_seconds=settings.assistant_seconds,
            )
        )
        self.stand_in = LocalAssistant()
        self.refused = False
        """Whether the model's service refused us when it was last asked."""
        self._at_once = settings.assistant_at_once
        self._asked = 0
        self._busy: set[UUID] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._preparing: asyncio.Future[None] | None = None

    def start(self) -> None:
        """Read the vocabulary of red flags in a thread: the first message would wait for it."""
        self._preparing = asyncio.get_running_loop().run_in_executor(None, prepare)

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Take one of the places of those who wait for the model.

        Raises:
            AssistantAwayError: when all are taken: somebody else is to answer.
        """
        if self._asked >= self._at_once:
            raise AssistantAwayError
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1

    @asynccontextmanager
    async def turn(self, conversation_id: UUID) -> AsyncIterator[None]:
        """Let one question of a conversation be answered at a time.

        Raises:
            BeingAnsweredError: while another one is.
        """
        if conversation_id in self._busy:
            raise BeingAnsweredError
        self._busy.add(conversation_id)
        try:
            yield
        finally:
            self._busy.discard(conversation_id)

    def answered(self) -> None:
        """Remember that the model's service takes our requests."""
        self._refused(now=False)

    def failed(self, error: AssistantError) -> Literal["refused", "fallback"]:
        """Tell operators why no model answered; the phrase that tells the user.

        A refusal is no outage: it lasts until somebody changes the key or the settings.
        """
        if isinstance(error, AssistantRefusedError):
            self._refused(now=True)
            ASSISTANT_ANSWERS.labels("refused").inc()
            logger().error("assistant_refused", model=self.assistant.model, why=str(error))
            return "refused"
        kind = "away" if isinstance(error, AssistantAwayError) else "malformed"
        ASSISTANT_ANSWERS.labels(kind).inc()
        logger().warning("assistant_failed", error=type(error).__name__, why=str(error))
        return "fallback"

    def _refused(self, *, now: bool) -> None:
        self.refused = now
        ASSISTANT_REFUSED.set(int(now))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done whether or not the client stays."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait a little for answers that are being written; let go of connections."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._preparing is not None:
            await self._preparing
        await self.assistant.close()
