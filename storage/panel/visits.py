"""Sheets of appointments, payments, medications, and talks with the assistant, not their words."""

from functools import partial
from typing import Final

from sqlalchemy import select

from storage import models as m
from storage.panel.sheets import Sheet, Whose, through

WORDS: Final = frozenset(
    {
        "chief_complaint",
        "symptoms",
        "notes",
        "diagnosis",
        "treatment_plan",
        "prescribed_medications",
        "follow_up_instructions",
    }
)
"""What is said in a consultation is for those who hold it."""


_appointment = partial(Sheet, group="Appointments")
_payment = partial(Sheet, group="Payments")
_medication = partial(Sheet, group="Medications")
_assistant = partial(Sheet, group="Assistant")
_booked = through(m.Appointment.id, m.Appointment.patient_id)
_waiting = through(m.WaitingListEntry.id, m.WaitingListEntry.patient_id)
_paying = through(m.Payment.id, m.Payment.patient_id)
_taking = through(m.UserMedication.id, m.UserMedication.user_id)
_talking = through(m.Conversation.id, m.Conversation.user_id)


def _said(message_id: Whose) -> Whose:
    statement = (
        select(m.Conversation.user_id)
        .join(m.Message, m.Message.conversation_id == m.Conversation.id)
        .where(m.Message.id == message_id)
    )
    return statement.scalar_subquery()


