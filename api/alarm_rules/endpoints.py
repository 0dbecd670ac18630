"""The resource /api/alarm-rules/: what holds for whom, every version of it, and changing it."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Response
from msgspec.json import Decoder

from analytics.rule_store import scopes_of
from analytics.rules import BUILTIN
from api.alarm_rules import service
from api.alarm_rules.schemas import (
    EffectiveRule,
    RuleInput,
    RuleVersion,
    VersionDifference,
    Withdrawal,
    version_shape,
)
from api.auth import CurrentCaller, Permitted
from api.errors import FieldProblem, InvalidInputError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.preconditions import SeenVersions, tag
from api.schemas import ShortText
from api.sessions import Reading, Writing
from storage.queries import alarm_rules
from storage.queries.alarm_rules import Where

router = Router(
    prefix="/api/alarm-rules",
    tags=["alarm rules"],
    dependencies=[Depends(Permitted("patients.view"))],
)
POSITION: Final[Decoder[alarm_rules.RulePosition]] = Decoder(alarm_rules.RulePosition)
_CONDITION: Final[Decoder[tuple[str]]] = Decoder(tuple[str])


async def scope(
    patient: Annotated[UUID | None, Query(description="Of this patient.")] = None,
    ward: Annotated[ShortText | None, Query(description="Of this ward.")] = None,
    hospital: Annotated[
        UUID | None, Query(description="Whose ward; left out where wards have no hospital.")
    ] = None,
) -> Where:
    """Read a scope from the query: a patient, a ward, or neither for everybody.

    Raises:
        InvalidInputError: when it is two of them, or half of one.
    """
    reason = ""
    if patient is not None and (ward or hospital):
        reason = "cannot be with a ward or a hospital"
    elif hospital is not None and not ward:
        reason = "needs a ward"
    if reason:
        field = "hospital" if patient is None else "patient"
        problem = FieldProblem(location="query", field=field, reason=reason)
        raise InvalidInputError(errors=[problem])
    return Where(patient, hospital, ward or None)


InScope = Annotated[Where, Depends(scope)]


def _tagged(response: Response, rule: EffectiveRule) -> EffectiveRule:
    tag(response, rule.scope_version)
    return rule


@router.get("/")
async def list_rules(
    session: Reading, caller: CurrentCaller, paging: Paging, where: InScope
) -> Page[EffectiveRule]:
    """Every rule as it holds for a patient, on a ward, or for everybody else.

    Each value names the version that it comes from: built in, everybody's, the ward's (of the
    patient's open encounter), the patient's own.
    """
    await service.may_read(session, caller, where)
    scopes = await scopes_of(session, where)
    current = await alarm_rules.current(session, scopes)
    after = paging.after(_CONDITION)
    names = [name for name in sorted(BUILTIN) if after is None or name > after[0]]
    kept, following = paging.cut(names[: paging.limit + 1], lambda name: (name,))
    return Page(results=[service.shape(one, scopes, current) for one in kept], next=following)


@router.get("/versions/")
async def list_versions(
    session: Reading, caller: CurrentCaller, paging: Paging, where: InScope
) -> Page[RuleVersion]:
    """Every version that a scope ever had of any rule, the newest first."""
    await service.may_read(session, caller, where)
    found = await alarm_rules.history(
        session, where, None, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[version_shape(row) for row in kept], next=following)


@router.get("/{condition}/")
async def get_rule(
    session: Reading, caller: CurrentCaller, condition: str, where: InScope, response: Response
) -> EffectiveRule:
    """One rule as it holds in a scope; its ETag is the scope's version."""
    service.known(condition)
    await service.may_read(session, caller, where)
    return _tagged(response, await service.one(session, where, condition))


@router.put("/{condition}/")
async def put_rule(  # noqa: PLR0913, PLR0917 - what a request is made of
    session: Writing,
    caller: CurrentCaller,
    condition: str,
    where: InScope,
    seen: SeenVersions,
    body: RuleInput,
    response: Response,
) -> EffectiveRule:
    """Make the next version of a rule in a scope; the engine has it within a second.

    The body is the whole version: what it leaves out is inherited, whatever the version before
    said. Clinicians change the rules of patients in their care, admins all of them; a clinician
    whose role has the permission `alarm_rules.ward` those of a ward where a patient of theirs is.
    """
    target = service.Target(where, condition, seen)
    return _tagged(response, await service.change(session, caller, target, body))


@router.delete("/{condition}/")
async def withdraw_rule(  # noqa: PLR0913, PLR0917 - what a request is made of
    session: Writing,
    caller: CurrentCaller,
    condition: str,
    where: InScope,
    seen: SeenVersions,
    response: Response,
    body: Withdrawal | None = None,
) -> EffectiveRule:
    """Go back to the wider scope's rule. That is a version too: nothing is forgotten.

    A scope that has no rule of its own is answered with 409.
    """
    reason = "" if body is None else body.reason
    target = service.Target(where, condition, seen)
    return _tagged(response, await service.withdraw(session, caller, target, reason))


@router.get("/{condition}/history/")
async def list_rule_history(
    session: Reading, caller: CurrentCaller, paging: Paging, condition: str, where: InScope
) -> Page[RuleVersion]:
    """Every version of one rule in a scope, the newest first: what, when, by whom and why."""
    service.known(condition)
    await service.may_read(session, caller, where)
    found = await alarm_rules.history(
        session, where, condition, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[version_shape(row) for row in kept], next=following)


@router.get("/{condition}/diff/")
async def get_rule_difference(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    session: Reading,
    caller: CurrentCaller,
    condition: str,
    where: InScope,
    before: Annotated[int, Query(ge=0, le=1_000_000_000, description="0: none yet.")],
    after: Annotated[int, Query(ge=0, le=1_000_000_000)],
) -> VersionDifference:
    """What changed from one version of a rule to another."""
    service.known(condition)
    await service.may_read(session, caller, where)
    return await service.difference(session, where, condition, before, after)
