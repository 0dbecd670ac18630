"""Shapes that several resources share."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from api.reasons import Unfit

Sex = Literal["male", "female", "other", "unknown", ""]
"""FHIR administrative gender; empty where nobody asked."""


def storable(text: str) -> str:
    """PostgreSQL's text holds no NUL."""
    if "\0" in text:
        message = "holds a NUL character"
        raise Unfit(message)
    return text


EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def _in_utc(time: dt.datetime) -> dt.datetime:
    if not EARLIEST <= time < LATEST:
        message = "must be from 1970 to 2199"
        raise Unfit(message)
    return time.astimezone(dt.UTC)


ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(storable)
]
"""At most 200 characters."""

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(storable),
]
"""One to 200 characters."""

UtcTime = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""RFC 3339 with an offset, from 1970 to 2199, turned to UTC."""


class Input(BaseModel):
    """What somebody asks for. An unknown field is refused: a misspelt one must not be lost."""

    model_config = ConfigDict(extra="forbid")


class PatientRef(BaseModel):
    """Which patient."""

    id: UUID
    name: str
    ward: str = ""
    bed: str = ""


class Patient(PatientRef):
    """A patient as the ward knows them."""

    birth_date: dt.date | None
    sex: str = Field(description="FHIR administrative gender, or empty.")