_APPOINTMENTS: Final = (
    _appointment(
        model=m.Appointment,
        label="Appointments",
        title=("appointment_date", "patient_id"),
        columns=(
            "appointment_date",
            "patient_id",
            "healthcare_provider_id",
            "status",
            "payment_status",
        ),
        hidden=WORDS | {"during"},
        newest="appointment_date",
        patient=m.Appointment.patient_id,
    ),
    _appointment(
        model=m.AppointmentTransition,
        label="Appointment transitions",
        columns=("appointment_id", "from_status", "to_status", "by_id", "at"),
        patient=_booked(m.AppointmentTransition.appointment_id),
    ),
    _appointment(
        model=m.AppointmentFile,
        label="Files",
        columns=("appointment_id", "file_type", "file_size", "uploaded_by_id", "created_at"),
        hidden=frozenset({"file", "description"}),
        patient=_booked(m.AppointmentFile.appointment_id),
    ),
    _appointment(
        model=m.AppointmentRating,
        label="Ratings",
        columns=("appointment_id", "rating", "would_recommend", "created_at"),
        patient=_booked(m.AppointmentRating.appointment_id),
    ),
    _appointment(
        model=m.WaitingListEntry,
        label="Waiting list",
        title=("earliest", "patient_id"),
        columns=("patient_id", "healthcare_provider_id", "earliest", "latest", "status"),
        hidden=WORDS,
        patient=m.WaitingListEntry.patient_id,
    ),
    _appointment(
        model=m.WaitingListOffer,
        label="Offers",
        columns=("entry_id", "healthcare_provider_id", "appointment_date", "state", "expires_at"),
        hidden=frozenset({"during"}),
        patient=_waiting(m.WaitingListOffer.entry_id),
    ),
    _appointment(
        model=m.ProviderAvailability,
        label="Availability",
        title=("date", "provider_id"),
        columns=("provider_id", "hospital_id", "date", "start_time", "end_time", "rrule"),
    ),
    _appointment(
        model=m.AvailabilityException,
        label="Availability exceptions",
        columns=("provider_id", "first_date", "last_date", "reason"),
    ),
)
_PAYMENTS: Final = (
    _payment(
        model=m.Payment,
        label="Payments",
        title=("amount", "currency", "patient_id"),
        columns=("created_at", "patient_id", "appointment_id", "amount", "currency", "state"),
        newest="created_at",
        patient=m.Payment.patient_id,
    ),
    _payment(
        model=m.PaymentTransition,
        label="Payment transitions",
        columns=("payment_id", "from_state", "to_state", "cause", "at"),
        patient=_paying(m.PaymentTransition.payment_id),
    ),
    _payment(
        model=m.PaymentRefund,
        label="Refunds",
        columns=("payment_id", "amount", "state", "requested_by_id", "created_at"),
        patient=_paying(m.PaymentRefund.payment_id),
    ),
    _payment(
        model=m.PaymentEvent,
        label="Events of payment providers",
        columns=("provider", "kind", "payment_id", "received_at", "outcome"),
        hidden=frozenset({"facts"}),
        patient=_paying(m.PaymentEvent.payment_id),
    ),
    _payment(
        model=m.LedgerEntry,
        label="Test provider's ledger",
        columns=("ref", "entry", "amount", "currency", "at"),
    ),
)
_MEDICATIONS: Final = (
    _medication(
        model=m.Medication,
        label="Medications",
        title=("name", "strength"),
        beside=("generic_name", "form"),
        columns=("name", "generic_name", "form", "strength", "category_id", "is_active"),
        hidden=frozenset({"search_text"}),
        search=("name", "generic_name"),
        few=True,
    ),
    _medication(
        model=m.MedicationCategory,
        label="Categories",
        title=("name",),
        search=("name",),
        few=True,
    ),
    _medication(
        model=m.UserMedication,
        label="Users' medications",
        title=("medication_id", "user_id"),
        columns=("user_id", "medication_id", "dosage", "frequency", "status", "start_date"),
        patient=m.UserMedication.user_id,
    ),
    _medication(
        model=m.MedicationPlan,
        label="Plans",
        columns=("user_medication_id", "start_date", "end_date", "next_at"),
        patient=_taking(m.MedicationPlan.user_medication_id),
    ),
    _medication(
        model=m.MedicationIntake,
        label="Intakes",
        columns=("user_medication_id", "due_at", "status", "at"),
        patient=_taking(m.MedicationIntake.user_medication_id),
    ),
    _medication(
        model=m.SideEffectReport,
        label="Side effects",
        columns=("user_medication_id", "severity", "noticed_at", "reported_by_id"),
        patient=_taking(m.SideEffectReport.user_medication_id),
    ),
    _medication(
        model=m.MedicationEvent,
        label="Changes of medications",
        columns=("user_medication_id", "at", "kind", "actor_id"),
        patient=_taking(m.MedicationEvent.user_medication_id),
    ),
)
_ASSISTANT: Final = (
    _assistant(
        model=m.Conversation,
        label="Conversations",
        title=("created_at", "user_id"),
        columns=("user_id", "kind", "is_active", "created_at", "updated_at"),
        hidden=frozenset({"title", "summary"}),
        patient=m.Conversation.user_id,
    ),
    _assistant(
        model=m.Message,
        label="Messages",
        title=("sender", "timestamp"),
        columns=("conversation_id", "position", "sender", "outcome", "timestamp"),
        hidden=frozenset({"content", "extras"}),
        asks_for=("conversation_id", "id"),
        patient=_talking(m.Message.conversation_id),
    ),
    _assistant(
        model=m.ConversationAnalytics,
        label="Figures of conversations",
        columns=("conversation_id", "total_messages", "total_tokens_used", "updated_at"),
        hidden=frozenset({"health_topics"}),
        patient=_talking(m.ConversationAnalytics.conversation_id),
    ),
    _assistant(
        model=m.MessageFeedback,
        label="Feedback",
        columns=("message_id", "rating", "reason", "created_at"),
        hidden=frozenset({"comment"}),
        patient=_said(m.MessageFeedback.message_id),
    ),
    _assistant(
        model=m.AssistantUsage,
        label="Usage",
        columns=("user_id", "day", "tokens"),
        patient=m.AssistantUsage.user_id,
    ),
    _assistant(
        model=m.BookingProposal,
        label="Proposed appointments",
        columns=("conversation_id", "provider_id", "starts_at", "state", "created_at"),
        hidden=WORDS,
        patient=_talking(m.BookingProposal.conversation_id),
    ),
)
SHEETS: Final = (*_APPOINTMENTS, *_PAYMENTS, *_MEDICATIONS, *_ASSISTANT)
