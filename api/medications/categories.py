"""The resource /api/medications/categories/."""

from typing import Final
from uuid import UUID

from fastapi import Response, status
from msgspec.json import Decoder

from api.errors import ConflictError, NotFoundError
from api.idempotency import Router
from api.medications.endpoints import MedicationManager, MedicationReader
from api.medications.schemas import MedicationCategory, MedicationCategoryInput
from api.pagination import Page, Paging
from api.preconditions import Editing, tagged
from api.sessions import Reading, Writing
from storage.engine import ReadSession, WriteSession
from storage.queries import medications
from storage.queries.medications import CategoryPosition

router = Router(prefix="/api/medications/categories", tags=["medications"])
POSITION: Final[Decoder[CategoryPosition]] = Decoder(CategoryPosition)


class CategoryNameTakenError(ConflictError):
    """Another category has this name."""


class CategoryInUseError(ConflictError):
    """Medicines are in this category; give them another one first."""


@router.get("/")
async def list_medication_categories(
    session: Reading, _caller: MedicationReader, paging: Paging
) -> Page[MedicationCategory]:
    """Categories by name."""
    found = await medications.categories(
        session, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(found, lambda row: (row.name, row.id))
    return Page(results=[_shape(row) for row in kept], next=following)


@router.post("/", status_code=status.HTTP_201_CREATED)
async def add_medication_category(
    session: Writing, _caller: MedicationManager, body: MedicationCategoryInput, response: Response
) -> MedicationCategory:
    """Add a category; 409 where its name is taken."""
    added = await medications.add_category(session, body.name, body.description)
    if added is None:
        raise CategoryNameTakenError
    response.headers["Location"] = f"/api/medications/categories/{added}/"
    return tagged(response, await _one(session, added))


@router.get("/{category_id}/")
async def get_medication_category(
    session: Reading, _caller: MedicationReader, category_id: UUID, response: Response
) -> MedicationCategory:
    """One category, with its ETag."""
    return tagged(response, await _one(session, category_id))


@router.put("/{category_id}/")
async def replace_medication_category(
    session: Writing,
    _caller: MedicationManager,
    category_id: UUID,
    edit: Editing,
    body: MedicationCategoryInput,
    response: Response,
) -> MedicationCategory:
    """Change a category; 409 where its new name is taken."""
    await edit.lock(session, category_id)
    edit.check(await _one(session, category_id))
    if not await medications.change_category(session, category_id, body.name, body.description):
        raise CategoryNameTakenError
    return tagged(response, await _one(session, category_id))


@router.delete("/{category_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def delete_medication_category(
    session: Writing, _caller: MedicationManager, category_id: UUID, edit: Editing
) -> None:
    """Delete a category that no medicine is in; 409 otherwise."""
    await edit.lock(session, category_id)
    edit.check(await _one(session, category_id))
    if not await medications.delete_category(session, category_id):
        raise CategoryInUseError


async def _one(session: ReadSession | WriteSession, category_id: UUID) -> MedicationCategory:
    found = await medications.find_category(session, category_id)
    if found is None:
        raise NotFoundError
    return _shape(found)


def _shape(row: object) -> MedicationCategory:
    return MedicationCategory.model_validate(row, from_attributes=True)
