"""FHIR R4 MedicationStatement: what patients take, read and searched."""

import datetime as dt
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from api.auth import PatientViewer
from api.fhir.answers import ROUTES, FHIRResponse, Resource, single
from api.fhir.search import (
    CHANGED,
    EARLIEST,
    LATEST,
    Dates,
    Key,
    LastUpdated,
    Polled,
    Reference,
    Token,
    called,
    changed_within,
    narrowed,
    referred,
)
from api.routing import Router
from api.sessions import Reading
from gateways.fhir.medications import STATUSES, medication_statement
from storage.queries.fhir_medications import StatementSearch, statements

router = Router(**ROUTES)
_MOMENT: Final = dt.timedelta(microseconds=1)


@router.get("/MedicationStatement/", response_model=Resource)
async def search_medication_statements(  # noqa: PLR0913, PLR0917 - one argument per parameter
    session: Reading,
    caller: PatientViewer,
    asked: Polled,
    key: Key = None,
    patient: Reference = None,
    subject: Reference = None,
    status: Token = None,
    effective: Annotated[Dates, Query()] = None,
    changed: LastUpdated = None,
) -> FHIRResponse:
    """What patients whom the caller may see take, last changed first: Bundle."""
    wanted = StatementSearch(
        key=key,
        patient_id=referred(patient or subject),
        statuses=called(status, STATUSES),
        changed=changed_within(changed),
        **_effective(effective),
    )
    found = await statements(
        session, caller.viewer, wanted, after=asked.after(CHANGED), limit=asked.limit + 1
    )
    return asked.bundle(found, lambda row: (row.mine.updated_at, row.mine.id), medication_statement)


@router.get("/MedicationStatement/{user_medication_id}/", response_model=Resource)
async def read_medication_statement(
    session: Reading, caller: PatientViewer, user_medication_id: UUID
) -> FHIRResponse:
    """One medicine that a patient takes or took."""
    wanted = StatementSearch(key=user_medication_id)
    found = await statements(session, caller.viewer, wanted, after=None, limit=1)
    return single(found, medication_statement)


def _effective(dates: Dates) -> dict[str, Any]:
    """Days of a period that overlaps what is asked; `sa` and `eb` lie wholly beyond it."""
    beyond = [one for one in dates or () if one.startswith(("sa", "eb"))]
    since, until = narrowed([one for one in dates or () if one not in beyond])
    after, before = narrowed(beyond)
    return {
        "since": None if since == EARLIEST else since.date(),
        "until": None if until == LATEST else (until - _MOMENT).date(),
        "starts_from": None if after == EARLIEST else after.date(),
        "ends_until": None if before == LATEST else (before - _MOMENT).date(),
    }
