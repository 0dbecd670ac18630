"""Plans of medicines: what was to be taken when, and when a worker is to look at it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import (
    Medication,
    MedicationIntake,
    MedicationPlan,
    User,
    UserMedication,
)
from telemetry.medicines.adherence import Intake
from telemetry.medicines.reminders import next_look
from telemetry.medicines.schedule import Plan, read
from telemetry.zones import zone_of


@dataclass(frozen=True, slots=True)
class Course:
    """One medicine of a patient: what was due, and what was recorded.

    Attributes:
        intakes: By the time at which the dose was due.
        record_ids: Of the intakes, likewise.

    """

    id: UUID
    name: str
    dosage: str
    status: str
    plans: list[Plan]
    intakes: Mapping[dt.datetime, Intake]
    record_ids: Mapping[dt.datetime, UUID]


@dataclass(frozen=True, slots=True)
class DuePlan:
    """A plan that is to be looked at now."""

    id: UUID
    user_medication_id: UUID
    patient_id: UUID
    medicine: str
    dosage: str
    reminders: bool
    row: MedicationPlan
    zone_name: str
    current_zone: str
    looked_at: dt.datetime
    schedule: dict[str, Any]

    @property
    def plan(self) -> Plan:
        """What is due when.

        Raises:
            ScheduleError: what is stored is no schedule that this version knows.

        """
        return _plan(self.row)


async def open_plan(  # noqa: PLR0913 - what a plan is made of
    session: WriteSession,
    user_medication_id: UUID,
    *,
    schedule: Mapping[str, Any] | None,
    time_zone: str,
    start: dt.date,
    end: dt.date | None,
    at: dt.datetime,
) -> None:
    """Begin a plan; nothing where there is no schedule with times."""
    if schedule is None or schedule.get("kind") == "as_needed":
        return
    plan = Plan(read(schedule), zone_of(time_zone), start, end, at)
    await session.execute(
        insert(MedicationPlan).values(
            id=uuid4(),
            user_medication_id=user_medication_id,
            schedule=dict(schedule),
            time_zone=time_zone,
            start_date=start,
            end_date=end,
            valid_from=at,
            looked_at=at,
            next_at=next_look(plan, at),
        )
    )


async def close_plan(session: WriteSession, user_medication_id: UUID, at: dt.datetime) -> None:
    """End the plan that holds, if one does; nothing of older ones is told either any more."""
    plan = MedicationPlan
    ends = func.coalesce(plan.valid_until, func.greatest(at, plan.valid_from))
    await session.execute(
        update(plan)
        .where(
            plan.user_medication_id == user_medication_id,
            or_(plan.valid_until.is_(None), plan.next_at.is_not(None)),
        )
        .values(valid_until=ends, next_at=None)
    )


async def succeed(session: WriteSession, due: DuePlan, at: dt.datetime) -> None:
    """Go on in the zone where the patient is by now, from this time on.

    The plan before is looked at until the last of its doses has run out of time.
    """
    before = due.plan
    ended = replace(before, valid_until=at)
    await session.execute(
        update(MedicationPlan)
        .where(MedicationPlan.id == due.id)
        .values(valid_until=at, next_at=next_look(ended, at))
    )
    await open_plan(
        session,
        due.user_medication_id,
        schedule=due.schedule,
        time_zone=due.current_zone,
        start=before.start,
        end=before.end,
        at=at,
    )


async def look_soon(session: WriteSession, patient_id: UUID) -> None:
    """Have a patient's plans looked at: they may be in another time zone."""
    mine = select(UserMedication.id).where(UserMedication.user_id == patient_id)
    await session.execute(
        update(MedicationPlan)
        .where(
            MedicationPlan.user_medication_id.in_(mine),
            MedicationPlan.valid_until.is_(None),
            MedicationPlan.next_at.is_not(None),
        )
        .values(next_at=func.now())
    )


