"""Rules of doses: which there are, which can be recorded, and what they add up to."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from typing import Final
from uuid import UUID

from analytics.trends.days import first_instant
from api.auth import Caller
from api.errors import InvalidInputError
from api.medications import mine_service
from api.medications.dose_schemas import (
    Adherence,
    AdherenceReport,
    AsNeeded,
    DayOfDoses,
    Dose,
    IntakeInput,
    MedicationAdherence,
    RecordedIntake,
)
from storage.engine import ReadSession, WriteSession
from storage.queries import medication_intakes as intakes
from storage.queries import medication_plans as plans
from storage.queries import user_medication_life as life
from storage.queries import user_medication_rows as rows
from storage.queries.user_medication_rows import MineFilter, Row
from telemetry.medicines.adherence import Outcome, adherence, outcomes
from telemetry.medicines.schedule import doses
from telemetry.zones import zone_of

AHEAD: Final = dt.timedelta(minutes=5)
"""How far a caller's clock may be."""
EARLY: Final = dt.timedelta(hours=24)
"""How long before its time a dose can be recorded."""
_DAY: Final = dt.timedelta(days=1)
_MOMENT: Final = dt.timedelta(microseconds=1)
_MOST_AS_NEEDED: Final = 200


async def day_of(session: ReadSession, patient_id: UUID, day: dt.date | None) -> DayOfDoses:
    """The doses of one local day, today unless one is named."""
    name = await life.time_zone(session, patient_id)
    zone, now = zone_of(name), dt.datetime.now(dt.UTC)
    chosen = day or now.astimezone(zone).date()
    since, until = first_instant(chosen, zone), first_instant(chosen + _DAY, zone)
    found = []
    for course in await plans.courses(session, patient_id, since, until):
        for one in outcomes(course.plans, course.intakes, since, until, now):
            due_at = one.dose.due_at
            shown = Dose(
                user_medication_id=course.id,
                medication=course.name,
                dosage=course.dosage,
                due_at=due_at,
                state=one.state,
                at=one.at,
                intake_id=course.record_ids.get(due_at),
            )
            found.append(shown)
    return DayOfDoses(
        day=chosen,
        time_zone=name,
        doses=sorted(found, key=lambda one: (one.due_at, one.medication)),
        as_needed=await _as_needed(session, patient_id, chosen, now),
    )


async def _as_needed(
    session: ReadSession, patient_id: UUID, day: dt.date, now: dt.datetime
) -> list[AsNeeded]:
    wanted = MineFilter(statuses=("active",), on=day)
    found = await rows.page(session, patient_id, wanted, after=None, limit=_MOST_AS_NEEDED)
    listed = [row for row in found if (row.mine.schedule or {}).get("kind") == "as_needed"]
    taken = await intakes.taken_since(session, [row.mine.id for row in listed], now - _DAY)
    return [
        AsNeeded(
            user_medication_id=row.mine.id,
            medication=row.medication.name,
            dosage=row.mine.dosage,
            most_per_day=(row.mine.schedule or {}).get("most_per_day"),
            taken_in_24_h=taken.get(row.mine.id, 0),
        )
        for row in listed
    ]


async def report(
    session: ReadSession, patient_id: UUID, first: dt.date, last: dt.date, zone_name: str
) -> AdherenceReport:
    """Adherence from the first until the last local day."""
    zone, now = zone_of(zone_name), dt.datetime.now(dt.UTC)
    since, until = first_instant(first, zone), first_instant(last + _DAY, zone)
    everything: list[Outcome] = []
    each = []
    for course in await plans.courses(session, patient_id, since, until):
        found = outcomes(course.plans, course.intakes, since, until, now)
        everything += found
        about = {"user_medication_id": course.id, "medication": course.name}
        each.append(MedicationAdherence(**about, **_summed(found).model_dump()))
    return AdherenceReport(
        since=first,
        until=last,
        time_zone=zone_name,
        overall=_summed(everything),
        medications=each,
    )


def _summed(found: Iterable[Outcome]) -> Adherence:
    summed = adherence(found)
    shares = {"taken_share": summed.taken_share, "covered_share": summed.covered_share}
    return Adherence(**asdict(summed), **shares)


async def record(
    session: WriteSession, caller: Caller, row: Row, body: IntakeInput
) -> tuple[RecordedIntake, bool]:
    """Record a dose: (what is there now, whether nothing was before).

    Raises:
        InvalidInputError: for a time to come, and for a dose that the schedule does not have.
    """
    now = dt.datetime.now(dt.UTC)
    at = body.at or now
    if at > now + AHEAD:
        raise InvalidInputError(errors=mine_service.at("at", "must not be in the future"))
    if body.due_at is None and body.status == "skipped":
        raise InvalidInputError(errors=mine_service.at("due_at", "is needed to leave one out"))
    before = None
    if body.due_at is not None:
        await _check_due(session, row, body.due_at, now)
        before = await intakes.before(session, row.mine.id, body.due_at)
    was = None if before is None else (before.status, before.at.isoformat())
    new = intakes.NewIntake(
        mine_id=row.mine.id,
        due_at=body.due_at,
        status=body.status,
        at=at,
        note=body.note,
        actor_id=caller.id,
    )
    kept, is_new = await intakes.record(session, new)
    if was is not None:
        changes = {"status": [was[0], kept.status], "at": [was[1], kept.at.isoformat()]}
        await life.note(session, row.mine.id, caller.id, "intake", changes=changes)
    over = await _over_limit(session, row, at)
    shown = RecordedIntake.model_validate(
        {
            name: over if name == "over_daily_limit" else getattr(kept, name)
            for name in RecordedIntake.model_fields
        }
    )
    return shown, is_new


async def _check_due(
    session: WriteSession, row: Row, due_at: dt.datetime, now: dt.datetime
) -> None:
    if due_at > now + EARLY:
        problem = mine_service.at("due_at", "must be within 24 hours")
        raise InvalidInputError(errors=problem)
    end = due_at + _MOMENT
    found = await plans.courses(session, row.mine.user_id, due_at, end, only=row.mine.id)
    if not any(doses(plan, due_at, end) for course in found for plan in course.plans):
        problem = mine_service.at("due_at", "is not the time of a dose")
        raise InvalidInputError(errors=problem)


async def _over_limit(session: WriteSession, row: Row, at: dt.datetime) -> bool:
    most = (row.mine.schedule or {}).get("most_per_day")
    if most is None:
        return False
    taken = await intakes.taken_since(session, [row.mine.id], at - _DAY)
    return taken.get(row.mine.id, 0) > int(most)
