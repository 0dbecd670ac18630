"""Shapes of one's own profile: every field of User and UserProfile."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import available_timezones

import phonenumbers
from pydantic import AfterValidator, BaseModel, Field, PastDate, StringConstraints
from pydantic_core import PydanticCustomError

from api.schemas import Input, Name, Sex, ShortText, storable

MAX_TEXT = 5_000

BloodType = Literal["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-", ""]
ActivityLevel = Literal["sedentary", "light", "moderate", "active", "very_active", ""]


def _number(text: str) -> str:
    """E.164, as text messages are sent to."""
    if not text:
        return text
    kind = "phone_number"
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise PydanticCustomError(kind, kind) from error
    if not phonenumbers.is_possible_number(number):
        raise PydanticCustomError(kind, kind)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _zone(name: str) -> str:
    if name not in available_timezones():
        kind = "time_zone"
        raise PydanticCustomError(kind, kind)
    return name


Phone = Annotated[ShortText, AfterValidator(_number)]
TimeZone = Annotated[ShortText, AfterValidator(_zone)]
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_TEXT),
    AfterValidator(storable),
]
Centimetres = Annotated[float, Field(ge=30, le=280)]
Kilograms = Annotated[float, Field(ge=0.3, le=650)]


class ProfileInput(Input):
    """One's own data; what is left out is emptied. The e-mail address is changed elsewhere."""

    first_name: Name
    last_name: Name
    phone_number: Phone = Field(
        default="", description="International; told in E.164. Another one is unproved."
    )
    date_of_birth: PastDate | None = None
    emergency_contact_name: ShortText = ""
    emergency_contact_phone: Phone = ""
    time_zone: TimeZone = Field(
        default="UTC", description="IANA name; local days are computed in it."
    )
    gender: Sex = Field(default="", description="FHIR administrative gender, or empty.")
    height: Centimetres | None = Field(default=None, description="cm.")
    weight: Kilograms | None = Field(default=None, description="kg.")
    blood_type: BloodType = ""
    medical_conditions: LongText = ""
    current_medications: LongText = ""
    allergies: LongText = ""
    health_goals: LongText = ""
    activity_level: ActivityLevel = ""
    email_notifications: bool = True
    push_notifications: bool = True
    health_reminders: bool = True


class ProfilePatch(ProfileInput):
    """The same; what is left out stays."""

    first_name: Name = ""
    last_name: Name = ""


class Profile(BaseModel):
    """The account that is logged in, with everything that it says of its owner."""

    id: UUID
    username: str
    email: str
    first_name: str
    last_name: str
    full_name: str
    roles: list[str]
    phone_number: str
    date_of_birth: dt.date | None
    profile_image: str | None = Field(
        description="Path of the picture, good for an hour or two without a login; null: none."
    )
    emergency_contact_name: str
    emergency_contact_phone: str
    is_email_verified: bool
    is_phone_verified: bool
    time_zone: str
    last_login: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime = Field(description="Of account or profile, the later one.")
    gender: str
    height: float | None = Field(description="cm.")
    weight: float | None = Field(description="kg.")
    bmi: float | None = Field(description="kg/m2, to a tenth; null without height and weight.")
    blood_type: str
    medical_conditions: str
    current_medications: str
    allergies: str
    health_goals: str
    activity_level: str
    email_notifications: bool
    push_notifications: bool
    health_reminders: bool
