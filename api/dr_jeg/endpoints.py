"""The resource /api/dr-jeg/: conversations with the assistant, each its user's alone."""

import datetime as dt
from typing import Final
from uuid import UUID

from fastapi import Response, status
from msgspec.json import Decoder

from api.dr_jeg import service, views
from api.dr_jeg.asking import Asking, prepared
from api.dr_jeg.consent import AgreedIll, AgreedSpeaker, AgreedUser, AssistantUser
from api.dr_jeg.errors import ProposalClosedError
from api.dr_jeg.phrases import PHRASES
from api.dr_jeg.schemas import (
    AnswerFeedback,
    AnswerFeedbackInput,
    AssistantStatus,
    ChatAnswer,
    ChatInput,
    Conversation,
    ConversationChange,
    ConversationDetail,
    ConversationInput,
    HealthAnalysis,
    HealthAnalysisInput,
    NumberSources,
    ProposalDecision,
)
from api.dr_jeg.turn import Answering, Outcome
from api.errors import NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.preconditions import Editing, tagged
from api.services import Services, Shared
from api.sessions import Reading, Writing, WritingLater, after_commit
from storage.access import saw
from storage.models import BookingProposal, Message
from storage.queries import assistant, conversations
from storage.queries.locks import lock

router = Router(prefix="/api/dr-jeg", tags=["assistant"])
POSITION: Final[Decoder[conversations.ConversationPosition]] = Decoder(
    conversations.ConversationPosition
)
MESSAGE: Final[Decoder[tuple[int]]] = Decoder(tuple[int])


@router.get("/")
async def get_assistant(session: Reading, parts: Shared, caller: AssistantUser) -> AssistantStatus:
    """Who answers, whether the caller has agreed, and what they have left."""
    today = dt.datetime.now(dt.UTC).date()
    day, month = await assistant.tokens_used(session, caller.id, today)
    chosen = parts.dr_jeg.assistant
    return AssistantStatus(
        model=chosen.model,
        local=not chosen.counts_tokens,
        consented=await assistant.consented(session, caller.id),
        tokens_today=day,
        tokens_per_day=parts.settings.assistant_tokens_per_day,
        tokens_this_month=month,
        tokens_per_month=parts.settings.assistant_tokens_per_month,
    )


@router.post("/conversations/", status_code=status.HTTP_201_CREATED)
async def begin_conversation(
    session: Writing, caller: AgreedUser, body: ConversationInput
) -> Conversation:
    """Begin a conversation."""
    conversation_id = await conversations.add(session, caller.id, body.title)
    return views.conversation(await service.own(session, caller, conversation_id))


@router.get("/conversations/")
async def list_conversations(
    session: Reading, caller: AssistantUser, paging: Paging
) -> Page[Conversation]:
    """The caller's conversations with summaries, the one with the newest message first."""
    rows = await conversations.page(
        session, caller.id, limit=paging.limit + 1, after=paging.after(POSITION)
    )
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[views.conversation(row) for row in kept], next=following)


@router.get("/conversations/{conversation_id}/")
async def get_conversation(
    session: Reading,
    caller: AssistantUser,
    conversation_id: UUID,
    paging: Paging,
    response: Response,
) -> ConversationDetail:
    """One conversation with a page of its messages, oldest first."""
    row = await service.own(session, caller, conversation_id)
    after = paging.after(MESSAGE)
    said = await conversations.messages(
        session, conversation_id, limit=paging.limit + 1, after=after[0] if after else 0
    )
    kept, following = paging.cut(said, lambda one: (one.position,))
    shown = views.conversation(row)
    tagged(response, shown)
    return ConversationDetail(
        **shown.model_dump(),
        messages=[views.message(one) for one in kept],
        next=following,
        booking_proposal=views.proposal(await _waiting(session, conversation_id)),
    )


