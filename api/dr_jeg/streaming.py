"""Answers as they are written, as server-sent events.

Only sentences that were looked at go out; `replace` takes back nothing but what the whole answer is
not to say. The answer is kept whether or not anybody listens to the end.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from api.auth import Caller
from api.dr_jeg import service, views
from api.dr_jeg.asking import Asking, prepared
from api.dr_jeg.consent import AgreedSpeaker
from api.dr_jeg.schemas import ChatAnswer, ChatInput
from api.dr_jeg.turn import Answering, Outcome
from api.errors import APIError, ConflictError, InternalError
from api.events.endpoints import HEADERS, EventStream
from api.idempotency import IdempotencyInProgressError, key_header
from api.routing import Router
from api.services import Services, Shared
from storage.access import saw
from storage.engine import ReadSession
from storage.models import BookingProposal
from storage.queries import assistant, conversations
from storage.queries.at_work import working
from storage.queries.conversations import ConversationRow
from storage.queries.idempotency import Claim
from telemetry.logs import logger

router = Router(prefix="/api/dr-jeg/conversations", tags=["assistant"])
PING_SECONDS: Final = 10.0
StreamKey = Annotated[
    str | None,
    key_header(
        "A name that the caller gives this message, such as a UUID. The same message with the same "
        "key gets the answer that the conversation has, as long as there is one."
    ),
]


@router.post(
    "/{conversation_id}/chat/stream/",
    response_class=EventStream,
    responses={
        200: {
            "description": "Server-sent events: `text` with a sentence each, `replace` with the "
            "whole text where it is not what was sent, then `done` with the answer as "
            "`…/chat/` gives it, or `problem`.",
            "model": ChatAnswer,
        }
    },
)
async def stream_chat(
    parts: Shared,
    caller: AgreedSpeaker,
    conversation_id: UUID,
    body: ChatInput,
    key: StreamKey = None,
) -> EventStream:
    """Say something, and read the answer while it is written, sentence by sentence."""
    saw(caller.id)
    digest = None
    if key is not None:
        digest = hashlib.sha256(f"{key}\0{body.message}".encode()).digest()
    async with parts.database.read() as session:
        row = await service.own(session, caller, conversation_id)
        before = await _before(session, conversation_id, digest)
        decision = await service.waiting_decision(session, row, body.message)
    if before is not None:
        return EventStream(_again(before), headers=HEADERS)
    asking = await prepared(parts, row, caller.id, body.message, "chat")
    said = _Saying(parts, caller, row, asking, digest, decision)
    parts.dr_jeg.run(said.run())
    return EventStream(said.events(), headers=HEADERS)


async def _before(
    session: ReadSession, conversation_id: UUID, digest: bytes | None
) -> ChatAnswer | None:
    if digest is None:
        return None
    found = await conversations.answered(session, conversation_id, digest)
    if found is None:
        return None
    return views.repeated(found, await conversations.sources(session, found.id))


async def _again(answer: ChatAnswer) -> AsyncIterator[bytes]:
    yield event("text", {"text": answer.response})
    yield event("done", answer.model_dump(mode="json"))


def event(name: str, data: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
    """One server-sent event (WHATWG HTML, section 9.2)."""
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(data) + b"\n\n"


class _Saying:
    """One answer, made by a task of its own and read by whoever is there."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a request is made of
        self,
        parts: Services,
        caller: Caller,
        row: ConversationRow,
        asking: Asking,
        digest: bytes | None,
        decision: tuple[BookingProposal, bool] | None,
    ) -> None:
        self._parts, self._caller, self._row = parts, caller, row
        self._asking, self._digest, self._decision = asking, digest, decision
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def events(self) -> AsyncIterator[bytes]:
        """What is sent; a comment now and then while nothing else is."""
        while True:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    waiting = await self._queue.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if waiting is None:
                return
            yield waiting

    async def run(self) -> None:
        """Make the answer and keep it; what goes wrong is the last event."""
        try:
            answer = await self._made()
            self._queue.put_nowait(event("done", answer.model_dump(mode="json")))
        except APIError as error:
            self._failed(error)
        except Exception as error:  # noqa: BLE001 - the stream has begun: nobody else can tell
            logger().error("assistant_stream_failed", error=type(error).__name__)
            self._failed(InternalError())
        finally:
            self._queue.put_nowait(None)
        await service.summarise(self._parts, self._caller.id, self._row.id)

    async def _made(self) -> ChatAnswer:
        """The answer, once for a key: of two at the same moment one is worked on."""
        if self._digest is None:
            return await self._worked()
        claim = Claim(self._caller.id, self._digest, self._digest)
        async with working(self._parts.database, claim) as first:
            if not first:
                raise IdempotencyInProgressError
            async with self._parts.database.read() as session:
                before = await _before(session, self._row.id, self._digest)
            if before is None:
                return await self._worked()
            self._text(before.response)
            return before

    async def _worked(self) -> ChatAnswer:
        deciding = self._decision is not None
        outcome = await service.flagged_first(self._parts, self._asking, deciding=deciding)
        if outcome is not None:
            self._text(outcome.reply.response)
            return await self._kept(outcome)
        async with self._parts.dr_jeg.turn(self._row.id):
            return await self._kept(None if deciding else await self._answered())

    async def _answered(self) -> Outcome:
        sent = ""
        outcome: Outcome | None = None
        async for piece in Answering(self._parts, self._parts.dr_jeg, self._asking).pieces():
            if isinstance(piece, Outcome):
                outcome = piece
            else:
                sent += piece
                self._text(piece)
        if outcome is None:
            raise InternalError
        whole = outcome.reply.response
        if whole.startswith(sent):
            self._text(whole[len(sent) :])
        else:
            self._queue.put_nowait(event("replace", {"text": whole}))
        return outcome

    async def _kept(self, outcome: Outcome | None) -> ChatAnswer:
        async with self._parts.database.write() as session:
            if outcome is None and self._decision is not None:
                proposal, accepted = self._decision
                outcome, _ = await service.decide(
                    session, self._caller, proposal, self._asking, accepted=accepted
                )
                self._text(outcome.reply.response)
            if outcome is None:
                raise ConflictError
            message_id = await service.keep(
                session, self._row.id, self._asking, outcome, self._digest
            )
            waiting = None
            if outcome.proposal is not None:
                waiting = await assistant.open_proposal(session, self._row.id)
            return views.answer(outcome, self._row.id, message_id, waiting)

    def _text(self, text: str) -> None:
        if text:
            self._queue.put_nowait(event("text", {"text": text}))

    def _failed(self, error: APIError) -> None:
        problem = {"type": error.kind(), "title": error.title(), "status": error.status}
        self._queue.put_nowait(event("problem", problem))
