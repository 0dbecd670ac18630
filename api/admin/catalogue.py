"""What administrators do about medicines: enter and change them, and their categories."""

from typing import Any, ClassVar
from uuid import UUID

from fastapi import Response
from starlette.requests import Request
from starlette_admin import row_action

from api.admin.acting import id_of, perform
from api.admin.changing import Changeable, whatever_is_current
from api.admin.entity import Row
from api.auth import Caller
from api.medications import categories, endpoints
from api.medications.schemas import (
    MedicationCategoryInput,
    MedicationFields,
    MedicationInput,
    MedicationPatch,
)
from api.services import Services
from storage.engine import WriteSession

MANAGES = "medications.manage"


class Medications(Changeable):
    """Medicines: never deleted, as people take them; one that is gone is not active."""

    shape = MedicationPatch
    making = MedicationInput
    writable = tuple(MedicationFields.model_fields)
    permission = MANAGES

    async def make(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        body: Any,  # noqa: ANN401
    ) -> UUID:
        """As POST does."""
        del parts
        return (await endpoints.add_medication(session, caller, body, Response())).id

    async def change(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        row: Row,
        body: Any,  # noqa: ANN401
    ) -> UUID | None:
        """As PATCH does."""
        del parts
        edit = whatever_is_current(f"/api/medications/{row.id}/")
        await endpoints.change_medication(session, caller, row.id, edit, body, Response())
        return None


class MedicationCategories(Changeable):
    """Categories of medicines; one that nothing is in may be removed."""

    making = shape = MedicationCategoryInput
    writable = tuple(MedicationCategoryInput.model_fields)
    whole = True
    permission = MANAGES
    needs: ClassVar = {"remove": MANAGES}

    async def make(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        body: Any,  # noqa: ANN401
    ) -> UUID:
        """As POST does."""
        del parts
        made = await categories.add_medication_category(session, caller, body, Response())
        return made.id

    async def change(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        row: Row,
        body: Any,  # noqa: ANN401
    ) -> UUID | None:
        """As PUT does."""
        del parts
        edit = whatever_is_current(f"/api/medications/categories/{row.id}/")
        await categories.replace_medication_category(
            session, caller, row.id, edit, body, Response()
        )
        return None

    @row_action(
        name="remove",
        text="Remove",
        confirmation="Only a category that no medicine is in can be removed.",
        icon_class="fa fa-trash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Remove",
    )
    async def remove(self, request: Request, pk: str) -> None:
        """Delete a category."""
        category_id = id_of(pk)
        edit = whatever_is_current(f"/api/medications/categories/{category_id}/")

        async def work(_parts: Services, session: WriteSession, caller: Caller) -> None:
            await categories.delete_medication_category(session, caller, category_id, edit)

        await perform(request, work)
