"""Shapes of patients."""

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, PastDate, StringConstraints

from api.devices.schemas import Device
from api.reasons import Unfit
from api.schemas import Input, Name, Patient, Sex, ShortText
from api.ward.schemas import AlarmSummary, News2Now, ScoresNow, VitalNow

Identifier = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=100,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$",
    ),
]
EARLIEST_BIRTH = dt.date(1890, 1, 1)


def _plausible(born: dt.date) -> dt.date:
    if born < EARLIEST_BIRTH:
        message = "is too long ago"
        raise Unfit(message)
    return born


class PatientInput(Input):
    """A patient to register; such an account cannot log in."""

    first_name: Name
    last_name: Name
    date_of_birth: Annotated[PastDate, AfterValidator(_plausible)] | None = None
    sex: Sex = ""
    ward: ShortText = ""
    bed: ShortText = ""
    identifier: Identifier | None = Field(
        default=None, description="The hospital's own number; registering it again is no error."
    )


class PatientDetail(BaseModel):
    """Everything that a patient's page shows at once."""

    patient: Patient
    vitals: dict[str, VitalNow] = Field(description="By metric code.")
    news2: News2Now | None = Field(
        description="Null under 16 years, in pregnancy, and while no input was ever measured."
    )
    scores: ScoresNow
    devices: list[Device] = Field(description="At most 100, newest first.")
    alarms: AlarmSummary