@router.patch("/conversations/{conversation_id}/")
async def rename_conversation(  # noqa: PLR0913, PLR0917 - what a request is made of
    session: Writing,
    caller: AssistantUser,
    conversation_id: UUID,
    editing: Editing,
    body: ConversationChange,
    response: Response,
) -> Conversation:
    """Rename a conversation, put it away, or take it up again."""
    await editing.lock(session, caller.id)
    editing.check(views.conversation(await service.own(session, caller, conversation_id)))
    if values := body.model_dump(exclude_none=True):
        await conversations.change(session, caller.id, conversation_id, values)
    shown = views.conversation(await service.own(session, caller, conversation_id))
    return tagged(response, shown)


@router.delete("/conversations/{conversation_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def delete_conversation(
    session: Writing, caller: AssistantUser, conversation_id: UUID, editing: Editing
) -> None:
    """Delete a conversation with all that was said in it, for good."""
    await editing.lock(session, caller.id)
    editing.check(views.conversation(await service.own(session, caller, conversation_id)))
    await conversations.remove(session, caller.id, conversation_id)


@router.post("/conversations/{conversation_id}/chat/")
async def chat(
    begin: WritingLater,
    parts: Shared,
    caller: AgreedSpeaker,
    conversation_id: UUID,
    body: ChatInput,
) -> ChatAnswer:
    """Say something, and get an answer whose every number has its source.

    Signs of an emergency are answered at once by rule, without asking a model, and whatever else of
    the conversation is being answered; those that stand in the measurements come on top of what is
    asked, which is answered by rule too. A plain yes or no right after a proposal decides it. 409
    while another message without a flag is being answered, 429 when the caller's tokens are used
    up.
    """
    async with parts.database.read() as looking:
        row = await service.own(looking, caller, conversation_id)
        decision = await service.waiting_decision(looking, row, body.message)
    asking = await prepared(parts, row, caller.id, body.message, "chat")
    outcome = await service.flagged_first(parts, asking, deciding=decision is not None)
    if outcome is not None:
        return await _kept(await begin(), parts, conversation_id, asking, outcome)
    async with parts.dr_jeg.turn(conversation_id):
        if decision is None:
            outcome = await Answering(parts, parts.dr_jeg, asking).whole()
        session = await begin()
        if decision is not None:
            proposal, accepted = decision
            outcome, _ = await service.decide(session, caller, proposal, asking, accepted=accepted)
        if outcome is None:
            raise LookupError
        return await _kept(session, parts, conversation_id, asking, outcome)


@router.post("/chat/")
async def begin_chat(
    begin: WritingLater, parts: Shared, caller: AgreedSpeaker, body: ChatInput
) -> ChatAnswer:
    """Say something in a conversation that begins with it; its id is in the answer.

    The answer is made as in a conversation that is there already.
    """
    asking = await prepared(parts, None, caller.id, body.message, "chat")
    outcome = await service.flagged_first(parts, asking, deciding=False)
    if outcome is None:
        outcome = await Answering(parts, parts.dr_jeg, asking).whole()
    session = await begin()
    conversation_id = await conversations.add(session, caller.id, "")
    return await _kept(session, parts, conversation_id, asking, outcome)


async def _kept(
    session: Writing, parts: Services, conversation_id: UUID, asking: Asking, outcome: Outcome
) -> ChatAnswer:
    message_id = await service.keep(session, conversation_id, asking, outcome)
    waiting = await _proposed(session, conversation_id, outcome)
    _summarise_later(session, parts, asking.user_id, conversation_id)
    return views.answer(outcome, conversation_id, message_id, waiting)


@router.post("/health-analysis/")
async def analyse_health(
    begin: WritingLater, parts: Shared, caller: AgreedIll, body: HealthAnalysisInput
) -> HealthAnalysis:
    """What can be said about symptoms, next to the caller's own data; kept as a conversation."""
    symptoms = ", ".join(body.symptoms)
    plain = f"{symptoms}. {body.duration}"
    asking = await prepared(parts, None, caller.id, plain, "analysis")
    words = PHRASES[asking.language]
    outcome = await service.flagged_first(parts, asking, deciding=False)
    if outcome is None:
        outcome = await Answering(parts, parts.dr_jeg, asking).whole()
    session = await begin()
    title = f"{words['analysis']}: {symptoms}"[: service.TITLE_CHARACTERS]
    conversation_id = await conversations.add(session, caller.id, title, "analysis")
    message_id = await service.keep(session, conversation_id, asking, outcome)
    return views.analysis(outcome, conversation_id, message_id)


