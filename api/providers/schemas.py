"""Shapes of providers."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, EmailStr, Field

from api.accounts.profile_schemas import LongText, Phone, TimeZone
from api.hospitals.schemas import HospitalRef, HospitalShape, Sync
from api.schemas import Input, Name, ShortText
from storage.models import HealthcareProvider
from storage.queries.providers import Workplace
from telemetry.notices import Language

MOST_HOSPITALS: Final = 50
Money = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2, examples=["150.00"])]
HospitalIds = Annotated[list[UUID], Field(max_length=MOST_HOSPITALS)]


class ProviderInput(Input):
    """A provider; what is left out is emptied, or as it is by default."""

    first_name: Name
    last_name: Name
    email: EmailStr
    phone_number: Phone = ""
    specialization: Name = Field(examples=["cardiology"])
    license_number: Name = Field(
        description="National Provider Identifier; checked whenever it is another one.",
        examples=["1234567893"],
    )
    hospital_clinic: ShortText = Field(default="", description="A practice of one's own, in words.")
    address: LongText = ""
    bio: LongText = ""
    years_of_experience: int = Field(default=0, ge=0, le=80)
    consultation_fee: Money = Decimal(0)
    time_zone: TimeZone = "UTC"
    language: Language = "en"
    slot_minutes: int = Field(default=30, ge=5, le=480, description="Length of an appointment.")
    buffer_minutes: int = Field(
        default=0, ge=0, le=240, description="Kept free between one appointment and another."
    )
    lead_minutes: int = Field(
        default=60, ge=0, le=43_200, description="How long before it a slot can be booked at last."
    )
    booking_days: int = Field(default=90, ge=1, le=366, description="How far ahead, in days.")
    cancellation_hours: int = Field(
        default=24, ge=0, le=720, description="How long before it one can be cancelled at last."
    )
    requires_prepayment: bool = False
    user_id: UUID | None = Field(
        default=None, description="The account that logs in; it gets the role clinician."
    )
    is_active: bool = True


class NewProvider(ProviderInput):
    """A provider to be entered, with the hospitals where they work."""

    hospital_ids: HospitalIds = Field(default=[])
    primary: UUID | None = Field(
        default=None, description="The primary one of them; left out: the first."
    )


class ProviderPatch(ProviderInput):
    """What is to be changed of a provider; what is left out stays."""

    first_name: Name = Field(default="", validate_default=False)
    last_name: Name = Field(default="", validate_default=False)
    email: EmailStr = Field(default="", validate_default=False)
    specialization: Name = Field(default="", validate_default=False)
    license_number: Name = Field(default="", validate_default=False)


class ProviderShape(BaseModel):
    """A provider."""

    id: UUID
    user_id: UUID | None
    first_name: str
    last_name: str
    full_name: str
    email: str
    phone_number: str
    specialization: str
    license_number: str
    licence_state: Literal["unchecked", "valid"]
    licence_checked_at: dt.datetime | None
    licence_checked_by: str = Field(description="Which register said so: local, or nppes.")
    hospital_clinic: str
    address: str
    bio: str
    years_of_experience: int
    consultation_fee: Decimal = Field(examples=["150.00"])
    time_zone: str
    language: Language
    slot_minutes: int
    buffer_minutes: int
    lead_minutes: int
    booking_days: int
    cancellation_hours: int
    requires_prepayment: bool
    average_rating: float | None = Field(description="1 to 5; null: nobody has rated.")
    rating_count: int
    hospital_names: str = Field(description="Where the provider works, with commas between them.")
    primary_hospital: HospitalRef | None
    hospitals: list[HospitalRef]
    is_active: bool
    created_at: dt.datetime
    updated_at: dt.datetime

    @classmethod
    def of(cls, row: HealthcareProvider, places: list[Workplace]) -> Self:
        """Of a row and where they work, the primary hospital first."""
        made = {
            "full_name": full_name(row),
            "average_rating": average(row.rating_sum, row.rating_count),
            "hospital_names": ", ".join(one.hospital.name for one in places),
            "primary_hospital": next(
                (HospitalRef.of(one.hospital) for one in places if one.is_primary), None
            ),
            "hospitals": [HospitalRef.of(one.hospital) for one in places],
        }
        names = ProviderShape.model_fields.keys() - made.keys()
        return cls(**{name: getattr(row, name) for name in names}, **made)


class FoundProvider(ProviderShape):
    """A provider in a list."""

    next_available: dt.datetime | None = Field(
        default=None, description="First free slot in the time that was asked for, where one was."
    )


class PlaceInput(Input):
    """Where a provider works."""

    hospital_ids: HospitalIds
    primary: UUID | None = Field(
        default=None, description="The primary one of them; left out: the first."
    )


class PlaceShape(BaseModel):
    """A hospital where a provider works."""

    hospital: HospitalShape
    is_primary: bool
    sync: Sync | None = Field(
        default=None,
        description="What the hospital's own system was told last; null: it has none, or was told "
        "nothing, or the caller may not know.",
    )


class PlaceShapes(BaseModel):
    """All of them, the primary one first."""

    results: list[PlaceShape]


class PlacesChanged(PlaceShapes):
    """The same, and what becomes known to the systems of hospitals that were left."""

    left: list[Sync]


def full_name(row: HealthcareProvider) -> str:
    """First and last name as shown to people."""
    return f"{row.first_name} {row.last_name}".strip()


def average(total: int, count: int) -> float | None:
    """Mean of ratings, to two places."""
    return round(total / count, 2) if count else None
