"""POST /api/alarm-rules/what-if/: another rule over the stored past."""

import datetime as dt
import threading
from typing import Annotated, Any, Final
from uuid import UUID

from anyio import to_thread
from fastapi import Depends, Response, status
from pydantic import BaseModel, Field

from analytics.overrides import Override, Scope
from analytics.rules import BUILTIN
from analytics.whatif.question import DAY_MS, LONGEST_DAYS, Question, metrics_of
from analytics.whatif.run import run
from api.alarm_rules import service
from api.alarm_rules.endpoints import InScope
from api.alarm_rules.schemas import RuleValues
from api.auth import Caller, Permitted
from api.errors import FieldProblem, InvalidInputError
from api.idempotency import Router
from api.jobs.schemas import Job, shape
from api.schemas import Input
from api.services import Services, Shared
from api.sessions import WritingLater
from storage.engine import ReadSession
from storage.queries import alarm_rules, background_jobs, replay
from storage.queries.alarm_rules import Where
from telemetry.clock import from_ms, now_ms
from telemetry.metrics import METRICS

router = Router(prefix="/api/alarm-rules", tags=["alarm rules"])
Asking = Annotated[Caller, Depends(Permitted("rules.try"))]

DIRECT_PATIENTS: Final = 20
DIRECT_READINGS: Final = 300_000
"""Up to so many are answered at once; more are a job."""
_AT_ONCE: Final = threading.BoundedSemaphore(1)
"""Of the direct ones; another that comes meanwhile is a job."""


class RuleChange(RuleValues):
    """A rule as it would be in the scope that is asked about."""

    condition: str


class WhatIfInput(Input):
    """Which rules, over how long."""

    changes: list[RuleChange] = Field(min_length=1, max_length=20)
    days: int = Field(default=7, ge=1, le=LONGEST_DAYS, description="Until now.")


class Calls(BaseModel):
    """Calls under the current and under the proposed rules."""

    before: int
    after: int


class PerDay(BaseModel):
    """The same a day."""

    before: float
    after: float


class Episode(BaseModel):
    """One time that somebody was, or would be, called."""

    patient_id: UUID
    condition: str
    started_at: dt.datetime
    called_at: dt.datetime
    ended_at: dt.datetime | None
    worst_value: float | None
    worst_at: dt.datetime | None = Field(
        description="When that was measured; null where nothing was."
    )
    acknowledged: bool = Field(description="A person acknowledged its alarm.")
    severe: bool = Field(description="Its worst value was at the severe limit or beyond.")


class WhatIfAnswer(BaseModel):
    """What the other rules would have done."""

    sentence: str
    patients: int
    readings: int
    days: float
    calls: Calls
    per_day: PerDay
    by_condition: dict[str, Calls]
    by_day: dict[str, Calls] = Field(description="By UTC day.")
    missed_count: int = Field(description="Real episodes that would not have been called.")
    missed: list[Episode] = Field(description="The first 100 of them.")
    new_count: int = Field(description="Episodes that only the proposed rules call.")
    new: list[Episode] = Field(description="The first 100 of them.")
    latest_s: float = Field(description="How much later a real episode is called at most.")


@router.post(
    "/what-if/",
    responses={202: {"model": Job, "description": "Too much to wait for: a job, see `Location`."}},
)
async def ask_what_if(  # noqa: PLR0913, PLR0917 - what a request is made of
    parts: Shared,
    begin: WritingLater,
    caller: Asking,
    where: InScope,
    body: WhatIfInput,
    response: Response,
) -> WhatIfAnswer | Job:
    """Replay stored readings with other rules, through the engine itself. Nothing is changed.

    Of one patient, of a ward, or of everybody whom the caller may see. An episode of the current
    rules is real where a person acknowledged its alarm or its worst value was at the severe limit
    or beyond; a real one that the proposed rules call at no time of it is missed. Late readings
    are taken as if they had come in time.
    """
    until_ms = now_ms()
    changes = [
        {"condition": one.condition, **one.model_dump(exclude={"condition"}, exclude_none=True)}
        for one in body.changes
    ]
    asked = {"since_ms": until_ms - body.days * DAY_MS, "until_ms": until_ms}
    question = Question(
        tuple(Override(**one, version=0, scope=_scope(where)) for one in changes), **asked
    )
    async with parts.database.read() as session:
        await _check(session, caller, where, body)
        patients = await _few(session, caller, where, question)
    if patients is not None and _AT_ONCE.acquire(blocking=False):
        try:
            answer = await _direct(parts, question, patients)
        finally:
            _AT_ONCE.release()
        await begin()
        return answer
    parameters: dict[str, Any] = {**asked, "changes": changes, **_plain(where)}
    job = await background_jobs.add(await begin(), caller.id, "what-if", parameters)
    response.status_code = status.HTTP_202_ACCEPTED
    response.headers["Location"] = f"/api/jobs/{job.id}/"
    return shape(job)


async def _check(session: ReadSession, caller: Caller, where: Where, body: WhatIfInput) -> None:
    await service.may_read(session, caller, where)
    asked = [one.condition for one in body.changes]
    for i, one in enumerate(body.changes):
        reason = ""
        if one.condition not in BUILTIN:
            reason = "is no condition that a rule judges"
        elif one.condition in asked[:i]:
            reason = "is asked about twice"
        if reason:
            problem = FieldProblem(location="body", field=f"changes.{i}.condition", reason=reason)
            raise InvalidInputError(errors=[problem])
        wider = await service.wider_rule(session, where, one.condition)
        values = one.model_dump(exclude={"condition"}, exclude_none=True)
        service.check(wider, one.condition, values, at=f"changes.{i}.")


async def _few(
    session: ReadSession, caller: Caller, where: Where, question: Question
) -> list[UUID] | None:
    """The patients, where they and their readings are few enough for an answer at once."""
    found = await alarm_rules.patients_of(session, caller.viewer, where, limit=DIRECT_PATIENTS + 1)
    if len(found) > DIRECT_PATIENTS:
        return None
    names = metrics_of(question.conditions) or METRICS
    numbers = [METRICS[name].id for name in names]
    count = await replay.volume(session, found, numbers, from_ms(question.since_ms))
    return found if count <= DIRECT_READINGS else None


async def _direct(parts: Services, question: Question, patients: list[UUID]) -> WhatIfAnswer:
    url = parts.settings.database_url.get_secret_value()
    answer = await to_thread.run_sync(lambda: run(question, patients, url=url))
    return WhatIfAnswer.model_validate(answer.document())


def _scope(where: Where) -> Scope:
    return Scope(where.patient_id, where.hospital_id, where.ward)


def _plain(where: Where) -> dict[str, str | None]:
    """A scope as JSON can hold it."""
    return {
        "patient_id": None if where.patient_id is None else str(where.patient_id),
        "hospital_id": None if where.hospital_id is None else str(where.hospital_id),
        "ward": where.ward,
    }
