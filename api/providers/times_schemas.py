"""Shapes of when providers can be booked."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from api.accounts.profile_schemas import TimeZone
from api.schemas import Input, ShortText
from telemetry.availability import MIDNIGHT
from telemetry.recurrence import LONGEST, RecurrenceError, read

FIRST_DAY = dt.date(2000, 1, 1)
LAST_DAY = dt.date(2199, 12, 31)


def _local(at: dt.time) -> dt.time:
    if at.tzinfo is not None or at.second or at.microsecond:
        kind = "local_time"
        raise PydanticCustomError(kind, kind)
    return at


def _rule(text: str) -> str:
    try:
        return read(text).text if text else text
    except RecurrenceError as error:
        kind = "rrule"
        raise PydanticCustomError(kind, "{why}", {"why": str(error)}) from error


LocalTime = Annotated[dt.time, AfterValidator(_local)]
Day = Annotated[dt.date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class TimeInput(Input):
    """When a provider can be booked, once or by a rule; times are local."""

    date: Day = Field(description="The day, or the first one of a rule.")
    start_time: LocalTime = Field(examples=["09:00"])
    end_time: LocalTime = Field(
        description="After `start_time`; 00:00 is the end of the day.", examples=["17:00"]
    )
    hospital_id: UUID | None = Field(
        default=None, description="Where; left out: nowhere, for appointments by video alone."
    )
    time_zone: TimeZone | None = Field(
        default=None, description="Left out: the hospital's, else the provider's."
    )
    rrule: Annotated[str, Field(max_length=LONGEST), AfterValidator(_rule)] = Field(
        default="",
        description="RRULE (RFC 5545): FREQ=DAILY, WEEKLY or MONTHLY with INTERVAL, BYDAY, "
        "BYMONTHDAY, BYSETPOS, COUNT, UNTIL, WKST. Left out: once.",
        examples=["FREQ=WEEKLY;BYDAY=MO,WE"],
    )
    slot_minutes: int | None = Field(
        default=None, ge=5, le=480, description="Length of its slots; left out: the provider's."
    )

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        _ordered(self.start_time, self.end_time)
        return self


class TimeShape(BaseModel):
    """When a provider can be booked."""

    id: UUID
    provider_id: UUID
    date: dt.date
    last_date: dt.date | None = Field(description="Null: a rule without an end.")
    start_time: dt.time
    end_time: dt.time
    hospital_id: UUID | None
    time_zone: str
    rrule: str
    slot_minutes: int | None
    created_at: dt.datetime
    updated_at: dt.datetime


class ExceptionInput(Input):
    """Days on which a provider is not there, or other hours of a time on one day."""

    first_date: Day
    last_date: Day | None = Field(default=None, description="Left out: one day.")
    availability_id: UUID | None = Field(
        default=None, description="Of which time; left out: of all. Other hours need one."
    )
    start_time: LocalTime | None = Field(
        default=None,
        description="Other hours of that day; left out: none at all.",
        examples=["09:00"],
    )
    end_time: LocalTime | None = Field(default=None, examples=["12:00"])
    reason: ShortText = Field(default="", description="Not shown to patients.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.last_date is not None and self.last_date < self.first_date:
            kind = "exception_days"
            raise PydanticCustomError(kind, kind)
        hours = (self.start_time is not None) + (self.end_time is not None)
        one_day = self.last_date in {None, self.first_date}
        if hours == 1 or (hours and not (one_day and self.availability_id)):
            kind = "exception_hours"
            raise PydanticCustomError(kind, kind)
        if self.start_time is not None and self.end_time is not None:
            _ordered(self.start_time, self.end_time)
        return self


class ExceptionShape(BaseModel):
    """Days on which a provider is not there, or other hours of a time on one day."""

    id: UUID
    availability_id: UUID | None
    first_date: dt.date
    last_date: dt.date
    start_time: dt.time | None
    end_time: dt.time | None
    reason: str
    created_at: dt.datetime


class SlotShape(BaseModel):
    """A time that can be booked."""

    start: dt.datetime
    end: dt.datetime
    local_start: str = Field(
        description="The same in the zone of the place, with its offset.",
        examples=["2026-11-23T09:00:00+01:00"],
    )
    time_zone: str
    duration_minutes: int
    hospital_id: UUID | None = Field(description="Null: by video alone.")
    hospital_name: str | None


class FreeSlots(BaseModel):
    """Times that can be booked with a provider, by their beginnings."""

    provider_id: UUID
    time_zone: str = Field(description="The provider's, whose days were asked for.")
    first_date: dt.date
    last_date: dt.date
    slots: list[SlotShape]
    more: bool = Field(description="There are more than fit; ask for fewer days.")


def _ordered(start: dt.time, end: dt.time) -> None:
    if end != MIDNIGHT and end <= start:
        kind = "times_order"
        raise PydanticCustomError(kind, kind)
