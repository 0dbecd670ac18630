"""Sheets of appointments, payments, medications, and talks with the assistant, not their words."""

from typing import Final

from sqlalchemy import select

from storage import models as m
from storage.panel.sheets import Sheet, Whose

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


def _booked(appointment_id: Whose) -> Whose:
    statement = select(m.Appointment.patient_id).where(m.Appointment.id == appointment_id)
    return statement.scalar_subquery()


def _waiting(entry_id: Whose) -> Whose:
    statement = select(m.WaitingListEntry.patient_id).where(m.WaitingListEntry.id == entry_id)
    return statement.scalar_subquery()


def _paying(payment_id: Whose) -> Whose:
    statement = select(m.Payment.patient_id).where(m.Payment.id == payment_id)
    return statement.scalar_subquery()


def _taking(user_medication_id: Whose) -> Whose:
    statement = select(m.UserMedication.user_id).where(m.UserMedication.id == user_medication_id)
    return statement.scalar_subquery()


def _talking(conversation_id: Whose) -> Whose:
    statement = select(m.Conversation.user_id).where(m.Conversation.id == conversation_id)
    return statement.scalar_subquery()


def _said(message_id: Whose) -> Whose:
    statement = (
        select(m.Conversation.user_id)
        .join(m.Message, m.Message.conversation_id == m.Conversation.id)
        .where(m.Message.id == message_id)
    )
    return statement.scalar_subquery()


