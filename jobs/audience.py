"""Who a step of an escalation calls: people by their relation to the alarm and its patient."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from analytics.escalation import Step
from jobs.rows import all_rows
from storage.queries import attention as sql

MOST: Final = 100
"""People of one step; a ward has fewer."""
_CARERS: Final = "clinician"
_ADMINS: Final = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to tell; without a `user_id` the emergency contact of the patient."""

    user_id: UUID | None
    name: str

    @property
    def key(self) -> str:
        """What makes two of them the same."""
        return "contact" if self.user_id is None else str(self.user_id)

    def document(self) -> dict[str, str | None]:
        """As the history shows it; somebody outside is not named."""
        if self.user_id is None:
            return {"who": "emergency_contact", "user_id": None, "name": None}
        return {"who": "user", "user_id": str(self.user_id), "name": self.name}


async def people_of(
    connection: psycopg.AsyncConnection[Any], step: Step, alarm: DictRow, place: DictRow
) -> list[Person]:
    """Find who a step calls now.

    An alarm without a patient, of the platform or a site, has the administrators for a care team.

    Args:
        connection: Where to ask.
        step: Whose audience.
        alarm: With `patient_id` and `assignee_id`.
        place: With `ward` and `hospital_id` of the patient, as far as they are known.

    """
    patient_id = alarm["patient_id"]
    values = {
        "patient_id": patient_id,
        "role": step.role or _CARERS,
        "ward": place["ward"],
        "hospital_id": place["hospital_id"],
        "user_id": alarm["assignee_id"] if step.who == "assignee" else step.user_id,
        "most": MOST,
    }
    if step.who == "emergency_contact":
        found = (
            [] if patient_id is None else await all_rows(connection, sql.EMERGENCY_CONTACT, values)
        )
        return [Person(None, "") for _ in found]
    if step.who in {"assignee", "user"}:
        statement = sql.ACTIVE_USER
        if values["user_id"] is None:
            return []
    elif patient_id is None:
        statement = sql.ROLE
        values["role"] = step.role or _ADMINS
    else:
        statement = sql.CARE_TEAM if step.who == "care_team" else sql.WARD_ROLE
    return [Person(row["id"], row["name"]) for row in await all_rows(connection, statement, values)]
