"""Rules about rules: whose they are to see and to change, and what a change must satisfy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from psycopg.errors import ForeignKeyViolation
from sqlalchemy.exc import IntegrityError

from analytics.overrides import FIELDS, Override
from analytics.rule_checks import faults, plausible
from analytics.rule_store import Current, resolve, scopes_of
from analytics.rules import BUILTIN, HIGH_SIDE, Rule
from api.alarm_rules.schemas import (
    Difference,
    EffectiveRule,
    RuleInput,
    Sourced,
    VersionDifference,
)
from api.auth import Caller
from api.errors import (
    FieldProblem,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    RuleChangedError,
    RuleNotSetError,
)
from storage.engine import ReadSession, WriteSession
from storage.queries import alarm_rules, care
from storage.queries.alarm_rules import Where

CHANGE: Final = "rules.change"
PERMISSION: Final = "alarm_rules.ward"
"""With it a clinician changes the rules of wards where a patient of theirs is."""
STAFF: Final = "alarms.answer"


def known(condition: str) -> Rule:
    """The built-in rule of a condition.

    Raises:
        NotFoundError: when there is none of that name.
    """
    try:
        return BUILTIN[condition]
    except KeyError as error:
        raise NotFoundError from error


async def may_read(session: ReadSession | WriteSession, caller: Caller, where: Where) -> None:
    """Let the caller see the rules of a scope.

    Raises:
        NotFoundError: when the patient is none that they may see.
        PermissionDeniedError: when wards are no business of theirs.
    """
    if where.patient_id is not None:
        if not await care.may_see(session, caller.viewer, where.patient_id):
            raise NotFoundError
    elif STAFF not in caller.account.permissions:
        raise PermissionDeniedError


async def may_change(session: WriteSession, caller: Caller, where: Where) -> None:
    """Let the caller change the rules of a scope.

    Clinicians change those of the patients in their care, admins all; a clinician with the
    permission `alarm_rules.ward` changes those of wards where a patient of theirs is.

    Raises:
        NotFoundError: when the patient is none that they may see.
        PermissionDeniedError: when it is not theirs to change.
    """
    await may_read(session, caller, where)
    permissions = caller.account.permissions
    if CHANGE not in permissions:
        raise PermissionDeniedError
    if caller.viewer.sees_all:
        return
    if where.patient_id == caller.id:
        raise PermissionDeniedError
    if where.patient_id is not None:
        return
    if (
        where.ward is None
        or PERMISSION not in permissions
        or not await alarm_rules.cares_on_ward(session, caller.viewer, where)
    ):
        raise PermissionDeniedError


def shape(condition: str, scopes: list[Where], current: Current) -> EffectiveRule:
    """Rule as sent, for the last of these scopes."""
    found = resolve(condition, scopes, current)
    rule, row = found.rule, current.get((scopes[-1], condition))
    least, greatest = plausible(rule)
    return EffectiveRule(
        condition=condition,
        title=rule.title,
        metrics=list(rule.metrics),
        side="high" if rule.side == HIGH_SIDE else "low",
        unit=rule.unit,
        category=rule.category.value,
        least=least,
        greatest=greatest,
        rule_version=rule.version,
        scope_version=0 if row is None else row.version,
        values={
            name: Sourced(value=_value(rule, name), source=found.sources[name]) for name in FIELDS
        },
    )


def _value(rule: Rule, name: str) -> float | bool | str | None:
    value: float | bool | str | None = getattr(rule, name)
    return value


async def one(session: ReadSession | WriteSession, where: Where, condition: str) -> EffectiveRule:
    """The rule of one condition in a scope."""
    scopes = await scopes_of(session, where)
    return shape(condition, scopes, await alarm_rules.current(session, scopes, [condition]))


@dataclass(frozen=True, slots=True)
class Target:
    """Which rule is to be changed, and the version that the caller saw (None: any)."""

    where: Where
    condition: str
    seen: frozenset[int] | None


async def change(
    session: WriteSession, caller: Caller, target: Target, wanted: RuleInput
) -> EffectiveRule:
    """Make the next version.

    Raises:
        InvalidInputError: when it makes no sense, or there is no such hospital.
        RuleChangedError: when another version than was seen is current.
    """
    known(target.condition)
    await may_change(session, caller, target.where)
    values = wanted.model_dump(exclude={"reason"}, exclude_none=True)
    wider = await wider_rule(session, target.where, target.condition)
    check(wider, target.condition, values)
    await _put(session, caller, target, values, reason=wanted.reason)
    return await one(session, target.where, target.condition)


async def withdraw(
    session: WriteSession, caller: Caller, target: Target, reason: str
) -> EffectiveRule:
    """Go back to the wider scope's rule; a version too.

    Raises:
        RuleNotSetError: when the scope has no rule of its own.
        RuleChangedError: when another version than was seen is current.
    """
    known(target.condition)
    await may_change(session, caller, target.where)
    key = (target.where, target.condition)
    row = (await alarm_rules.current(session, [target.where], [target.condition])).get(key)
    if row is None or row.withdrawn:
        raise RuleNotSetError
    await _put(session, caller, target, {}, reason=reason, withdrawn=True)
    return await one(session, target.where, target.condition)


async def _put(  # noqa: PLR0913 (what a version is)
    session: WriteSession,
    caller: Caller,
    target: Target,
    values: Mapping[str, object],
    *,
    reason: str,
    withdrawn: bool = False,
) -> None:
    try:
        await alarm_rules.put(
            session,
            target.where,
            target.condition,
            values,
            reason=reason,
            by_id=caller.id,
            seen=target.seen,
            withdrawn=withdrawn,
        )
    except alarm_rules.VersionGoneError as error:
        raise RuleChangedError(headers={"ETag": f'"{error.current}"'}) from error
    except IntegrityError as error:
        if not isinstance(error.orig, ForeignKeyViolation):
            raise
        problem = FieldProblem(location="query", field="hospital", reason="there is none")
        raise InvalidInputError(errors=[problem]) from error


async def wider_rule(session: ReadSession | WriteSession, where: Where, condition: str) -> Rule:
    """The rule that a change in this scope would change."""
    scopes = (await scopes_of(session, where))[:-1]
    current = await alarm_rules.current(session, scopes, [condition])
    return resolve(condition, scopes, current).rule


def check(wider: Rule, condition: str, values: Mapping[str, object], at: str = "") -> None:
    """Hold a change against what a rule must satisfy.

    Raises:
        InvalidInputError: with every fault.
    """
    override = Override(condition, 1, **values)  # type: ignore[arg-type]
    found = [
        FieldProblem(location="body", field=f"{at}{field}".rstrip("."), reason=reason)
        for field, reason in faults(wider, override)
    ]
    if found:
        raise InvalidInputError(errors=found)


async def difference(
    session: ReadSession, where: Where, condition: str, before: int, after: int
) -> VersionDifference:
    """What changed between two versions of a scope; version 0 changes nothing.

    Raises:
        NotFoundError: when there is no such version.
    """
    old, new = [await _values(session, where, condition, one) for one in (before, after)]
    return VersionDifference(
        condition=condition,
        before=before,
        after=after,
        differences=[
            Difference(field=name, before=old.get(name), after=new.get(name))
            for name in FIELDS
            if old.get(name) != new.get(name)
        ],
    )


async def _values(
    session: ReadSession, where: Where, condition: str, number: int
) -> Mapping[str, float | bool | str | None]:
    if number == 0:
        return {}
    row = await alarm_rules.version(session, where, condition, number)
    if row is None:
        raise NotFoundError
    return row.values