_APPOINTMENTS: Final = (
    Sheet(
        model=m.Appointment,
        group="Appointments",
        label="Appointments",
        columns=(
            "appointment_date",
            "patient_id",
            "healthcare_provider_id",
            "status",
            "payment_status",
        ),
        hidden=WORDS | {"during"},
        newest="created_at",
        patient=lambda: m.Appointment.patient_id,
    ),
    Sheet(
        model=m.AppointmentTransition,
        group="Appointments",
        label="Appointment transitions",
        columns=("appointment_id", "from_status", "to_status", "by_id", "at"),
        patient=lambda: _booked(m.AppointmentTransition.appointment_id),
    ),
    Sheet(
        model=m.AppointmentFile,
        group="Appointments",
        label="Files",
        columns=("appointment_id", "file_type", "file_size", "uploaded_by_id", "created_at"),
        hidden=frozenset({"file", "description"}),
        patient=lambda: _booked(m.AppointmentFile.appointment_id),
    ),
    Sheet(
        model=m.AppointmentRating,
        group="Appointments",
        label="Ratings",
        columns=("appointment_id", "rating", "would_recommend", "created_at"),
        patient=lambda: _booked(m.AppointmentRating.appointment_id),
    ),
    Sheet(
        model=m.WaitingListEntry,
        group="Appointments",
        label="Waiting list",
        columns=("patient_id", "healthcare_provider_id", "earliest", "latest", "status"),
        hidden=WORDS,
        patient=lambda: m.WaitingListEntry.patient_id,
    ),
    Sheet(
        model=m.WaitingListOffer,
        group="Appointments",
        label="Offers",
        columns=("entry_id", "healthcare_provider_id", "appointment_date", "state", "expires_at"),
        hidden=frozenset({"during"}),
        patient=lambda: _waiting(m.WaitingListOffer.entry_id),
    ),
    Sheet(
        model=m.ProviderAvailability,
        group="Appointments",
        label="Availability",
        columns=("provider_id", "hospital_id", "date", "start_time", "end_time", "rrule"),
    ),
    Sheet(
        model=m.AvailabilityException,
        group="Appointments",
        label="Availability exceptions",
        columns=("provider_id", "first_date", "last_date", "reason"),
    ),
)
_PAYMENTS: Final = (
    Sheet(
        model=m.Payment,
        group="Payments",
        label="Payments",
        columns=("created_at", "patient_id", "appointment_id", "amount", "currency", "state"),
        newest="created_at",
        patient=lambda: m.Payment.patient_id,
    ),
    Sheet(
        model=m.PaymentTransition,
        group="Payments",
        label="Payment transitions",
        columns=("payment_id", "from_state", "to_state", "cause", "at"),
        patient=lambda: _paying(m.PaymentTransition.payment_id),
    ),
    Sheet(
        model=m.PaymentRefund,
        group="Payments",
        label="Refunds",
        columns=("payment_id", "amount", "state", "requested_by_id", "created_at"),
        patient=lambda: _paying(m.PaymentRefund.payment_id),
    ),
    Sheet(
        model=m.PaymentEvent,
        group="Payments",
        label="Events of payment providers",
        columns=("provider", "kind", "payment_id", "received_at", "outcome"),
        hidden=frozenset({"facts"}),
        patient=lambda: _paying(m.PaymentEvent.payment_id),
    ),
    Sheet(
        model=m.LedgerEntry,
        group="Payments",
        label="Test provider's ledger",
        columns=("ref", "entry", "amount", "currency", "at"),
    ),
)
_MEDICATIONS: Final = (
    Sheet(
        model=m.Medication,
        group="Medications",
        label="Medications",
        title=("name", "strength"),
        columns=("name", "generic_name", "form", "strength", "category_id", "is_active"),
        hidden=frozenset({"search_text"}),
        search=("name", "generic_name"),
        few=True,
    ),
    Sheet(
        model=m.MedicationCategory,
        group="Medications",
        label="Categories",
        title=("name",),
        few=True,
    ),
    Sheet(
        model=m.UserMedication,
        group="Medications",
        label="Users' medications",
        columns=("user_id", "medication_id", "dosage", "frequency", "status", "start_date"),
        patient=lambda: m.UserMedication.user_id,
    ),
    Sheet(
        model=m.MedicationPlan,
        group="Medications",
        label="Plans",
        columns=("user_medication_id", "start_date", "end_date", "next_at"),
        patient=lambda: _taking(m.MedicationPlan.user_medication_id),
    ),
    Sheet(
        model=m.MedicationIntake,
        group="Medications",
        label="Intakes",
        columns=("user_medication_id", "due_at", "status", "at"),
        patient=lambda: _taking(m.MedicationIntake.user_medication_id),
    ),
    Sheet(
        model=m.SideEffectReport,
        group="Medications",
        label="Side effects",
        columns=("user_medication_id", "severity", "noticed_at", "reported_by_id"),
        patient=lambda: _taking(m.SideEffectReport.user_medication_id),
    ),
    Sheet(
        model=m.MedicationEvent,
        group="Medications",
        label="Changes of medications",
        columns=("user_medication_id", "at", "kind", "actor_id"),
        patient=lambda: _taking(m.MedicationEvent.user_medication_id),
    ),
)
_ASSISTANT: Final = (
    Sheet(
        model=m.Conversation,
        group="Assistant",
        label="Conversations",
        columns=("user_id", "kind", "is_active", "created_at", "updated_at"),
        hidden=frozenset({"title", "summary"}),
        patient=lambda: m.Conversation.user_id,
    ),
    Sheet(
        model=m.Message,
        group="Assistant",
        label="Messages",
        columns=("conversation_id", "position", "sender", "outcome", "timestamp"),
        hidden=frozenset({"content", "extras"}),
        asks_for=("conversation_id", "id"),
        patient=lambda: _talking(m.Message.conversation_id),
    ),
    Sheet(
        model=m.ConversationAnalytics,
        group="Assistant",
        label="Figures of conversations",
        columns=("conversation_id", "total_messages", "total_tokens_used", "updated_at"),
        hidden=frozenset({"health_topics"}),
        patient=lambda: _talking(m.ConversationAnalytics.conversation_id),
    ),
    Sheet(
        model=m.MessageFeedback,
        group="Assistant",
        label="Feedback",
        columns=("message_id", "rating", "reason", "created_at"),
        hidden=frozenset({"comment"}),
        patient=lambda: _said(m.MessageFeedback.message_id),
    ),
    Sheet(
        model=m.AssistantUsage,
        group="Assistant",
        label="Usage",
        columns=("user_id", "day", "tokens"),
        patient=lambda: m.AssistantUsage.user_id,
    ),
    Sheet(
        model=m.BookingProposal,
        group="Assistant",
        label="Proposed appointments",
        columns=("conversation_id", "provider_id", "starts_at", "state", "created_at"),
        hidden=WORDS,
        patient=lambda: _talking(m.BookingProposal.conversation_id),
    ),
)
SHEETS: Final = (*_APPOINTMENTS, *_PAYMENTS, *_MEDICATIONS, *_ASSISTANT)
