"""The resource /api/dead-jobs/."""

from typing import Annotated, Final

from fastapi import Depends, Path, Response, status
from msgspec.json import Decoder

from api.auth import Caller, Permitted
from api.dead_jobs.schemas import DeadJob
from api.errors import NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.sessions import Reading, Writing
from storage.queries import dead_jobs

router = Router(prefix="/api/dead-jobs", tags=["dead jobs"])
POSITION: Final[Decoder[tuple[int]]] = Decoder(tuple[int])
LARGEST: Final = 2**63 - 1
Admin = Annotated[Caller, Depends(Permitted("jobs.repair"))]


@router.get("/")
async def list_dead_jobs(session: Reading, _caller: Admin, paging: Paging) -> Page[DeadJob]:
    """Background jobs that failed for good, the newest first."""
    after = paging.after(POSITION)
    found = await dead_jobs.page(
        session, limit=paging.limit + 1, before=None if after is None else after[0]
    )
    kept, following = paging.cut(found, lambda row: (row.id,))
    shown = [DeadJob.model_validate(one, from_attributes=True) for one in kept]
    return Page(results=shown, next=following)


@router.post("/{job_id}/retry/", status_code=status.HTTP_202_ACCEPTED)
async def retry_dead_job(
    session: Writing, _caller: Admin, job_id: Annotated[int, Path(ge=1, le=LARGEST)]
) -> Response:
    """Have one done again, with all its attempts; the worker takes it within seconds."""
    if not await dead_jobs.retry(session, job_id):
        raise NotFoundError
    return Response(status_code=status.HTTP_202_ACCEPTED)
