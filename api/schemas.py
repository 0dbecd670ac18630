"""Shapes that several resources share."""

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PastDate,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticKnownError

from api.reasons import Unfit

Sex = Literal["male", "female", "other", "unknown", ""]
"""FHIR administrative gender; empty where nobody asked."""

_NUMBERS: Final = frozenset({int, float, Decimal})
_A_NUMBER: Final = "float_type"
_A_DAY: Final = "date_type"
_A_TIME: Final = "datetime_type"
"""What is wrong, as `api.reasons` says it."""
_DAYS: Final = frozenset({dt.date, PastDate})
_DIGITS: Final = re.compile(r"\s*[+-]?[\d._]+\s*")


def storable(text: str) -> str:
    """PostgreSQL's text holds no NUL."""
    if "\0" in text:
        message = "holds a NUL character"
        raise Unfit(message)
    return text


EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def _is_number(sent: object) -> bool:
    return isinstance(sent, int | float) or (
        isinstance(sent, str) and bool(_DIGITS.fullmatch(sent))
    )


def _written_out(time: Any) -> Any:  # noqa: ANN401 - whatever was sent
    """Seconds or milliseconds since 1970 would be told apart by their size: a guess."""
    if _is_number(time):
        raise PydanticKnownError(_A_TIME)
    return time


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

UtcTime = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
"""RFC 3339 with an offset, from 1970 to 2199, turned to UTC."""


def _kinds(annotation: object) -> set[object]:
    """Every type that an annotation is made of.

    >>> _kinds(Annotated[float, Field(ge=0)] | None) == {float, type(None)}
    True
    """
    args = [one for one in get_args(annotation) if isinstance(one, type) or get_args(one)]
    return set().union(*map(_kinds, args)) if args else {annotation}


class Input(BaseModel):
    """What somebody asks for. An unknown field is refused: a misspelt one must not be lost."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401
        """Pydantic would take true for 1, and a number for a day since 1970."""
        kinds = _kinds(cls.model_fields[info.field_name or ""].annotation)
        if isinstance(value, bool) and kinds & _NUMBERS and bool not in kinds:
            raise PydanticKnownError(_A_NUMBER)
        if kinds & _DAYS and _is_number(value):
            raise PydanticKnownError(_A_DAY)
        return value


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
