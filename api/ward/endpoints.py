"""GET /api/ward/."""

from fastapi import Depends
from msgspec.json import Decoder

from api.auth import CurrentCaller, Permitted
from api.pagination import Page, Paging
from api.routing import Router
from api.sessions import Reading
from api.ward.schemas import BoardRow
from api.ward.service import board_rows
from storage.queries import patients

POSITION: Decoder[patients.PatientPosition] = Decoder(patients.PatientPosition)
router = Router(
    prefix="/api/ward",
    tags=["ward"],
    dependencies=[Depends(Permitted("patients.view"))],
)


@router.get("/")
async def ward_board(session: Reading, caller: CurrentCaller, paging: Paging) -> Page[BoardRow]:
    """Patients that the caller may see, ordered by name, each with vitals, NEWS2 and alarms."""
    found = await patients.page(
        session,
        caller.viewer,
        after=paging.after(POSITION),
        limit=paging.limit + 1,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=await board_rows(session, kept), next=following)