async def courses(
    session: ReadSession | WriteSession,
    patient_id: UUID,
    since: dt.datetime,
    until: dt.datetime,
    *,
    only: UUID | None = None,
) -> list[Course]:
    """Medicines of a patient that had a plan in a time, with what was recorded of their doses."""
    statement = (
        select(MedicationPlan, UserMedication, Medication.name)
        .join(UserMedication, UserMedication.id == MedicationPlan.user_medication_id)
        .join(Medication, Medication.id == UserMedication.medication_id)
        .where(
            UserMedication.user_id == patient_id,
            MedicationPlan.valid_from < until,
            or_(MedicationPlan.valid_until.is_(None), MedicationPlan.valid_until > since),
        )
        .order_by(UserMedication.created_at, UserMedication.id, MedicationPlan.valid_from)
    )
    if only is not None:
        statement = statement.where(UserMedication.id == only)
    plans: dict[UUID, list[Plan]] = defaultdict(list)
    about: dict[UUID, tuple[UserMedication, str]] = {}
    for row, mine, name in await session.execute(statement):
        plans[mine.id].append(_plan(row))
        about[mine.id] = (mine, name)
    records = await _records(session, list(about), since, until)
    return [
        Course(
            one,
            name,
            mine.dosage,
            mine.status,
            plans[one],
            {row.due_at: Intake(row.status, row.at) for row in records[one] if row.due_at},
            {row.due_at: row.id for row in records[one] if row.due_at},
        )
        for one, (mine, name) in about.items()
    ]


def _plan(row: MedicationPlan) -> Plan:
    return Plan(
        read(row.schedule),
        zone_of(row.time_zone),
        row.start_date,
        row.end_date,
        row.valid_from,
        row.valid_until,
    )


async def _records(
    session: ReadSession | WriteSession,
    ids: Collection[UUID],
    since: dt.datetime,
    until: dt.datetime,
) -> dict[UUID, list[MedicationIntake]]:
    found: dict[UUID, list[MedicationIntake]] = defaultdict(list)
    statement = select(MedicationIntake).where(
        MedicationIntake.user_medication_id.in_(ids),
        MedicationIntake.due_at >= since,
        MedicationIntake.due_at < until,
    )
    for row in await session.scalars(statement):
        found[row.user_medication_id].append(row)
    return found


async def due(session: WriteSession) -> DuePlan | None:
    """The plan that has been due for the longest; nobody else takes it until the commit."""
    statement = (
        select(MedicationPlan, UserMedication, Medication.name, User.time_zone)
        .join(UserMedication, UserMedication.id == MedicationPlan.user_medication_id)
        .join(Medication, Medication.id == UserMedication.medication_id)
        .join(User, User.id == UserMedication.user_id)
        .where(MedicationPlan.next_at <= func.now())
        .order_by(MedicationPlan.next_at)
        .limit(1)
        .with_for_update(of=MedicationPlan, skip_locked=True)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    plan, mine, name, zone = row
    return DuePlan(
        id=plan.id,
        user_medication_id=mine.id,
        patient_id=mine.user_id,
        medicine=name,
        dosage=mine.dosage,
        reminders=mine.reminders,
        row=plan,
        zone_name=plan.time_zone,
        current_zone=zone,
        looked_at=plan.looked_at or plan.valid_from,
        schedule=plan.schedule,
    )


async def put_off(session: WriteSession, plan_id: UUID) -> None:
    """Look at a plan in a quarter of an hour: it could not be dealt with now."""
    later = func.now() + text("interval '15 minutes'")
    await session.execute(
        update(MedicationPlan).where(MedicationPlan.id == plan_id).values(next_at=later)
    )


async def recorded(
    session: WriteSession, user_medication_id: UUID, since: dt.datetime
) -> set[dt.datetime]:
    """Times of doses of which something was recorded, those due from then on."""
    statement = select(MedicationIntake.due_at).where(
        MedicationIntake.user_medication_id == user_medication_id,
        MedicationIntake.due_at >= since,
    )
    return {one for one in await session.scalars(statement) if one is not None}


async def looked_at(
    session: WriteSession, plan_id: UUID, at: dt.datetime, next_at: dt.datetime | None
) -> None:
    """Note until when a plan was looked at, and when to do so again."""
    await session.execute(
        update(MedicationPlan)
        .where(MedicationPlan.id == plan_id)
        .values(looked_at=at, next_at=next_at)
    )
