"""Shapes of hospitals and of their own systems."""

import datetime as dt
import re
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    StringConstraints,
    model_validator,
    validate_email,
)

from api.accounts.profile_schemas import LongText, Phone, TimeZone
from api.reasons import Unfit
from api.schemas import Input, Name, ShortText
from storage.models import Hospital
from storage.queries.hospital_systems import SyncRow

_SEPARATORS: Final = re.compile(r"[,;\n]")
Website = Annotated[str, StringConstraints(max_length=500, pattern=r"^(https?://[!-~]+)?$")]


def _email(text: str) -> str:
    return validate_email(text)[1].lower() if text else text


MaybeEmail = Annotated[ShortText, AfterValidator(_email)]
SystemKind = Literal["webhook", "fhir"]
SyncState = Literal["pending", "confirmed", "failed", "dead", "superseded"]


class HospitalInput(Input):
    """A hospital or clinic; what is left out is emptied."""

    name: Name
    hospital_type: ShortText = Field(default="general", description="In a word: general, clinic...")
    address: LongText = ""
    city: ShortText = ""
    region: ShortText = ""
    country: ShortText = ""
    phone_number: Phone = ""
    email: MaybeEmail = ""
    website: Website = Field(default="", examples=["https://clinic.example"])
    description: LongText = ""
    specialties: LongText = Field(default="", description="With commas between them.")
    facilities: LongText = Field(default="", description="With commas between them.")
    established_year: int | None = Field(default=None, ge=1000, le=2200)
    bed_capacity: int | None = Field(default=None, ge=0, le=100_000)
    emergency_services: bool = False
    appointment_booking_available: bool = Field(
        default=True, description="Whether appointments there can be booked here."
    )
    time_zone: TimeZone = Field(
        default="UTC", description="Of times that are given for it without one of their own."
    )
    is_active: bool = True


class HospitalPatch(HospitalInput):
    """What is to be changed of a hospital; what is left out stays."""

    name: Name = Field(default="", validate_default=False)


class HospitalRef(BaseModel):
    """Which hospital."""

    id: UUID
    name: str
    city: str

    @classmethod
    def of(cls, row: Hospital) -> Self:
        """Of a row."""
        return cls(id=row.id, name=row.name, city=row.city)


class HospitalShape(BaseModel):
    """A hospital or clinic."""

    id: UUID
    name: str
    hospital_type: str
    address: str
    city: str
    region: str
    country: str
    full_address: str = Field(description="Address, city, region and country in one line.")
    phone_number: str
    email: str
    website: str
    description: str
    specialties: str
    specialties_list: list[str]
    facilities: str
    facilities_list: list[str]
    established_year: int | None
    bed_capacity: int | None
    emergency_services: bool
    appointment_booking_available: bool
    time_zone: str
    is_active: bool
    created_at: dt.datetime
    updated_at: dt.datetime

    @classmethod
    def of(cls, row: Hospital) -> Self:
        """Of a row."""
        made = {
            "full_address": full_address(row),
            "specialties_list": listed(row.specialties),
            "facilities_list": listed(row.facilities),
        }
        given = {name: getattr(row, name) for name in cls.model_fields.keys() - made.keys()}
        return cls(**given, **made)


def full_address(row: Hospital) -> str:
    """Address, city, region and country in one line, without what is not known."""
    parts = (row.address, row.city, row.region, row.country)
    return ", ".join(" ".join(one.split()) for one in parts if one.strip())


def listed(text: str) -> list[str]:
    """What stands between commas, semicolons or line ends, each once.

    >>> listed("Cardiology, Surgery; cardiology")
    ['Cardiology', 'Surgery']
    """
    found: dict[str, str] = {}
    for one in _SEPARATORS.split(text):
        if word := " ".join(one.split()):
            found.setdefault(word.casefold(), word)
    return list(found.values())


class SystemInput(Input):
    """Where a hospital's own system is told of its providers."""

    kind: SystemKind = Field(
        description="webhook: a signed event for every change; fhir: PractitionerRole at a FHIR R4 "
        "server."
    )
    url: Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[!-~]+$")] = Field(
        description="Of the webhook, or the FHIR server's base; https, on the public network.",
        examples=["https://clinic.example/fhir"],
    )
    secret: Annotated[str, StringConstraints(max_length=4000, pattern=r"^[!-~]*$")] = Field(
        default="",
        description="The FHIR server's bearer token. Of a webhook left out: one is made, and shown "
        "in this answer alone. Left out when a system of the same kind and address is set: stays.",
        examples=[""],
        json_schema_extra={"writeOnly": True},
    )

    @model_validator(mode="after")
    def _plain(self) -> Self:
        if any(mark in self.url for mark in "?#"):
            message = "must have neither a query nor a fragment"
            raise Unfit(message, "url")
        return self


class SystemShape(BaseModel):
    """A hospital's own system; its secret is not shown."""

    kind: SystemKind
    url: str
    created_at: dt.datetime
    updated_at: dt.datetime


class NewSystem(SystemShape):
    """The same, with the secret of a webhook where one was just made: it is never shown again."""

    secret: str | None = None


class Sync(BaseModel):
    """A change of who works at a hospital, on its way to the hospital's own system."""

    id: UUID
    hospital_id: UUID
    hospital_name: str
    provider_id: UUID
    provider_name: str
    event: Literal["linked", "changed", "unlinked"]
    state: SyncState = Field(
        description="failed: it will be tried again; dead: not until it is replayed; superseded: "
        "something newer was told in its place."
    )
    attempts: int
    last_error: str | None
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    remote_id: str | None = Field(description="What the other system calls it.")
    remote_version: str | None

    @classmethod
    def of(cls, row: SyncRow) -> Self:
        """Of a row."""
        return cls.model_validate(row, from_attributes=True)
