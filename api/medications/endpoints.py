"""The resource /api/medications/: the catalogue."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Query, Response, status
from msgspec.json import Decoder

from api.auth import Caller, Permitted
from api.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from api.idempotency import Router
from api.medications.schemas import Medication, MedicationFields, MedicationInput, MedicationPatch
from api.pagination import Page, Paging
from api.preconditions import Editing, tagged
from api.schemas import ShortText
from api.sessions import Reading, Writing
from storage.engine import ReadSession, WriteSession
from storage.queries import medications
from storage.queries.medications import MedicationFilter, MedicationPosition

router = Router(prefix="/api/medications", tags=["medications"])
POSITION: Final[Decoder[MedicationPosition]] = Decoder(MedicationPosition)
MedicationReader = Annotated[Caller, Depends(Permitted("medications.use"))]
MedicationManager = Annotated[Caller, Depends(Permitted("medications.manage"))]


class CatalogueKeyTakenError(ConflictError):
    """Another medicine has this catalogue_key."""


async def _filter(
    search: Annotated[
        ShortText | None,
        Query(description="In name, generic and brand name; typing errors are forgiven."),
    ] = None,
    category: Annotated[UUID | None, Query(description="Of this category.")] = None,
    form: Annotated[ShortText | None, Query(description="Such as tablet, in any case.")] = None,
    requires_prescription: Annotated[bool | None, Query()] = None,
    is_active: Annotated[bool | None, Query(description="Whether it is still given.")] = None,
) -> MedicationFilter:
    return MedicationFilter(
        search=search or None,
        category_id=category,
        form=form,
        requires_prescription=requires_prescription,
        is_active=is_active,
    )


@router.get("/")
async def list_medications(
    session: Reading,
    _caller: MedicationReader,
    paging: Paging,
    wanted: Annotated[MedicationFilter, Depends(_filter)],
) -> Page[Medication]:
    """Medicines by name; with `search` those first that fit best."""
    found = await medications.page(
        session, wanted, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[shape(row.medication) for row in kept], next=following)


@router.post("/", status_code=status.HTTP_201_CREATED)
async def add_medication(
    session: Writing, _caller: MedicationManager, body: MedicationInput, response: Response
) -> Medication:
    """Add a medicine; 409 where its catalogue_key is taken."""
    await _check_category(session, body)
    added = await medications.add(session, body.model_dump())
    if added is None:
        raise CatalogueKeyTakenError
    response.headers["Location"] = f"/api/medications/{added}/"
    return tagged(response, await one(session, added))


@router.get("/{medication_id}/")
async def get_medication(
    session: Reading, _caller: MedicationReader, medication_id: UUID, response: Response
) -> Medication:
    """One medicine, with its ETag."""
    return tagged(response, await one(session, medication_id))


@router.put("/{medication_id}/")
async def replace_medication(
    session: Writing,
    _caller: MedicationManager,
    medication_id: UUID,
    edit: Editing,
    body: MedicationFields,
    response: Response,
) -> Medication:
    """Replace what is said of a medicine; what is left out is emptied. Its key stays."""
    changed = await _change(session, edit, medication_id, body, body.model_dump())
    return tagged(response, changed)


@router.patch("/{medication_id}/")
async def change_medication(
    session: Writing,
    _caller: MedicationManager,
    medication_id: UUID,
    edit: Editing,
    body: MedicationPatch,
    response: Response,
) -> Medication:
    """Change what is sent; what is left out stays."""
    values = body.model_dump(exclude_unset=True)
    return tagged(response, await _change(session, edit, medication_id, body, values))


async def _change(
    session: WriteSession,
    edit: Editing,
    medication_id: UUID,
    body: MedicationFields,
    values: dict[str, Any],
) -> Medication:
    await edit.lock(session, medication_id)
    edit.check(await one(session, medication_id))
    await _check_category(session, body)
    if values:
        await medications.change(session, medication_id, values)
    return await one(session, medication_id)


async def _check_category(session: WriteSession, body: MedicationFields) -> None:
    if body.category_id is None:
        return
    if await medications.find_category(session, body.category_id) is None:
        problem = FieldProblem(location="body", field="category_id", reason="is no category")
        raise InvalidInputError(errors=[problem])


async def one(session: ReadSession | WriteSession, medication_id: UUID) -> Medication:
    """One medicine as sent.

    Raises:
        NotFoundError: when there is none of this id.
    """
    found = await medications.find(session, medication_id)
    if found is None:
        raise NotFoundError
    return shape(found)


def shape(row: object) -> Medication:
    """A medicine as sent."""
    return Medication.model_validate(row, from_attributes=True)
