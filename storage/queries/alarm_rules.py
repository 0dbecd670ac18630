"""Versions of alarm rules: of everybody, of wards, of patients."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, update

from storage.engine import ReadSession, WriteSession
from storage.models import AlarmRule, CareRelationship, Encounter, Series, User
from storage.queries.care import Viewer, is_open, visible

RULES_CHANNEL: Final = "jeg_rules"
"""NOTIFY channel: a rule has another version. No payload."""

RULES: Final = """
    -- Stored changes of the built-in rules that are in force.
    SELECT patient_id, hospital_id, ward, condition, version, enabled, limit_value AS "limit",
           severe_limit, priority, delay_seconds AS delay_s, clear_delay_seconds AS clear_delay_s,
           severe_delay_seconds AS severe_delay_s,
           severe_clear_delay_seconds AS severe_clear_delay_s, hysteresis,
           repeat_seconds AS repeat_s
    FROM alarm_rules WHERE superseded_at IS NULL AND NOT withdrawn
"""

WARDS: Final = """
    -- Who is on a ward that has a rule of its own, or on one of these.
    SELECT e.patient_id, e.hospital_id, e.ward
    FROM (
        SELECT hospital_id, ward FROM alarm_rules
        WHERE ward IS NOT NULL AND superseded_at IS NULL AND NOT withdrawn
        UNION
        SELECT hospital_id, ward FROM unnest(%s::uuid[], %s::text[]) AS w(hospital_id, ward)
    ) AS ruled
    JOIN encounters e ON e.ward = ruled.ward AND e.period_end IS NULL
        AND e.hospital_id IS NOT DISTINCT FROM ruled.hospital_id
"""

RulePosition = tuple[dt.datetime, UUID]
"""When a version was made, and its id: newest first."""

COLUMNS: Final = {
    "enabled": "enabled",
    "limit": "limit_value",
    "severe_limit": "severe_limit",
    "priority": "priority",
    "delay_s": "delay_seconds",
    "clear_delay_s": "clear_delay_seconds",
    "severe_delay_s": "severe_delay_seconds",
    "severe_clear_delay_s": "severe_clear_delay_seconds",
    "hysteresis": "hysteresis",
    "repeat_s": "repeat_seconds",
}
"""What a rule can change -> its column."""


@dataclass(frozen=True, slots=True)
class Where:
    """Scope of a rule: a patient, a ward (of a hospital or of none), or neither: everybody."""

    patient_id: UUID | None = None
    hospital_id: UUID | None = None
    ward: str | None = None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a rule, with the name of whoever made it; `values` by name as in COLUMNS."""

    id: UUID
    where: Where
    condition: str
    version: int
    withdrawn: bool
    values: Mapping[str, Any]
    reason: str
    created_at: dt.datetime
    created_by_id: UUID | None
    created_by_name: str | None
    superseded_at: dt.datetime | None

    @property
    def position(self) -> RulePosition:
        """Place in the list."""
        return (self.created_at, self.id)


class VersionGoneError(ValueError):
    """The rule has another version by now."""

    def __init__(self, current: int) -> None:
        """Tell the version that is current; 0 where there is none."""
        super().__init__(f"version {current} is current")
        self.current = current


def _of(where: Where) -> ColumnElement[bool]:
    return and_(
        AlarmRule.patient_id.is_not_distinct_from(where.patient_id),
        AlarmRule.hospital_id.is_not_distinct_from(where.hospital_id),
        AlarmRule.ward.is_not_distinct_from(where.ward),
    )


def _versions() -> Select[AlarmRule, str | None]:
    name = func.trim(User.first_name + " " + User.last_name)
    return select(AlarmRule, name).outerjoin(User, User.id == AlarmRule.created_by_id)


def _row(rule: AlarmRule, name: str | None) -> VersionRow:
    return VersionRow(
        id=rule.id,
        where=Where(rule.patient_id, rule.hospital_id, rule.ward),
        condition=rule.condition,
        version=rule.version,
        withdrawn=rule.withdrawn,
        values={key: getattr(rule, column) for key, column in COLUMNS.items()},
        reason=rule.reason,
        created_at=rule.created_at,
        created_by_id=rule.created_by_id,
        created_by_name=name,
        superseded_at=rule.superseded_at,
    )


async def current(
    session: ReadSession | WriteSession, scopes: Sequence[Where], conditions: Sequence[str] = ()
) -> dict[tuple[Where, str], VersionRow]:
    """The current versions of these scopes, withdrawn ones too; one query a scope.

    At most three scopes hold for anybody, and each has at most one row for a condition.
    """
    found = {}
    for where in scopes:
        statement = _versions().where(_of(where), AlarmRule.superseded_at.is_(None))
        if conditions:
            statement = statement.where(AlarmRule.condition.in_(conditions))
        for rule, name in await session.execute(statement):
            found[where, rule.condition] = _row(rule, name)
    return found


