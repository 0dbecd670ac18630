"""GET /api/audit/ and GET /api/auth/access-log/."""

from typing import Annotated

from fastapi import Depends

from api.audit.filters import POSITION, Filtering
from api.audit.schemas import AuditEntry, PatientRecord, full_shape, patient_shape
from api.auth import Caller, Permitted
from api.pagination import Page, Paging
from api.routing import Router
from api.sessions import Reading
from storage.queries import audit

router = Router(tags=["access"])
Auditor = Annotated[Caller, Depends(Permitted("audit.read"))]
Anybody = Annotated[Caller, Depends(Permitted("account.use"))]


@router.get("/api/audit/")
async def list_audit(
    session: Reading, _caller: Auditor, paging: Paging, wanted: Filtering
) -> Page[AuditEntry]:
    """Every access to patients' data and every change, the newest first.

    Reading it is recorded, too. `jeg audit verify` proves that nothing in it was changed.
    """
    after = paging.after(POSITION)
    rows = await audit.page(session, wanted, limit=paging.limit + 1, after=after)
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[full_shape(row) for row in kept], next=following)


@router.get("/api/auth/access-log/")
async def list_my_access(session: Reading, caller: Anybody, paging: Paging) -> Page[PatientRecord]:
    """Who saw or changed the caller's own data, when, and why, the newest first."""
    wanted = audit.AuditFilter(patient_id=caller.id)
    after = paging.after(POSITION)
    rows = await audit.page(session, wanted, limit=paging.limit + 1, after=after)
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[patient_shape(row, caller.id) for row in kept], next=following)
