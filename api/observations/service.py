"""Rules of bedside observations: all of a set or nothing, through the judge and the writer."""

import datetime as dt
from typing import Final
from uuid import UUID

from api.auth import Caller
from api.errors import (
    FieldProblem,
    NotFoundError,
    NothingUsableError,
    ObservationConflictError,
    PermissionDeniedError,
)
from api.metrics import READINGS
from api.observations.schemas import ObservationInput, Recorded
from storage.engine import ReadSession, WriteSession
from storage.manual import commit_by_hand
from storage.queries import care, observations
from telemetry.batch import UNNUMBERED, Batch
from telemetry.clock import Window, from_ms, now_ms, to_ms
from telemetry.devices import ByHand
from telemetry.judge import Judge
from telemetry.metrics import METRICS
from telemetry.samples import Message, Refusal, Sample
from telemetry.topics import partition_of

RECORDS: Final = "patients.record"
"""Permission to write observations down."""
TOPIC = "observations"
"""In the place of a topic, for readings that came by none."""


async def require_patient(
    session: ReadSession | WriteSession, caller: Caller, patient_id: UUID
) -> None:
    """Let pass who cares for the patient.

    Raises:
        NotFoundError: when there is no such patient, or the caller may not see them.
        PermissionDeniedError: when it is the caller.
    """
    if not await care.may_see(session, caller.viewer, patient_id):
        raise NotFoundError
    if patient_id == caller.id:
        raise PermissionDeniedError


async def record(
    session: WriteSession,
    caller: Caller,
    patient_id: UUID,
    body: ObservationInput,
    skew_ms: int,
) -> Recorded:
    """Record a set, all of it or nothing.

    Raises:
        NotFoundError: when there is no such patient, or the caller may not see them.
        NothingUsableError: when a value or the time cannot be taken.
        ObservationConflictError: when another value is recorded for the same time.
    """
    await require_patient(session, caller, patient_id)
    connection = await session.plain()
    received_ms = now_ms()
    measured_ms = received_ms if body.measured_at is None else to_ms(body.measured_at)
    values = body.values()
    known = await observations.series(connection, patient_id)
    batch = _batch(patient_id, known, values, measured_ms, Window(received_ms, skew_ms))
    committed = await commit_by_hand(connection, batch)
    if committed.conflicts:
        raise ObservationConflictError
    row = await observations.record(
        connection,
        patient_id,
        from_ms(measured_ms),
        [METRICS[name].id for name in values],
        caller.id,
    )
    READINGS.labels("stored").inc(committed.stored)
    READINGS.labels("duplicate").inc(committed.duplicate)
    return Recorded(
        id=row[0],
        patient=patient_id,
        measured_at=from_ms(measured_ms),
        recorded_at=row[1].astimezone(dt.UTC),
        stored=committed.stored,
        duplicate=committed.duplicate,
    )


def _batch(
    patient_id: UUID,
    series: dict[int, int],
    values: dict[str, float],
    measured_ms: int,
    window: Window,
) -> Batch:
    """Judge a set as the readings of a device are judged.

    Raises:
        NothingUsableError: when any of it is refused.
    """
    source = ByHand.of(patient_id, partition_of(patient_id))
    source.series.update(series)
    samples = [Sample(name, value, t=measured_ms) for name, value in values.items()]
    message = Message(None, None, None, historical=False, key=None, device_id=None, samples=samples)
    batch = Batch()
    account = batch.account_of(source, UNNUMBERED)
    rows, refusals = Judge().readings(message, source, window, batch)
    if refusals:
        reasons = ", ".join(dict.fromkeys(one.reason.value for one in refusals))
        raise NothingUsableError(reasons, errors=[_problem(one) for one in refusals])
    batch.add(account, 0, rows, [], historical=False, received_ms=window.received_ms, topic=TOPIC)
    return batch


def _problem(refusal: Refusal) -> FieldProblem:
    field = refusal.sample.c if isinstance(refusal.sample, Sample) else ""
    return FieldProblem(location="body", field=field, reason=refusal.reason)
