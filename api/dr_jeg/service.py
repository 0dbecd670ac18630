"""Keeping what was said: messages, sources, figures, summaries, proposals, in one transaction."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from api.appointments.schemas import AppointmentInput
from api.appointments.service import book
from api.auth import Caller
from api.dr_jeg.asking import WINDOW, Asking
from api.dr_jeg.errors import ProposalClosedError
from api.dr_jeg.flagged import answered, on_top
from api.dr_jeg.phrases import PHRASES
from api.dr_jeg.privacy import Scrub
from api.dr_jeg.turn import Outcome
from api.dr_jeg.words import answer_to_proposal
from api.errors import BadRequestError, ConflictError, InvalidInputError, NotFoundError
from api.metrics import ASSISTANT_ANSWERS
from api.services import Services
from gateways.llm.dialogue import AssistantError, Reply, Turn, Usage
from gateways.llm.local_intents import topics_of
from storage.access import current
from storage.engine import ReadSession, WriteSession
from storage.models import BookingProposal
from storage.queries import assistant, conversations, sayings
from storage.queries.announce import News, announce_in
from storage.queries.conversations import ConversationRow
from storage.queries.sayings import NewMessage

PROPOSAL_MINUTES: Final = 30
SUMMARY_EVERY: Final = 6
"""Messages that have left the window before they are summarised."""
TITLE_CHARACTERS: Final = 60
BOOKING_MODEL: Final = "jeg-booking-1"


async def own(
    session: ReadSession | WriteSession, caller: Caller, conversation_id: UUID
) -> ConversationRow:
    """One conversation of the caller.

    Raises:
        NotFoundError: when there is none, or it is somebody else's.
    """
    row = await conversations.find(session, caller.id, conversation_id)
    if row is None:
        raise NotFoundError
    return row


async def keep(
    session: WriteSession,
    conversation_id: UUID,
    asking: Asking,
    outcome: Outcome,
    request_digest: bytes | None = None,
) -> UUID:
    """Keep a question with its answer; the answer's id. Told once where a flag is new.

    Raises:
        NotFoundError: when the conversation was deleted meanwhile.
    """
    question = NewMessage(
        "user", asking.text, language=asking.language, request_digest=request_digest
    )
    answer = NewMessage(
        "assistant",
        outcome.reply.response,
        ai_model=outcome.model,
        response_time_ms=outcome.elapsed_ms,
        tokens_used=outcome.tokens,
        language=outcome.language,
        outcome=outcome.outcome,
        extras=outcome.extras(),
    )
    try:
        _, message_id = await sayings.say(
            session, conversation_id, [question, answer], topics_of(asking.text)
        )
    except LookupError as error:
        raise NotFoundError from error
    title = " ".join(asking.text.split())[:TITLE_CHARACTERS]
    await sayings.entitle(session, conversation_id, title)
    await sayings.add_sources(session, message_id, outcome.sources)
    await _propose(session, conversation_id, message_id, asking, outcome)
    if outcome.outcome != "fallback":  # why no model answered was counted already
        ASSISTANT_ANSWERS.labels(outcome.outcome).inc()
    if {one.code for one in outcome.flags} - asking.told:
        told = News(
            kind="notice",
            event_key=f"assistant:{message_id}:red_flag",
            payload={"about": "red_flag", "title": "Dr. Jeg: please read this now"},
            user_id=asking.user_id,
            subject=f"assistant:{conversation_id}",
            urgent=True,
        )
        await announce_in(session, [told])
    return message_id


async def _propose(
    session: WriteSession,
    conversation_id: UUID,
    message_id: UUID,
    asking: Asking,
    outcome: Outcome,
) -> None:
    proposal = outcome.proposal
    if proposal is None:
        return
    values = {
        "message_id": message_id,
        "provider_id": proposal.provider_id,
        "starts_at": proposal.starts_at,
        "duration_minutes": proposal.duration_minutes,
        "appointment_type": proposal.appointment_type,
        "chief_complaint": proposal.chief_complaint,
        "expires_at": asking.now + dt.timedelta(minutes=PROPOSAL_MINUTES),
    }
    await assistant.propose(session, conversation_id, values)


async def audit_red_flag(parts: Services) -> None:
    """Record that a red flag was answered; which one is in the conversation alone."""
    access = current()
    if access is not None:
        flagged = replace(access, action="RED_FLAG", kept=None)
        await parts.trail.keep(flagged.records("success"))


async def flagged_first(parts: Services, asking: Asking, *, deciding: bool) -> Outcome | None:
    """What is answered where a flag is up, by `flagged.answered`; recorded for the audit.

    It asks no model: it waits for no turn of the conversation.
    """
    if asking.flagged:
        await audit_red_flag(parts)
    return await answered(parts, asking, deciding=deciding)


async def waiting_decision(
    session: ReadSession, row: ConversationRow, text: str
) -> tuple[BookingProposal, bool] | None:
    """A proposal that this message decides: it was shown in the message right before, and open."""
    said = answer_to_proposal(text)
    proposal = await assistant.open_proposal(session, row.id)
    if said is None or proposal is None:
        return None
    last = await conversations.newest(session, row.id, limit=1)
    if not last or last[0].id != proposal.message_id:
        return None
    return proposal, said


async def decide(
    session: WriteSession,
    caller: Caller,
    proposal: BookingProposal,
    asking: Asking,
    *,
    accepted: bool,
) -> tuple[Outcome, UUID | None]:
    """Carry out the user's own yes or no; what is said to it, and the appointment.

    Raises:
        ProposalClosedError: when it was decided meanwhile.
    """
    words = PHRASES[asking.language]
    appointment_id: UUID | None = None
    state, text = "declined", words["declined"]
    if accepted and proposal.expires_at <= asking.now:
        state, text = "failed", words["expired"]
    elif accepted:
        appointment_id = await _book(session, caller, proposal)
        state = "accepted" if appointment_id else "failed"
        text = words["booked"] if appointment_id else words["gone"]
    if not await assistant.decide(session, proposal.id, state, appointment_id):
        raise ProposalClosedError
    questions = () if appointment_id else (words["again"],)
    outcome = Outcome(
        Reply(text, follow_up_questions=questions),
        BOOKING_MODEL,
        "booking",
        asking.language,
        elapsed_ms=asking.elapsed_ms(),
    )
    return on_top(asking, outcome), appointment_id


async def _book(session: WriteSession, caller: Caller, proposal: BookingProposal) -> UUID | None:
    """Book as the caller, by the rules that hold for everybody; None: it cannot be any more."""
    wanted = AppointmentInput(
        healthcare_provider_id=proposal.provider_id,
        appointment_date=proposal.starts_at,
        duration_minutes=proposal.duration_minutes,
        appointment_type="video" if proposal.appointment_type == "video" else "in_person",
        chief_complaint=proposal.chief_complaint,
    )
    try:
        async with session.begin_nested():
            return (await book(session, caller, wanted)).id
    except (ConflictError, BadRequestError, InvalidInputError, NotFoundError):
        return None


async def summarise(parts: Services, user_id: UUID, conversation_id: UUID) -> None:
    """Let a summary stand for messages that have left the window, a few at a time."""
    async with parts.database.read() as session:
        row = await conversations.find(session, user_id, conversation_id)
        if row is None or row.total_messages - WINDOW - row.summarised_to < SUMMARY_EVERY:
            return
        upto = row.total_messages - WINDOW
        old = await conversations.messages(
            session, conversation_id, after=row.summarised_to, limit=upto - row.summarised_to
        )
        person = await assistant.background(session, user_id)
    scrub = Scrub(person)
    turns = [
        Turn("assistant" if one.sender == "assistant" else "user", scrub.text(one.content))
        for one in old
    ]
    summary, model, tokens = await _summary(parts, scrub.text(row.summary), turns)
    async with parts.database.write() as session:
        await sayings.summarised(session, conversation_id, summary, upto, model)
        if tokens:
            await assistant.spend(session, user_id, dt.datetime.now(dt.UTC).date(), tokens)


async def _summary(parts: Services, before: str, turns: Sequence[Turn]) -> tuple[str, str, int]:
    """A summary without numbers, by the model or else by rule; who made it; its tokens."""
    desk, usage = parts.dr_jeg, Usage()
    try:
        async with desk.asking():
            summary = await desk.assistant.summarise(before, turns, usage)
        if summary and not any(char.isdigit() for char in summary):
            return summary, desk.assistant.model, usage.tokens
    except AssistantError as error:
        desk.failed(error)
    local = desk.stand_in
    return await local.summarise(before, turns, usage), local.model, usage.tokens