async def history(
    session: ReadSession,
    where: Where,
    condition: str | None,
    *,
    after: RulePosition | None,
    limit: int,
) -> list[VersionRow]:
    """Versions of a scope, newest first, at most `limit`, from `after` on."""
    statement = _versions().where(_of(where))
    if condition is not None:
        statement = statement.where(AlarmRule.condition == condition)
    if after is not None:
        made, rule_id = after
        statement = statement.where(
            func.row(AlarmRule.created_at, AlarmRule.id) < func.row(made, rule_id)
        )
    order = (AlarmRule.created_at.desc(), AlarmRule.id.desc())
    found = await session.execute(statement.order_by(*order).limit(limit))
    return [_row(rule, name) for rule, name in found]


async def version(
    session: ReadSession, where: Where, condition: str, number: int
) -> VersionRow | None:
    """One version of a rule."""
    found = await session.execute(
        _versions().where(_of(where), AlarmRule.condition == condition, AlarmRule.version == number)
    )
    row = found.one_or_none()
    return None if row is None else _row(*row)


async def put(  # noqa: PLR0913 (what a version is)
    session: WriteSession,
    where: Where,
    condition: str,
    values: Mapping[str, Any],
    *,
    reason: str,
    by_id: UUID | None,
    seen: Collection[int] | None = None,
    withdrawn: bool = False,
) -> int:
    """Make the next version of a rule and tell the engine; its number.

    Two who change one rule at the same time come one after the other: a lock on the scope and the
    condition, for as long as the transaction lasts, also where there is no row to lock yet.

    Raises:
        VersionGoneError: None of the versions `seen` is current (0: there is none).
    """
    key = f"alarm_rules:{where.patient_id}:{where.hospital_id}:{where.ward}:{condition}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    newest = await session.scalar(
        select(func.max(AlarmRule.version)).where(_of(where), AlarmRule.condition == condition)
    )
    if seen is not None and (newest or 0) not in seen:
        raise VersionGoneError(newest or 0)
    await session.execute(
        update(AlarmRule)
        .where(_of(where), AlarmRule.condition == condition, AlarmRule.superseded_at.is_(None))
        .values(superseded_at=func.now())
    )
    session.add(
        AlarmRule(
            patient_id=where.patient_id,
            hospital_id=where.hospital_id,
            ward=where.ward,
            condition=condition,
            version=(newest or 0) + 1,
            withdrawn=withdrawn,
            reason=reason,
            created_by_id=by_id,
            **{COLUMNS[name]: value for name, value in values.items()},
        )
    )
    await session.flush()
    await session.execute(select(func.pg_notify(RULES_CHANNEL, "")))
    return (newest or 0) + 1


async def ward_of(session: ReadSession | WriteSession, patient_id: UUID) -> Where | None:
    """Ward of a patient's open encounter; None without one, or without a ward."""
    found = await session.execute(
        select(Encounter.hospital_id, Encounter.ward).where(
            Encounter.patient_id == patient_id, Encounter.period_end.is_(None)
        )
    )
    row = found.one_or_none()
    return None if row is None or not row[1] else Where(None, row[0], row[1])


def on_ward(where: Where, patient_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    """Condition that holds where the patient of a row is on a ward now."""
    return exists().where(
        Encounter.patient_id == patient_id,
        Encounter.period_end.is_(None),
        Encounter.ward == where.ward,
        Encounter.hospital_id.is_not_distinct_from(where.hospital_id),
    )


async def cares_on_ward(session: ReadSession | WriteSession, viewer: Viewer, where: Where) -> bool:
    """Whether somebody on this ward is in the care of `viewer` now."""
    statement = select(
        exists().where(
            CareRelationship.clinician_id == viewer.id,
            is_open(),
            on_ward(where, CareRelationship.patient_id),
        )
    )
    return bool(await session.scalar(statement))


async def patients_of(
    session: ReadSession, viewer: Viewer, where: Where, *, limit: int
) -> list[UUID]:
    """Patients in a scope whom `viewer` may see and of whom something was measured, by id."""
    measured = exists().where(Series.patient_id == User.id)
    statement = select(User.id).where(visible(viewer, User.id), measured)
    if where.patient_id is not None:
        statement = statement.where(User.id == where.patient_id)
    if where.ward is not None:
        statement = statement.where(on_ward(where, User.id))
    return list(await session.scalars(statement.order_by(User.id).limit(limit)))
