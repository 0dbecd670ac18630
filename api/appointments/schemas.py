"""Shapes of appointments."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from api.medications.mine_schemas import MedicationWarning
from api.schemas import Input, ShortText, UtcTime, storable

AppointmentType = Literal["in_person", "video"]
Status = Literal["scheduled", "confirmed", "checked_in", "completed", "cancelled", "no_show"]
Priority = Literal["low", "normal", "high", "urgent"]
PaymentStatus = Literal[
    "not_required", "pending", "paid", "failed", "refund_pending", "refunded", "cancelled"
]
MOST_PRESCRIPTIONS = 20

LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=5_000), AfterValidator(storable)
]
"""At most 5,000 characters."""
Minutes = Annotated[int, Field(ge=5, le=480)]


class AppointmentInput(Input):
    """What is booked."""

    healthcare_provider_id: UUID
    appointment_date: UtcTime = Field(
        description="When it begins. Who books for themselves takes the start of a slot that the "
        "provider's availability offers; the provider and admins any time within it."
    )
    hospital_id: UUID | None = Field(
        default=None, description="Where; left out: where the provider receives at that time."
    )
    duration_minutes: Minutes | None = Field(
        default=None,
        description="Left out: as long as the slot is. Another length is for the provider and "
        "admins to choose.",
    )
    appointment_type: AppointmentType = "in_person"
    priority: Priority = "normal"
    chief_complaint: LongText = Field(default="", description="What leads to it, in a few words.")
    symptoms: LongText = ""
    notes: LongText = ""
    patient_id: UUID | None = Field(
        default=None,
        description="Whom it is for; left out: the caller. Providers book for patients whom they "
        "may see with themselves, admins for everybody.",
    )


class AppointmentChange(Input):
    """What is to be different; what is left out stays as it is."""

    appointment_date: UtcTime | None = None
    hospital_id: UUID | None = None
    duration_minutes: Minutes | None = None
    appointment_type: AppointmentType | None = None
    priority: Priority | None = None
    chief_complaint: LongText | None = None
    symptoms: LongText | None = None
    notes: LongText | None = None
    reason: ShortText = Field(default="", description="Why; in the history.")


class Cancellation(Input):
    """Why it is cancelled."""

    reason: ShortText = ""


class Prescription(Input):
    """A medication that the patient is to take."""

    medication_id: UUID
    dosage: ShortText
    frequency: ShortText
    start_date: dt.date | None = Field(
        default=None, description="First day; left out: that of the visit, where the patient is."
    )
    end_date: dt.date | None = None
    instructions: LongText = ""
    acknowledgement: ShortText = Field(
        default="", description="Why, where a severe warning speaks against it."
    )


class PrescriptionWarning(MedicationWarning):
    """Something that speaks against what a visit prescribes."""

    prescription: int = Field(description="Which of `prescriptions`, from 0.")


class Completion(Input):
    """What came of an appointment."""

    diagnosis: LongText = Field(min_length=1)
    treatment_plan: LongText = ""
    prescriptions: list[Prescription] = Field(default=[], max_length=MOST_PRESCRIPTIONS)
    follow_up_instructions: LongText = ""
    next_appointment_recommended: bool = False
    notes: LongText | None = Field(default=None, description="Left out: they stay as they are.")


class Appointment(BaseModel):
    """An appointment. What it is now (`is_past` and so on) is as of this answer."""

    id: UUID
    patient_id: UUID
    patient_name: str
    healthcare_provider_id: UUID
    provider_name: str
    specialization: str
    hospital_id: UUID | None
    hospital_name: str
    hospital_address: str
    appointment_date: dt.datetime
    end_time: dt.datetime
    duration_minutes: int
    time_zone: str = Field(description="IANA name of the zone where it takes place.")
    appointment_type: AppointmentType
    status: Status
    priority: Priority
    chief_complaint: str
    symptoms: str
    notes: str
    diagnosis: str
    treatment_plan: str
    prescribed_medications: str = Field(description="One prescription a line.")
    follow_up_instructions: str
    next_appointment_recommended: bool
    consultation_fee: Decimal
    payment_status: PaymentStatus
    reminder_sent: bool
    reminder_sent_at: dt.datetime | None
    created_by_id: UUID | None
    created_at: dt.datetime
    updated_at: dt.datetime
    is_past: bool
    is_today: bool = Field(description="On the patient's calendar.")
    is_upcoming: bool
    is_rated: bool = Field(description="By its patient.")
    can_be_cancelled: bool = Field(description="By the caller, now.")
    can_be_rescheduled: bool = Field(description="By the caller, now.")
    video_url: str | None = Field(
        description="Where to meet, for a video call: from a quarter of an hour before until a "
        "quarter of an hour after, for both sides alone."
    )


class Transition(BaseModel):
    """A step of an appointment."""

    from_status: Status | None = Field(description="Null for the booking.")
    to_status: Status = Field(description="The same as before where only the time changed.")
    appointment_date: dt.datetime = Field(description="The time that was agreed on from then on.")
    at: dt.datetime
    by_id: UUID | None
    by_name: str
    reason: str


class History(BaseModel):
    """Steps of an appointment, oldest first; at most 200."""

    results: list[Transition]


class RatingInput(Input):
    """What a patient says of a completed appointment: 1 is worst, 5 is best."""

    rating: int = Field(ge=1, le=5)
    feedback: LongText = ""
    would_recommend: bool | None = None
    punctuality_rating: int | None = Field(default=None, ge=1, le=5)
    communication_rating: int | None = Field(default=None, ge=1, le=5)


class Rating(BaseModel):
    """A rating of an appointment."""

    id: UUID
    appointment_id: UUID
    rating: int
    feedback: str
    would_recommend: bool | None
    punctuality_rating: int | None
    communication_rating: int | None
    created_at: dt.datetime


class ProviderRating(BaseModel):
    """What patients say of a provider, all in all."""

    healthcare_provider_id: UUID
    ratings: int
    average_rating: float | None
    average_punctuality: float | None
    average_communication: float | None
    would_recommend: float | None = Field(description="Share of those who said, from 0 to 1.")


class AppointmentFile(BaseModel):
    """A document of an appointment."""

    id: UUID
    file_name: str
    file_type: str = Field(description="Media type that its bytes show.")
    file_size: int = Field(description="Bytes.")
    description: str
    uploaded_by_id: UUID | None
    created_at: dt.datetime


class AppointmentFiles(BaseModel):
    """Documents of an appointment, oldest first; at most 50."""

    results: list[AppointmentFile]


class FileLink(BaseModel):
    """A link to a document, for whoever asked for it."""

    download: str = Field(description="Path that needs no login; its query is a secret.")
    expires_at: dt.datetime = Field(description="From then on it leads nowhere.")


class WaitingInput(Input):
    """What is waited for: a provider or a specialization, and when it would suit."""

    healthcare_provider_id: UUID | None = None
    specialization: ShortText = ""
    hospital_id: UUID | None = Field(default=None, description="Only there; left out: anywhere.")
    appointment_type: AppointmentType = "in_person"
    chief_complaint: LongText = ""
    earliest: UtcTime = Field(description="Not before this time.")
    latest: UtcTime = Field(description="Over by this time.")


class Offer(BaseModel):
    """A time that came free and is kept for the caller until `expires_at`."""

    id: UUID
    healthcare_provider_id: UUID
    provider_name: str
    hospital_id: UUID | None
    hospital_name: str
    appointment_date: dt.datetime
    time_zone: str = Field(description="IANA name of the zone where it takes place.")
    duration_minutes: int
    expires_at: dt.datetime


class Waiting(BaseModel):
    """Somebody waits for a free time."""

    id: UUID
    healthcare_provider_id: UUID | None
    provider_name: str
    specialization: str
    hospital_id: UUID | None
    appointment_type: AppointmentType
    chief_complaint: str
    earliest: dt.datetime
    latest: dt.datetime
    status: Literal["waiting", "booked", "left", "expired"]
    created_at: dt.datetime
    offers: list[Offer] = Field(description="What is kept for the caller now.")


class CalendarFeed(BaseModel):
    """The caller's appointments as a calendar that other programs can subscribe to."""

    url: str = Field(description="Whoever has it sees when and with whom; keep it to yourself.")
    created_at: dt.datetime