@router.get("/conversations/{conversation_id}/messages/{message_id}/sources/")
async def list_message_sources(
    session: Reading, caller: AssistantUser, conversation_id: UUID, message_id: UUID
) -> NumberSources:
    """Where every number of an answer came from."""
    await _message(session, caller, conversation_id, message_id)
    found = await conversations.sources(session, message_id)
    return NumberSources(results=[views.kept_source(one) for one in found])


@router.put("/conversations/{conversation_id}/messages/{message_id}/feedback/")
async def rate_message(
    session: Writing,
    caller: AssistantUser,
    conversation_id: UUID,
    message_id: UUID,
    body: AnswerFeedbackInput,
) -> AnswerFeedback:
    """Say what an answer was worth, instead of what was said before."""
    row = await _message(session, caller, conversation_id, message_id)
    if row.sender != "assistant":
        raise NotFoundError
    rating = 1 if body.helpful else -1
    kept = await conversations.rate(session, message_id, rating, body.reason, body.comment)
    return AnswerFeedback(
        helpful=body.helpful,
        reason=body.reason,
        comment=body.comment,
        message_id=message_id,
        updated_at=kept.updated_at,
    )


@router.post("/conversations/{conversation_id}/proposals/{proposal_id}/accept/")
async def accept_proposal(
    session: Writing, parts: Shared, caller: AgreedUser, conversation_id: UUID, proposal_id: UUID
) -> ProposalDecision:
    """Say yes to a proposed appointment, which is then booked by the rules that always hold."""
    return await _decided(session, parts, caller, (conversation_id, proposal_id), accepted=True)


@router.post("/conversations/{conversation_id}/proposals/{proposal_id}/decline/")
async def decline_proposal(
    session: Writing, parts: Shared, caller: AgreedUser, conversation_id: UUID, proposal_id: UUID
) -> ProposalDecision:
    """Say no to a proposed appointment."""
    return await _decided(session, parts, caller, (conversation_id, proposal_id), accepted=False)


async def _decided(
    session: Writing, parts: Services, caller: AgreedUser, ids: tuple[UUID, UUID], *, accepted: bool
) -> ProposalDecision:
    conversation_id, proposal_id = ids
    row = await service.own(session, caller, conversation_id)
    await lock(session, f"booking_proposals:{conversation_id}")
    proposal = await _waiting(session, conversation_id)
    if proposal is None or proposal.id != proposal_id:
        raise ProposalClosedError
    last = await conversations.newest(session, conversation_id, limit=1)
    french = bool(last) and last[0].language == "fr"
    said = {True: ("Yes.", "Oui."), False: ("No.", "Non.")}[accepted][french]
    asking = await prepared(parts, row, caller.id, said, "chat")
    if asking.flagged:
        await service.audit_red_flag(parts)
    outcome, appointment_id = await service.decide(
        session, caller, proposal, asking, accepted=accepted
    )
    message_id = await service.keep(session, conversation_id, asking, outcome)
    shown = await _message(session, caller, conversation_id, message_id)
    return ProposalDecision(
        accepted=appointment_id is not None,
        appointment_id=appointment_id,
        message=views.message(shown),
    )


async def _message(
    session: Reading | Writing, caller: AssistantUser, conversation_id: UUID, message_id: UUID
) -> Message:
    saw(caller.id)
    found = await conversations.message(session, caller.id, conversation_id, message_id)
    if found is None:
        raise NotFoundError
    return found


async def _waiting(session: Reading | Writing, conversation_id: UUID) -> BookingProposal | None:
    return await assistant.open_proposal(session, conversation_id)


async def _proposed(
    session: Writing, conversation_id: UUID, outcome: Outcome
) -> BookingProposal | None:
    return await _waiting(session, conversation_id) if outcome.proposal else None


def _summarise_later(
    session: Writing, parts: Services, user_id: UUID, conversation_id: UUID
) -> None:
    async def later() -> None:
        parts.dr_jeg.run(service.summarise(parts, user_id, conversation_id))

    after_commit(session, later)
