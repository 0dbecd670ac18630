"""Shapes of conversations with the assistant."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from api.schemas import Input, storable

MOST_CHARACTERS = 4_000
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(storable),
]
Said = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_CHARACTERS),
    AfterValidator(storable),
]
Symptom = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(storable),
]
Urgency = Literal["emergency", "urgent"]
OutcomeKind = Literal["answered", "red_flag", "withheld", "blocked", "fallback", "booking"]


class ConversationInput(Input):
    """A conversation that begins."""

    title: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=120),
        AfterValidator(storable),
    ] = Field(default="", description="Left out: the beginning of the first message.")


class ConversationChange(Input):
    """What is to be different; what is left out stays as it is."""

    title: Title | None = None
    is_active: bool | None = Field(default=None, description="False puts it away.")


class ConversationFigures(BaseModel):
    """Figures of a conversation, kept with every message."""

    total_messages: int
    total_user_messages: int
    total_bot_messages: int
    total_tokens_used: int
    average_response_time_ms: float
    health_topics: list[str]


class Conversation(BaseModel):
    """A conversation, as lists have it."""

    id: UUID
    title: str
    kind: Literal["chat", "analysis"]
    is_active: bool
    created_at: dt.datetime
    updated_at: dt.datetime = Field(description="When something was said last.")
    summary: str = Field(description="Of older messages; of a short one the last question.")
    analytics: ConversationFigures


class RedFlag(BaseModel):
    """Something that cannot wait, found in what was written or measured."""

    code: str = Field(examples=["chest_pain"])
    urgency: Urgency


class BookingProposal(BaseModel):
    """An appointment that is booked only if the user says yes."""

    id: UUID
    provider_id: UUID
    starts_at: dt.datetime
    duration_minutes: int
    appointment_type: Literal["in_person", "video"]
    expires_at: dt.datetime


class ChatMessage(BaseModel):
    """Something that was said."""

    id: UUID
    conversation_id: UUID
    sender: Literal["user", "assistant"]
    content: str
    timestamp: dt.datetime
    ai_model: str = Field(description="What answered; empty for what the user said.")
    response_time_ms: int | None
    tokens_used: int | None
    outcome: OutcomeKind = Field(
        description="`red_flag`: answered by rule, the flag first; `withheld`: it could not "
        "be traced; `fallback`: the model was away or refused, and the local assistant answered."
    )
    language: Literal["en", "fr"]
    recommendations: list[str]
    follow_up_questions: list[str]
    red_flags: list[RedFlag]
    emergency_number: str | None


class NumberSource(BaseModel):
    """Where one number of an answer came from."""

    quote: str = Field(description="As the answer has it.", examples=["72"])
    part: str = Field(description="Where it stands: response, recommendations.0 and so on.")
    start: int = Field(description="First character of it in that part.")
    end: int = Field(description="One past the last.")
    kind: str = Field(
        description="reading, trend, alarm, score, medication, appointment, slot, profile, range."
    )
    label: str
    value: float | None
    unit: str = Field(description="UCUM.")
    measured_at: dt.datetime | None
    reference: dict[str, Any] = Field(description="Ids that lead there, such as reading_id.")


class NumberSources(BaseModel):
    """Sources of one answer, in the order of its numbers; there are few."""

    results: list[NumberSource]


class ChatInput(Input):
    """What the user says."""

    message: Said = Field(examples=["I have been feeling tired lately"])


class ChatAnswer(BaseModel):
    """What the assistant answers."""

    response: str
    recommendations: list[str]
    follow_up_questions: list[str]
    conversation_id: UUID
    message_id: UUID
    outcome: OutcomeKind
    ai_model: str
    response_time_ms: int
    tokens_used: int
    language: Literal["en", "fr"]
    sources: list[NumberSource]
    red_flags: list[RedFlag]
    emergency_number: str | None
    booking_proposal: BookingProposal | None


class ConversationDetail(Conversation):
    """A conversation with a page of its messages, oldest first."""

    messages: list[ChatMessage]
    next: str | None = Field(description="Cursor of the next messages; null at the end.")
    booking_proposal: BookingProposal | None = Field(description="What waits for a yes.")


class HealthAnalysisInput(Input):
    """Symptoms, and since when."""

    symptoms: list[Symptom] = Field(min_length=1, max_length=20, examples=[["fatigue", "headache"]])
    duration: Symptom = Field(examples=["1 week"])


class HealthAnalysis(BaseModel):
    """What can be said about symptoms; no diagnosis."""

    analysis: str
    risk_factors: list[str]
    recommendations: list[str]
    when_to_see_doctor: str
    conversation_id: UUID
    message_id: UUID
    outcome: OutcomeKind
    ai_model: str
    sources: list[NumberSource]
    red_flags: list[RedFlag]
    emergency_number: str | None


class AnswerFeedbackInput(Input):
    """What the user thinks of an answer."""

    helpful: bool
    reason: Literal["", "wrong", "unclear", "unsafe", "not_helpful", "other"] = ""
    comment: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=1_000),
        AfterValidator(storable),
    ] = ""


class AnswerFeedback(AnswerFeedbackInput):
    """The same, as it is kept."""

    message_id: UUID
    updated_at: dt.datetime


class ProposalDecision(BaseModel):
    """What became of a proposal."""

    accepted: bool
    appointment_id: UUID | None
    message: ChatMessage = Field(description="What the assistant says to it, in the conversation.")


class AssistantStatus(BaseModel):
    """Who answers, and what the user has left."""

    model: str
    local: bool = Field(description="Whether it is the local one, which sends nothing anywhere.")
    consented: bool
    tokens_today: int
    tokens_per_day: int
    tokens_this_month: int
    tokens_per_month: int
