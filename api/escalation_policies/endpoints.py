"""The resource /api/escalation-policies/."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Query, Response, status
from psycopg.errors import ForeignKeyViolation
from sqlalchemy.exc import IntegrityError

from analytics.escalation import BUILTIN, REPEAT_SECONDS, Step
from analytics.rules import Priority as RulePriority
from api.auth import Caller, Permitted
from api.errors import (
    ConflictError,
    FieldProblem,
    InvalidInputError,
    NotFoundError,
    PreconditionFailedError,
)
from api.escalation_policies.schemas import Policies, Policy, PolicyInput, PolicyStep
from api.idempotency import Router
from api.preconditions import SeenVersions, tag
from api.sessions import Reading, Writing
from api.ward.schemas import Priority
from storage.engine import WriteSession
from storage.models import EscalationPolicy
from storage.queries import policies

router = Router(prefix="/api/escalation-policies", tags=["escalation policies"])
MOST: Final = 500
Admin = Annotated[Caller, Depends(Permitted("policies.change"))]
Staff = Annotated[Caller, Depends(Permitted("policies.view"))]


@router.get("/")
async def list_policies(session: Reading, _caller: Staff) -> Policies:
    """Who is called for alarms that nobody answers: every policy in force, built-in ones first."""
    stored = await policies.current(session, limit=MOST)
    return Policies(results=[*_builtin(), *(_stored(one) for one in stored)])


@router.put("/")
async def put_policy(
    session: Writing, caller: Admin, seen: SeenVersions, body: PolicyInput, response: Response
) -> Policy:
    """Put a policy in force; the one before it is kept.

    Alarms that call already keep the steps that they began with. Its ETag is its version; `"0"`
    in If-Match: only where none but a built-in one is in force.
    """
    scope = {"hospital_id": body.hospital_id, "ward": body.ward, "priority": body.priority}
    await _check_seen(session, seen, scope)
    steps = [step.step().document() for step in body.steps]
    try:
        made = await policies.replace(
            session, scope, steps=steps, repeat_seconds=body.repeat_seconds, by=caller.id
        )
    except IntegrityError as error:
        if isinstance(error.orig, ForeignKeyViolation):
            problem = FieldProblem(location="body", field="hospital_id", reason="there is none")
            raise InvalidInputError(errors=[problem]) from error
        detail = "somebody else has just changed it"
        raise ConflictError(detail) from error
    tag(response, made.version)
    return _stored(made)


@router.delete("/", status_code=status.HTTP_204_NO_CONTENT)
async def end_policy(
    session: Writing,
    _caller: Admin,
    seen: SeenVersions,
    priority: Annotated[Priority, Query()],
    ward: Annotated[str | None, Query(max_length=200)] = None,
    hospital_id: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Take a policy out of force, so that everybody's, or the built-in one, holds again."""
    scope = {"hospital_id": hospital_id, "ward": ward, "priority": priority}
    await _check_seen(session, seen, scope)
    if not await policies.end(session, scope):
        raise NotFoundError
    return Response(status_code=status.HTTP_204_NO_CONTENT)


async def _check_seen(
    session: WriteSession, seen: frozenset[int] | None, scope: dict[str, Any]
) -> None:
    if seen is None:
        return
    current = await policies.in_force(session, scope)
    if current not in seen:
        raise PreconditionFailedError(headers={"ETag": f'"{current}"'})


def _step(document: dict[str, Any]) -> PolicyStep:
    return PolicyStep.model_validate(document)


def _builtin() -> list[Policy]:
    return [
        Policy(
            id=None,
            priority=priority.value,
            ward=None,
            hospital_id=None,
            version=0,
            steps=[_step(step.document()) for step in _steps(priority)],
            repeat_seconds=REPEAT_SECONDS[priority],
            created_at=None,
            created_by_id=None,
        )
        for priority in RulePriority
    ]


def _steps(priority: RulePriority) -> tuple[Step, ...]:
    return BUILTIN[priority]


def _stored(row: EscalationPolicy) -> Policy:
    plain = {name: getattr(row, name) for name in Policy.model_fields if name != "steps"}
    return Policy(**plain, steps=[_step(one) for one in row.steps])
