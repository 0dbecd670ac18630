"""/api/providers/{id}/hospitals/: where a provider works."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.auth import Caller
from api.hospitals.endpoints import Anybody, Managing, manages
from api.hospitals.schemas import HospitalShape, Sync
from api.idempotency import Router
from api.preconditions import Editing, tagged
from api.providers import service
from api.providers.schemas import PlaceInput, PlacesChanged, PlaceShape, PlaceShapes
from api.schemas import ShortText
from api.sessions import Reading, Writing
from storage.engine import ReadSession, WriteSession
from storage.queries import hospital_systems, providers

router = Router(prefix="/api/providers/{provider_id}/hospitals", tags=["providers"])


@router.get("/")
async def list_provider_hospitals(
    session: Reading,
    caller: Anybody,
    provider_id: UUID,
    response: Response,
    city: Annotated[ShortText | None, Query(description="Only those in this city.")] = None,
) -> PlaceShapes:
    """Hospitals where a provider works, the primary one first."""
    await service.require(session, caller, provider_id)
    shown = PlaceShapes(results=await _places(session, caller, provider_id, city or None))
    return tagged(response, shown) if city is None else shown


@router.put("/")
async def set_provider_hospitals(  # noqa: PLR0913 - FastAPI's way of asking for things
    *,
    session: Writing,
    caller: Managing,
    provider_id: UUID,
    body: PlaceInput,
    edit: Editing,
    response: Response,
) -> PlacesChanged:
    """Let a provider work at these hospitals and no others.

    The own system of every hospital that this concerns is told, where one is set; `sync` says what
    it answered. Patients with an appointment where the provider is not any more are told.
    """
    await edit.lock(session, provider_id)
    row = await service.require(session, caller, provider_id)
    edit.check(PlaceShapes(results=await _places(session, caller, provider_id, None)))
    left = await service.place(session, row, body.hospital_ids, body.primary)
    results = await _places(session, caller, provider_id, None)
    tagged(response, PlaceShapes(results=results))
    told = await hospital_systems.newest(session, provider_id)
    return PlacesChanged(results=results, left=[Sync.of(told[key]) for key in left if key in told])


async def _places(
    session: ReadSession | WriteSession, caller: Caller, provider_id: UUID, city: str | None
) -> list[PlaceShape]:
    places = (await providers.workplaces(session, [provider_id], city)).get(provider_id, [])
    told = await hospital_systems.newest(session, provider_id) if manages(caller) else {}
    return [
        PlaceShape(
            hospital=HospitalShape.of(one.hospital),
            is_primary=one.is_primary,
            sync=Sync.of(told[one.hospital.id]) if one.hospital.id in told else None,
        )
        for one in places
    ]
