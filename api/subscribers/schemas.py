"""Shapes of subscribers."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from api.reasons import Unfit
from api.schemas import Input, storable
from gateways.broker_subscribers import USERNAME
from storage.queries.subscribers import SubscriberRow
from telemetry.topics import alarm_topics

Ward = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(storable),
]


class NewSubscriber(Input):
    """Whose alarms: of one patient, of one ward, or all."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$", description="What people call it."
    )
    patient_id: UUID | None = Field(default=None, examples=[None])
    ward: Ward | None = Field(default=None, examples=["3B"])
    hospital_id: UUID | None = Field(
        default=None, description="Whose ward; left out where wards have no hospital."
    )
    all: bool = False

    @model_validator(mode="after")
    def one_scope(self) -> Self:
        """Refuse none or several of the scopes."""
        if [self.patient_id is not None, self.ward is not None, self.all].count(True) != 1:
            message = "needs exactly one of patient_id, ward and all"
            raise Unfit(message)
        if self.hospital_id is not None and self.ward is None:
            message = "needs a ward"
            raise Unfit(message, "hospital_id")
        return self


class Subscriber(BaseModel):
    """An account of the broker that may read alarms and nothing else."""

    id: UUID
    name: str
    username: str = Field(description="With which it connects.")
    patient_id: UUID | None
    hospital_id: UUID | None
    hospital: str | None = Field(description="Name of the hospital.")
    ward: str | None = Field(description="Null with patient_id null: all alarms.")
    topics: list[str] = Field(description="What it may subscribe to; + is any one level.")
    created_at: dt.datetime


class AddedSubscriber(Subscriber):
    """A new one."""

    password: str = Field(description="Shown this once: only its digest is kept.")


def shape(row: SubscriberRow) -> Subscriber:
    """Subscriber as sent."""
    return Subscriber(
        id=row.id,
        name=row.name,
        username=f"{USERNAME}{row.id}",
        patient_id=row.patient_id,
        hospital_id=row.hospital_id,
        hospital=row.hospital_name,
        ward=row.ward,
        topics=list(alarm_topics(row.patient_id, row.hospital_id, row.ward)),
        created_at=row.created_at,
    )
