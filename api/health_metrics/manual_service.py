"""Rules of readings by hand: through the judge and the writer, corrected with nothing forgotten."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from analytics.scores.hourly import METRICS as SCORED
from api.auth import Caller
from api.errors import (
    ConflictError,
    FieldProblem,
    NotFoundError,
    NothingUsableError,
    PermissionDeniedError,
)
from api.health_metrics import service
from api.health_metrics.manual_schemas import ReadingInput
from api.health_metrics.schemas import Reading
from api.metrics import READINGS
from api.preconditions import Edit
from storage import revision
from storage.engine import ReadSession, WriteSession
from storage.manual import commit_by_hand
from storage.queries import manual_entries, observations
from storage.queries.health_metrics import DIASTOLIC, SYSTOLIC
from storage.queries.manual_entries import Found, Key
from telemetry.batch import UNNUMBERED, Batch
from telemetry.clock import Window, now_ms, to_ms
from telemetry.devices import ByHand
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.metrics import METRICS
from telemetry.samples import Message, Refusal, Sample
from telemetry.topics import partition_of

TOPIC = "health-metrics"
"""In the place of a topic, for readings that came by none."""
CORRECTS = "patients.record"
"""Permission to change what others entered of a patient whom one may see."""
_SCORED = [METRICS[code].id for code in SCORED]
_HOUR_MS = 3_600_000


class ReadingConflictError(ConflictError):
    """Another value is recorded for the same time; correct that one instead."""


class NotByHandError(ConflictError):
    """It was measured by a device or imported: only readings by hand are changed or deleted."""


async def record(
    session: WriteSession, caller: Caller, patient_id: UUID, body: ReadingInput, skew_ms: int
) -> tuple[Reading, bool]:
    """Enter a reading; it, and whether it is new.

    Raises:
        NothingUsableError: when the unit, a value or the time cannot be taken.
        ReadingConflictError: when another value is recorded for the same time.
    """
    received_ms = now_ms()
    measured_ms = received_ms if body.recorded_at is None else to_ms(body.recorded_at)
    samples = body.samples(measured_ms)
    window = Window(received_ms, skew_ms)
    key, stored = await _enter(session, patient_id, samples, window, corrected=False)
    if stored:
        await manual_entries.keep(session, key, body.notes, caller.id)
    return await _shown(session, key), stored > 0


async def show(session: ReadSession, caller: Caller, reading: UUID) -> Reading:
    """One reading.

    Raises:
        NotFoundError: when there is none, or the caller may not see the patient.
    """
    found = await _find(session, caller, reading)
    return (await service.readings(session, [found.rows]))[0]


async def correct(  # noqa: PLR0913, PLR0917 - who changes what into what, seen how
    session: WriteSession,
    caller: Caller,
    reading: UUID,
    body: ReadingInput,
    editing: Edit,
    skew_ms: int,
) -> Reading:
    """Put another reading in the place of one that was entered by hand.

    Raises:
        NotFoundError: when there is none, or the caller may not see the patient.
        NotByHandError: when it was not entered by hand.
        PermissionDeniedError: when somebody else entered it and the caller looks after nobody.
        PreconditionFailedError: when it has changed since the caller saw it.
        NothingUsableError: when the unit, a value or the time cannot be taken.
        ReadingConflictError: when another value is recorded for the new time.
    """
    found, before = await _to_change(session, caller, reading, editing)
    if body.metric_type != before.metric_type:
        problem = FieldProblem(
            location="body", field="metric_type", reason="is that of another metric"
        )
        raise NothingUsableError(errors=[problem])
    at = body.recorded_at or before.recorded_at
    await manual_entries.remove(session, found, "corrected", caller.id)
    samples = body.samples(to_ms(at))
    window = Window(now_ms(), skew_ms)
    key, _ = await _enter(session, found.patient_id, samples, window, corrected=True)
    since = before.created_at or before.recorded_at
    await manual_entries.keep(session, key, body.notes, before.recorded_by_id or caller.id, since)
    await _revise(session, found, also=key[1])
    return await _shown(session, key)


async def delete(session: WriteSession, caller: Caller, reading: UUID, editing: Edit) -> None:
    """Delete a reading that was entered by hand; what it was stays among the amendments.

    Raises:
        NotFoundError: when there is none, or the caller may not see the patient.
        NotByHandError: when it was not entered by hand.
        PermissionDeniedError: when somebody else entered it and the caller looks after nobody.
        PreconditionFailedError: when it has changed since the caller saw it.
    """
    found, _ = await _to_change(session, caller, reading, editing)
    await manual_entries.remove(session, found, "deleted", caller.id)
    await _revise(session, found)


async def _find(session: ReadSession | WriteSession, caller: Caller, reading: UUID) -> Found:
    found = await manual_entries.find(session, service.reading_key(reading))
    if found is None:
        raise NotFoundError
    await service.require_patient(session, caller, found.patient_id)
    return found


async def _to_change(
    session: WriteSession, caller: Caller, reading: UUID, editing: Edit
) -> tuple[Found, Reading]:
    """Find a reading that the caller may change; nobody else changes it until the end."""
    found = await _find(session, caller, reading)
    if not found.rows[0].is_manual:
        raise NotByHandError
    await editing.lock(session, found.patient_id)
    found = await _find(session, caller, reading)
    before = (await service.readings(session, [found.rows]))[0]
    others = CORRECTS in caller.account.permissions and caller.id != found.patient_id
    if before.recorded_by_id != caller.id and not others:
        raise PermissionDeniedError
    editing.check(before)
    return found, before


async def _enter(
    session: WriteSession,
    patient_id: UUID,
    samples: dict[str, Sample],
    window: Window,
    *,
    corrected: bool,
) -> tuple[Key, int]:
    """Commit values of one time; what names the reading, and how many of them are new.

    A correction is no news: it raises no live alarm.
    """
    connection = await session.plain()
    source = ByHand.of(patient_id, partition_of(patient_id))
    source.series.update(await observations.series(connection, patient_id))
    batch = Batch()
    account = batch.account_of(source, UNNUMBERED)
    values = list(samples.values())
    message = Message(None, None, None, historical=False, key=None, device_id=None, samples=values)
    rows, refusals = Judge().readings(message, source, window, batch)
    if refusals:
        raise NothingUsableError(errors=[_problem(one, samples) for one in refusals])
    batch.add(
        account,
        0,
        rows,
        [],
        historical=corrected,
        received_ms=window.received_ms,
        topic=TOPIC,
    )
    time = service.EPOCH + dt.timedelta(milliseconds=batch.columns.time_ms[0])
    committed = await commit_by_hand(connection, batch)
    if committed.conflicts:
        raise ReadingConflictError
    READINGS.labels("stored").inc(committed.stored)
    READINGS.labels("duplicate").inc(committed.duplicate)
    known = await observations.series(connection, patient_id)
    return (_group(known, batch.columns.metric), time), committed.stored


def _group(series: dict[int, int], metrics: Sequence[int]) -> int:
    """Series that names a reading: of a blood pressure the lesser of both."""
    both = {SYSTOLIC, DIASTOLIC}
    of = both if metrics[0] in both else {metrics[0]}
    return min(number for metric, number in series.items() if metric in of)


def _problem(refusal: Refusal, samples: dict[str, Sample]) -> FieldProblem:
    field = next(name for name, sample in samples.items() if sample is refusal.sample)
    if refusal.reason is Reason.UNKNOWN_UNIT:
        field = "unit"
    elif refusal.reason.value.startswith("time_"):
        field = "recorded_at"
    return FieldProblem(location="body", field=field, reason=refusal.reason)


async def _shown(session: WriteSession, key: Key) -> Reading:
    found = await manual_entries.find(session, key)
    if found is None:
        raise NotFoundError
    return (await service.readings(session, [found.rows]))[0]


async def _revise(session: WriteSession, found: Found, also: dt.datetime | None = None) -> None:
    """Make what rests on a reading right again, after it was taken out or moved to `also`."""
    connection = await session.plain()
    time = found.key[1]
    series, metrics = list(found.series), [row.metric for row in found.rows]
    await revision.mark(connection, series, [to_ms(time) // _HOUR_MS] * len(series), _SCORED)
    await revision.find_newest(connection, series, found.patient_id)
    since = time if also is None else min(time, also)
    await revision.reconsider_milestones(connection, found.patient_id, metrics, since)
