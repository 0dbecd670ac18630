"""What administrators do about medicines: enter and change them, and their categories."""

from typing import Any
from uuid import UUID

from fastapi import Response

from api.admin.acting import Turn
from api.admin.changing import Changeable, whatever_is_current
from api.admin.deeds import Typed, deed
from api.admin.entity import Row
from api.medications import categories, endpoints
from api.medications.schemas import (
    MedicationCategoryInput,
    MedicationFields,
    MedicationInput,
    MedicationPatch,
)

MANAGES = "medications.manage"


class Medications(Changeable):
    """Medicines: never deleted, as people take them; one that is gone is not active."""

    shape = MedicationPatch
    making = MedicationInput
    writable = tuple(MedicationFields.model_fields)
    permission = MANAGES

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As POST does."""
        return (await endpoints.add_medication(turn.session, turn.caller, body, Response())).id

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PATCH does."""
        edit = whatever_is_current(f"/api/medications/{row.id}/")
        await endpoints.change_medication(turn.session, turn.caller, row.id, edit, body, Response())
        return None


class MedicationCategories(Changeable):
    """Categories of medicines; one that nothing is in may be removed."""

    making = shape = MedicationCategoryInput
    writable = tuple(MedicationCategoryInput.model_fields)
    whole = True
    permission = MANAGES

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As POST does."""
        made = await categories.add_medication_category(turn.session, turn.caller, body, Response())
        return made.id

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PUT does."""
        edit = whatever_is_current(f"/api/medications/categories/{row.id}/")
        await categories.replace_medication_category(
            turn.session, turn.caller, row.id, edit, body, Response()
        )
        return None

    @deed(
        "Remove",
        "trash",
        "Only a category that no medicine is in can be removed.",
        needs=MANAGES,
        is_final=True,
    )
    async def remove(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """Delete a category."""
        edit = whatever_is_current(f"/api/medications/categories/{row.id}/")
        await categories.delete_medication_category(turn.session, turn.caller, row.id, edit)
