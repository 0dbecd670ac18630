"""The resource /api/providers/."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Query, Response, status
from msgspec.json import Decoder

from api.auth import Caller
from api.hospitals.endpoints import Anybody, Managing, manages
from api.idempotency import Router
from api.pagination import Page, Paging
from api.preconditions import Edit, Editing, tagged
from api.providers import service
from api.providers.finding import SearchSpan, search
from api.providers.schemas import (
    FoundProvider,
    NewProvider,
    ProviderInput,
    ProviderPatch,
    ProviderShape,
)
from api.schemas import ShortText
from api.services import Services, Shared
from api.sessions import Begin, Reading, WritingLater
from storage.engine import ReadSession, WriteSession
from storage.models import HealthcareProvider
from storage.queries import provider_letters, providers

router = Router(prefix="/api/providers", tags=["providers"])
POSITION: Final[Decoder[providers.Position]] = Decoder(providers.Position)
_LICENSED: Final = ("license_number", "first_name", "last_name")
Words = ShortText | None
Fee = Annotated[Decimal | None, Query(ge=0, max_digits=10, decimal_places=2)]


async def _search(  # noqa: PLR0913 - one argument per filter
    *,
    caller: Anybody,
    search: Annotated[
        Words, Query(description="Words of name, specialization or bio; misspelt ones, too.")
    ] = None,
    specialization: Annotated[Words, Query(description="Its beginning, or misspelt.")] = None,
    name: Annotated[Words, Query(description="Its beginning, or misspelt.")] = None,
    city: Annotated[Words, Query(description="Of a hospital; misspelt, too.")] = None,
    hospital: Annotated[UUID | None, Query(description="Who works there.")] = None,
    min_fee: Fee = None,
    max_fee: Fee = None,
    min_rating: Annotated[float | None, Query(ge=1, le=5)] = None,
    sort: Annotated[
        providers.Sort, Query(description="relevance: those who fit best first; fee: upwards.")
    ] = "relevance",
    include_inactive: Annotated[bool, Query(description="For admins.")] = False,
) -> providers.Search:
    return providers.Search(
        text=search or None,
        name=name or None,
        specialization=specialization or None,
        city=city or None,
        hospital_id=hospital,
        min_fee=min_fee,
        max_fee=max_fee,
        min_rating=min_rating,
        active=None if include_inactive and manages(caller) else True,
        sort=sort,
    )


@router.get("/")
async def list_providers(
    session: Reading,
    _caller: Anybody,
    paging: Paging,
    wanted: Annotated[providers.Search, Depends(_search)],
    span: SearchSpan,
) -> Page[FoundProvider]:
    """Providers by what they are called and do, where, for what fee, and when they are free.

    With `available_from`, only those with a free slot in that time; a page may then have fewer
    results than asked for, and `next` goes on.
    """
    return await search(session, wanted, span, paging, paging.after(POSITION))


@router.get("/{provider_id}/")
async def get_provider(
    session: Reading, caller: Anybody, provider_id: UUID, response: Response
) -> ProviderShape:
    """One provider. Those who are inactive are shown to administrators and themselves alone."""
    row = await service.require(session, caller, provider_id)
    return tagged(response, await service.shape(session, row))


@router.post("/", status_code=status.HTTP_201_CREATED)
async def add_provider(
    begin: WritingLater, caller: Managing, parts: Shared, body: NewProvider, response: Response
) -> ProviderShape:
    """Enter a provider, who gets a letter of welcome.

    The licence is checked: 400 when it is not valid, 503 when its register is away.
    """
    values = _values(body.model_dump(exclude={"hospital_ids", "primary"}))
    values |= await service.licence(
        parts.licences, body.license_number, body.first_name, body.last_name
    )
    session = await begin()
    await service.free(session, values)
    if body.user_id is not None:
        await service.tie(session, caller, body.user_id)
    row = await providers.add(session, values)
    await service.place(session, row, body.hospital_ids, body.primary)
    await provider_letters.welcome(session, row)
    response.headers["Location"] = f"/api/providers/{row.id}/"
    return tagged(response, await service.shape(session, row))


@router.put("/{provider_id}/")
async def replace_provider(  # noqa: PLR0913 - FastAPI's way of asking for things
    *,
    begin: WritingLater,
    caller: Managing,
    parts: Shared,
    provider_id: UUID,
    body: ProviderInput,
    edit: Editing,
    response: Response,
) -> ProviderShape:
    """Change a provider; what is left out is emptied. Another licence or name is checked anew."""
    change = _Change(parts, begin, caller, provider_id, edit)
    return tagged(response, await change.make(_values(body.model_dump())))


@router.patch("/{provider_id}/")
async def change_provider(  # noqa: PLR0913 - FastAPI's way of asking for things
    *,
    begin: WritingLater,
    caller: Managing,
    parts: Shared,
    provider_id: UUID,
    body: ProviderPatch,
    edit: Editing,
    response: Response,
) -> ProviderShape:
    """Change some of a provider; what is left out stays."""
    values = _values(body.model_dump(exclude_unset=True))
    change = _Change(parts, begin, caller, provider_id, edit)
    return tagged(response, await change.make(values))


@router.delete("/{provider_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def deactivate_provider(
    begin: WritingLater, caller: Managing, parts: Shared, provider_id: UUID, edit: Editing
) -> None:
    """Take a provider out of what patients find; `is_active` brings them back.

    Appointments stand.
    """
    change = _Change(parts, begin, caller, provider_id, edit)
    await change.make({"is_active": False})


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of a provider; nothing is held while the register of licences is asked."""

    parts: Services
    begin: Begin
    caller: Caller
    provider_id: UUID
    edit: Edit

    async def make(self, given: dict[str, Any]) -> ProviderShape:
        """Change it; what is shown then."""
        async with self.parts.database.read() as looking:
            person = _licensed(*await self._differing(looking, given))
        checked = await service.licence(self.parts.licences, *person) if person else {}
        session = await self.begin()
        await self.edit.lock(session, self.provider_id)
        row, values = await self._differing(session, given)
        if _licensed(row, values) != person:
            raise service.ProviderChangedError
        values |= checked
        await service.free(session, values, self.provider_id)
        if values.get("user_id") is not None:
            await service.tie(session, self.caller, values["user_id"])
        if values:
            await providers.change(session, row, values)
            await service.tell_changed(session, row)
        return await service.shape(session, row)

    async def _differing(
        self, session: ReadSession | WriteSession, given: dict[str, Any]
    ) -> tuple[HealthcareProvider, dict[str, Any]]:
        """The provider as the caller saw it, and what is to be different."""
        row = await service.require(session, self.caller, self.provider_id)
        self.edit.check(await service.shape(session, row))
        return row, {name: one for name, one in given.items() if getattr(row, name) != one}


def _licensed(row: HealthcareProvider, values: dict[str, Any]) -> tuple[str, str, str] | None:
    """Number and name to be checked; None where they are those of before."""
    if values.keys().isdisjoint(_LICENSED):
        return None
    number, first, last = (str(values.get(name, getattr(row, name))) for name in _LICENSED)
    return number, first, last


def _values(given: dict[str, Any]) -> dict[str, Any]:
    if "email" in given:
        given["email"] = given["email"].lower()
    return given
